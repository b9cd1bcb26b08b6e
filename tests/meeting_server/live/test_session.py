"""The live socket: greeting, admitting, commands, replacing, limits."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
import websockets
from structlog.testing import capture_logs

from meeting_server.media.turn import LIFETIME_S, credentials
from tests.meeting_server.place import MEMBER, SECRETARY, Place, serving


async def test_a_member_is_welcomed_and_shown_the_room(place: Place) -> None:
    meeting = await place.meeting()
    async with place.live(meeting, place.signed_in("bithu"), device="computer") as live:
        welcome = await live.told("welcome")
        assert welcome["you"]["name"] == "Vi Văn Thuận"
        assert {"chair", "deputy"} <= set(welcome["you"]["roles"])
        await live.told("snapshot")
        assert live.views["meeting"]["state"] == "scheduled"
        await live.send({"type": "ping", "t": 77})
        assert (await live.told("pong"))["t"] == 77


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null"])
async def test_foreign_and_missing_origins_are_refused_before_the_handshake(place: Place, origin: str | None) -> None:
    meeting = await place.meeting()
    url = place.base.replace("http", "ws", 1) + f"/live/{meeting}"
    headers = {"Origin": origin} if origin else {}
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(url, additional_headers=headers)
    assert refused.value.response.status_code == 403


async def test_without_cookie_the_close_code_says_so(place: Place) -> None:
    async with place.live(await place.meeting(), None, device="phone") as live:
        assert (await live.told("refused"))["code"] == "signed_out"
        assert await live.closed() == 4401


async def test_an_unknown_meeting_is_closed_for_good(place: Place) -> None:
    async with place.live("m-none", place.signed_in("bithu"), device="phone") as live:
        assert await live.closed() in (4403, 4404)


async def test_a_message_of_more_than_64_kib_is_answered_and_ends_the_socket(place: Place) -> None:
    meeting = await place.meeting()
    async with place.live(meeting, place.signed_in("bithu"), device="computer") as live:
        await live.told("welcome")
        with capture_logs() as logs:
            await live.send({"type": "command", "id": 1, "name": "type_speech", "args": {"text": "a" * 70_000}})
            assert (await live.told("refused"))["code"] == "too_large"
            assert await live.closed() == 1009
        assert any(event["event"] == "live_bad_message" for event in logs)


async def test_the_wall_leads_to_the_lobby_and_gives_nothing_before_admission(place: Place) -> None:
    meeting = await place.meeting()
    client = await place.by_link(meeting, "Khách Lạ", wall=True)
    leader = place.signed_in("bithu")
    async with (
        place.live(meeting, leader, device="computer") as chair,
        place.live(meeting, client, device="phone") as guest,
    ):
        assert (await guest.told("waiting"))["why"] == "door"
        await guest.send({"type": "offer", "sdp": "v=0", "speak": True, "hear": True})
        refused = await guest.do("raise_hand", up=True)
        assert refused["code"] == "waiting"
        await chair.until(lambda: any(not one["admitted"] for one in chair.views.get("people", [])))
        assert not guest.views
        session = next(one["session"] for one in chair.views["people"] if not one["admitted"])
        assert (await chair.do("admit", session=session))["type"] == "accepted"
        welcome = await guest.told("welcome")
        assert (welcome["you"]["name"], welcome["you"]["guest"]) == ("Khách Lạ", True)
        await guest.told("snapshot")
        assert "ledger" not in guest.views


async def test_a_member_who_comes_from_elsewhere_unannounced_waits_for_the_chair_s_word(place: Place) -> None:
    meeting = await place.meeting()
    client = await place.by_link(meeting, "Lê Đình Khang")
    async with (
        place.live(meeting, place.signed_in("bithu"), device="computer") as chair,
        place.live(meeting, client, device="phone", seat="remote", informed=True, private=True) as far,
    ):
        assert (await far.told("waiting"))["why"] == "word"
        await chair.until(lambda: any(one["wants_word"] for one in chair.views.get("people", [])))
        one = next(one for one in chair.views["people"] if one["wants_word"])
        said = {"member": one["member"], "allowed": True, "session": one["session"]}
        assert (await chair.do("admit", session=one["session"]))["code"] == "remote_not_allowed"
        assert (await chair.do("allow_remote", **said))["code"] == "reason_needed"
        assert (await chair.do("allow_remote", **said, reason="đi làm ăn xa"))["type"] == "accepted"
        assert (await far.told("welcome"))["you"]["name"] == "Lê Đình Khang"


async def test_who_was_removed_waits_in_the_lobby_again(place: Place) -> None:
    meeting = await place.meeting()
    client = await place.by_link(meeting, "Khách Lạ", wall=True)
    async with place.live(meeting, place.signed_in("bithu"), device="computer") as chair:
        async with place.live(meeting, client, device="phone", tab="one") as guest:
            await guest.told("waiting")
            await chair.until(lambda: any(not one["admitted"] for one in chair.views.get("people", [])))
            session = next(one["session"] for one in chair.views["people"] if not one["admitted"])
            await chair.do("admit", session=session)
            await guest.told("welcome")
            assert (await chair.do("remove", session=session))["type"] == "accepted"
            await guest.told("removed")
            assert await guest.closed() == 4410
        async with place.live(meeting, client, device="phone", tab="one") as again:
            await again.until(lambda: bool(again.heard))
            assert again.heard[0]["type"] == "waiting"


async def test_a_name_chosen_at_the_wall_waits_and_never_is_the_desks(place: Place) -> None:
    meeting = await place.meeting()
    client = await place.by_link(meeting, MEMBER, wall=True, as_member=True)
    async with place.live(meeting, client, device="phone") as live:
        await live.told("waiting")
    links = (await place.signed_in("bithu").post(f"/api/meetings/{meeting}/links", json={})).json()
    token = links["wall"]["url"].rsplit("/", 1)[-1]
    invited = (await place.client().get(f"/api/join/{token}")).json()
    assert "Vi Văn Thuận" not in {one["name"] for one in invited["names"]}
    taken = await place.client().post("/api/join", json={"token": token, "member": place.ids["Vi Văn Thuận"]})
    assert (taken.status_code, taken.json()["code"]) == (403, "personal_link_needed")


async def test_a_helper_s_seat_shares_roll_call_and_marking_and_nothing_else(place: Place) -> None:
    meeting = await place.meeting()
    leader, path = place.signed_in("bithu"), f"/api/meetings/{meeting}/links"
    assert (await leader.post(path, json={"kind": "helper"})).status_code == 422
    made = (await leader.post(path, json={"kind": "helper", "members": [place.ids[MEMBER]]})).json()
    assert (len(made["links"]), made["wall"]) == (1, None)
    client = place.client()
    await client.post("/api/join", json={"token": made["links"][0]["url"].rsplit("/", 1)[-1]})
    async with place.live(meeting, client, device="phone") as live:
        assert "helper" in (await live.told("welcome"))["you"]["roles"]
        await live.told("snapshot")
        assert (await live.do("call", member=place.ids["Vi Văn Thuận"], present=True))["type"] == "accepted"
        assert (await live.do("open"))["code"] == "not_allowed"
    assert (await client.get(f"/api/meetings/{meeting}/transcript")).status_code == 403
    screen = (await leader.post(path, json={"kind": "wall"})).json()
    assert (screen["links"], bool(screen["wall"]["url"])) == ([], True)


async def test_the_newer_tab_of_a_person_wins(place: Place) -> None:
    meeting = await place.meeting()
    client = await place.by_link(meeting, MEMBER)
    async with place.live(meeting, client, device="phone", tab="old") as old:
        await old.told("welcome")
        async with place.live(meeting, client, device="phone", tab="new") as new:
            await new.told("welcome")
            await old.told("replaced")
            assert await old.closed() == 4409
            await new.until(lambda: len(new.views.get("people", [])) == 1)


async def test_the_same_tab_comes_back_without_leaving(place: Place) -> None:
    meeting = await place.meeting()
    client = await place.by_link(meeting, MEMBER)
    async with place.live(meeting, client, device="phone", tab="one") as first:
        session = (await first.told("welcome"))["you"]["session"]
        async with place.live(meeting, client, device="phone", tab="one") as second:
            assert (await second.told("welcome"))["you"]["session"] == session
            await first.told("replaced")  # a copy of the tab would come back for ever
            assert await first.closed() == 4409
    kinds = [entry.kind for entry in await place.running.meetings.entries(meeting)]
    assert kinds.count("Joined") == 1
    assert kinds.count("Left") == 0


async def test_goodbye_is_written_down_at_once(place: Place) -> None:
    meeting = await place.meeting()
    client = await place.by_link(meeting, MEMBER)
    leader = place.signed_in("bithu")
    async with place.live(meeting, leader, device="computer") as chair:
        async with place.live(meeting, client, device="phone") as live:
            await live.told("welcome")
            await chair.until(lambda: len(chair.views.get("people", [])) == 2)
            await live.send({"type": "bye"})
            assert await live.closed() == 1000
        await chair.until(lambda: len(chair.views["people"]) == 1)


async def test_a_command_sent_again_is_answered_and_not_done_twice(place: Place) -> None:
    meeting = await place.meeting()
    client = place.signed_in("bithu")
    async with place.live(meeting, client, device="computer", tab="one") as first:
        await first.told("welcome")
        done = await first.again(7, "decide_recording", record=False, transcribe=False)
        assert (await first.again(8, "open"))["type"] == "accepted"
        said = await first.again(9, "type_speech", text="Nói một lần", member=place.ids[MEMBER])
    async with place.live(meeting, client, device="computer", tab="one") as second:
        await second.told("welcome")
        assert await second.again(9, "type_speech", text="Nói một lần", member=place.ids[MEMBER]) == said
        assert done["type"] == "accepted"
    room = await place.running.meetings.state(meeting)
    assert [line.text for line in room.transcript.utterances] == ["Nói một lần"]


async def test_refusals_name_who_may_and_change_nothing(place: Place) -> None:
    meeting = await place.meeting()
    client = await place.by_link(meeting, MEMBER)
    async with place.live(meeting, client, device="phone") as live:
        await live.told("welcome")
        before = (await place.running.meetings.state(meeting)).seq
        refused = await live.do("open")
        assert (refused["type"], refused["code"]) == ("refused", "not_allowed")
        assert "chủ trì" in refused["who"]
        unknown = await live.do("format_disk")
        assert unknown["code"] == "unknown_command"
        assert (await place.running.meetings.state(meeting)).seq == before


async def test_a_revoked_link_puts_its_person_out(place: Place) -> None:
    meeting = await place.meeting()
    leader = place.signed_in("bithu")
    client = await place.by_link(meeting, MEMBER)
    links = (await leader.get(f"/api/meetings/{meeting}/links")).json()["links"]
    link = next(one for one in links if one["name"] == MEMBER)
    async with place.live(meeting, client, device="phone") as live:
        await live.told("welcome")
        assert (await leader.delete(f"/api/meetings/{meeting}/links/{link['id']}")).status_code == 204
        assert "thu hồi" in (await live.told("removed"))["text"]
        assert await live.closed() == 4410
    async with place.live(meeting, client, device="phone") as live:
        assert await live.closed() == 4401


async def test_the_hall_is_a_place_and_replaces_nobody(place: Place) -> None:
    meeting = await place.meeting()
    client = place.signed_in("thuky")
    async with (
        place.live(meeting, client, device="computer", tab="desk") as desk,
        place.live(meeting, client, device="hall", tab="hall") as hall,
        place.live(meeting, client, device="display", tab="wall") as display,
    ):
        assert (await desk.told("welcome"))["you"]["name"] == SECRETARY
        assert (await hall.told("welcome"))["you"]["name"] == "Nhà văn hóa"
        await display.told("snapshot")
        assert "display" in display.views
        await desk.until(lambda: len(desk.views.get("people", [])) == 2)
        await display.send({"type": "offer", "sdp": "v=0", "speak": True, "hear": True})
        assert (await display.told("refused"))["code"] == "silent_seat"


async def test_a_phone_in_the_hall_has_no_sound(place: Place) -> None:
    meeting = await place.meeting()
    client = await place.by_link(meeting, MEMBER)
    async with place.live(meeting, client, device="phone", seat="hall") as live:
        await live.told("welcome")
        await live.send({"type": "offer", "sdp": "v=0", "speak": True, "hear": True})
        assert (await live.told("refused"))["code"] == "silent_seat"


async def test_pictures_of_who_waits_are_refused_and_without_a_node_said_to_be_down(place: Place) -> None:
    meeting = await place.meeting()
    guest = await place.by_link(meeting, "Khách Lạ", wall=True)
    async with place.live(meeting, guest, device="phone") as waiting:
        await waiting.told("waiting")
        await waiting.send({"type": "picture", "id": 7, "place": "", "sdp": "v=0"})
        refused = await waiting.told("refused")
        assert (refused["id"], refused["code"]) == (7, "waiting")
    async with place.live(meeting, place.signed_in("bithu"), device="computer", seat="hall") as live:
        await live.told("welcome")
        await live.send({"type": "picture", "id": "p1", "place": "shared", "sdp": "v=0"})
        refused = await live.told("refused")
        assert (refused["id"], refused["code"]) == ("p1", "picture_down")
        assert "tiếng nói không bị ảnh hưởng" in refused["message"]
        assert (await live.do("show_picture", kind="hall"))["code"] == "not_yours_to_show"
        assert (await live.do("show_picture", kind="film"))["code"] == "malformed"
        assert (await live.do("show_picture", kind="screen"))["type"] == "accepted"
        await live.until(lambda: (live.views.get("pictures") or {}).get("shared") is not None)
        assert live.views["pictures"]["shared"]["kind"] == "screen"
        assert (await live.do("stop_picture", place="shared"))["type"] == "accepted"
        await live.until(lambda: live.views["pictures"]["shared"] is None)


async def test_without_a_greeting_the_socket_ends(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meeting_server.live.session.HELLO_S", 0.2)
    async with place.live(await place.meeting(), place.signed_in("bithu")) as live:
        assert await live.closed() == 4400


async def test_nonsense_is_named_and_at_last_ends_the_socket(place: Place) -> None:
    async with place.live(await place.meeting(), place.signed_in("bithu"), device="computer") as live:
        await live.told("welcome")
        for _ in range(25):
            try:
                await live.send(json.dumps({"type": "nonsense"}))
            except websockets.ConnectionClosed:
                break
        assert await live.closed() == 4400


async def test_an_address_has_a_limit_of_sockets(place: Place) -> None:
    place.running.registry._per_address = 2  # the limit of the settings is for a whole hall
    meeting = await place.meeting()
    client = place.signed_in("bithu")
    async with (
        place.live(meeting, client, device="computer", tab="1") as one,
        place.live(meeting, client, device="hall", tab="2") as two,
    ):
        await asyncio.gather(one.told("welcome"), two.told("welcome"))
        async with place.live(meeting, client, device="hall", tab="3") as three:
            assert (await three.told("refused"))["code"] == "too_many"
            assert await three.closed() == 4429


async def test_each_browser_gets_relay_credentials_of_its_own_that_end(tmp_path: Path) -> None:
    secret = "s" * 20
    async with serving(tmp_path, turn_host="turn.example", turn_secret=secret, ice='[{"urls": "stun:s"}]') as place:
        meeting, leader = await place.meeting(), place.signed_in("bithu")
        welcomes = []
        for tab in ("one", "two"):
            async with place.live(meeting, leader, device="computer", tab=tab) as live:
                welcomes.append(await live.told("welcome"))
    for welcome in welcomes:
        fixed, relay = welcome["ice"]
        assert fixed == {"urls": "stun:s"}
        assert "turns:turn.example:443?transport=tcp" in relay["urls"]
        until_s, _, name = relay["username"].partition(":")
        assert name == welcome["you"]["session"]
        assert 3600 < int(until_s) - welcome["now"] // 1000 <= LIFETIME_S
        assert relay["credential"] == credentials(secret, name, int(until_s) - LIFETIME_S)[1]
    assert welcomes[0]["ice"][1]["username"] != welcomes[1]["ice"][1]["username"]
