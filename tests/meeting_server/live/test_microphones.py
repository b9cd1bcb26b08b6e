"""Phones in the hall as its microphones: how they come, what they may, that they are nobody's presence."""

from __future__ import annotations

import httpx
import pytest

from meeting_server import capture
from meeting_server.http.caller import LINK_COOKIE, MICROPHONE_COOKIE
from meeting_server.meetings import MOST_MICROPHONES
from meeting_server.room.state import Live, Present, Room
from tests.meeting_server.place import MEMBER, SECRETARY, Place


async def phone(place: Place, meeting: str, where: str = "") -> httpx.AsyncClient:
    """A phone that came by the code on the hall's screen."""
    made = await place.signed_in("bithu").post(f"/api/meetings/{meeting}/microphones")
    assert made.status_code == 200, made.text
    token = made.json()["url"].rsplit("/", 1)[-1]
    client = place.client()
    told = (await client.get(f"/api/join/{token}")).json()
    assert (told["microphone"], told["names"], told["you"]) == (True, [], None)
    assert (await client.post("/api/join", json={"token": token, "name": where})).status_code == 200
    return client


async def test_a_phone_becomes_a_microphone_and_nobody_comes(place: Place) -> None:
    meeting = await place.meeting()
    client = await phone(place, meeting, "dãy cuối")
    async with place.live(meeting, client, device="microphone") as live:
        you = (await live.told("welcome"))["you"]
        assert (you["name"], you["roles"]) == ("dãy cuối", ["microphone"])
        await live.told("snapshot")
        assert set(live.views) == {"meeting", "me"}
        async with place.live(meeting, place.signed_in("bithu"), device="hall") as hall:
            await hall.told("snapshot")
            assert next((one["name"], one["device"]) for one in hall.views["microphones"]) == ("dãy cuối", "microphone")
        async with place.live(meeting, place.signed_in("bithu"), device="computer", tab="c") as chair:
            await chair.told("snapshot")
            assert not [one for one in chair.views["people"] if one["device"] == "microphone"]
    kinds = [entry.kind for entry in await place.running.meetings.entries(meeting)]
    assert kinds.count("Joined") == 2  # hall and chair


async def test_which_is_heard_is_shown_in_the_hall_and_on_the_phone(place: Place) -> None:
    meeting = await place.meeting()
    one, two = await phone(place, meeting), await phone(place, meeting)
    async with (
        place.live(meeting, one, device="microphone", tab="1") as first,
        place.live(meeting, two, device="microphone", tab="2") as second,
        place.live(meeting, place.signed_in("bithu"), device="hall") as hall,
    ):
        session = (await first.told("welcome"))["you"]["session"]
        await second.told("snapshot")
        await hall.until(lambda: len(hall.views.get("microphones", [])) == 3)
        assert [line["name"] for line in hall.views["microphones"][:2]] == ["Micrô phụ 1", "Micrô phụ 2"]
        place.running.meetings.microphones(meeting, session, {session: 6})
        await hall.until(lambda: any(line["heard"] for line in hall.views["microphones"]))
        heard = next(line for line in hall.views["microphones"] if line["heard"])
        assert (heard["session"], heard["level"]) == (session, 6)
        await first.until(lambda: first.views.get("me", {}).get("heard") is True)
        assert second.views["me"]["heard"] is False


async def test_the_hall_puts_a_phone_away_for_good(place: Place) -> None:
    meeting = await place.meeting()
    client = await phone(place, meeting)
    async with place.live(meeting, place.signed_in("bithu"), device="hall") as hall:
        async with place.live(meeting, client, device="microphone") as live:
            session = (await live.told("welcome"))["you"]["session"]
            assert (await hall.do("mute", session=session))["code"] == "not_allowed"
            assert (await hall.do("remove_microphone", session=session))["type"] == "accepted"
            assert "micrô phụ" in (await live.told("removed"))["text"]
            assert await live.closed() == 4410
        async with place.live(meeting, client, device="microphone") as again:
            assert (await again.told("refused"))["code"] == "microphone_removed"
            assert await again.closed() == 4403
        async with place.live(meeting, await phone(place, meeting), device="microphone") as anew:
            await anew.told("welcome")
        own = next(one for one in (await place.running.meetings.present(meeting)).sessions.values())
        refused = await hall.do("remove_microphone", session=own.session)
        assert refused["code"] == "unknown_session"


@pytest.mark.parametrize("command", ["raise_hand", "open", "remove_microphone", "mute", "admit"])
async def test_a_microphone_commands_nothing(place: Place, command: str) -> None:
    meeting = await place.meeting()
    async with place.live(meeting, await phone(place, meeting), device="microphone") as live:
        session = (await live.told("welcome"))["you"]["session"]
        args = {"session": session} if command in ("remove_microphone", "mute", "admit") else {}
        assert (await live.do(command, **args))["code"] == "not_allowed"


async def test_the_code_opens_nothing_else(place: Place) -> None:
    """Neither a seat by the live socket nor any page, though its cookie be put in the place of another."""
    meeting = await place.meeting()
    client = await phone(place, meeting)
    assert {cookie.name for cookie in client.cookies.jar} == {MICROPHONE_COOKIE}
    assert (await client.get(f"/api/meetings/{meeting}")).status_code == 401
    token = next(cookie.value for cookie in client.cookies.jar)
    disguised = place.client({LINK_COOKIE: token or ""})
    assert (await disguised.get(f"/api/meetings/{meeting}")).status_code == 401
    for device, key in (("phone", client), ("hall", client), ("phone", disguised), ("microphone", disguised)):
        async with place.live(meeting, key, device=device) as live:
            assert (await live.told("refused"))["code"] == "signed_out"
            assert await live.closed() == 4401
    member = await place.by_link(meeting, MEMBER)
    async with place.live(meeting, member, device="microphone") as live:
        assert (await live.told("refused"))["code"] == "signed_out"


async def test_only_so_many_phones_fit_in_a_hall(place: Place) -> None:
    meeting = await place.meeting()
    for number in range(MOST_MICROPHONES):
        await place.running.meetings.add_microphone(meeting, f"s-{number}", "")
    async with place.live(meeting, await phone(place, meeting), device="microphone") as live:
        assert (await live.told("refused"))["code"] == "microphones_full"


async def test_who_may_show_the_code(place: Place) -> None:
    meeting = await place.meeting()
    leader, path = place.signed_in("bithu"), f"/api/meetings/{meeting}/microphones"
    wish = {"kind": "helper", "members": [place.ids[MEMBER]]}
    made = await leader.post(f"/api/meetings/{meeting}/links", json=wish)
    helper = place.client()
    await helper.post("/api/join", json={"token": made.json()["links"][0]["url"].rsplit("/", 1)[-1]})
    assert (await helper.post(path)).status_code == 200
    assert (await (await place.by_link(meeting, SECRETARY)).post(path)).status_code in (200, 403)
    assert (await (await place.by_link(meeting, MEMBER)).post(path)).status_code == 403
    assert (await place.client().post(path)).status_code == 401


def test_the_hall_s_switch_holds_for_its_phones() -> None:
    def hall(*, mic: bool, muted: bool = False) -> Live:
        device = Present("h", "hall", "Hội trường", "device", "hall", mic=mic, muted=muted)
        added = Present("m", "hall", "Micrô phụ 1", "device", "microphone", mic=True)
        return Live({"h": device, "m": added})

    assert not capture.shut(Room(), hall(mic=True), "m")
    assert capture.shut(Room(), hall(mic=False), "m")
    assert capture.shut(Room(), hall(mic=True, muted=True), "m")
    alone = Live({"m": Present("m", "hall", "Micrô phụ 1", "device", "microphone", mic=True)})
    assert not capture.shut(Room(), alone, "m")
