"""What goes wrong is said in Vietnamese, written to the log as an event, and loses nothing that is stored."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlmodel import Session
from structlog.testing import capture_logs

from meeting_server.media.node import Node
from meeting_server.media.settings import NodeSettings
from meeting_server.store.tables import JoinLink
from tests.meeting_server.place import MEMBER, PLAN, Live, Place, now


def fill_the_disk(place: Place) -> None:
    """The database may grow no further: what a full disk is to SQLite."""
    place.store.write_now(lambda session: session.connection().exec_driver_sql("PRAGMA max_page_count = 1"))


def make_room(place: Place) -> None:
    place.store.write_now(lambda session: session.connection().exec_driver_sql("PRAGMA max_page_count = 1000000"))


async def test_a_full_disk_is_said_and_what_is_stored_stays(place: Place) -> None:
    meeting = await place.meeting()
    client = place.signed_in("bithu")
    async with place.live(meeting, client, device="computer") as live:
        await live.told("welcome")
        assert (await live.do("decide_recording", record=False, transcribe=False))["type"] == "accepted"
        assert (await live.do("open"))["type"] == "accepted"
        before = (await place.running.meetings.state(meeting)).seq
        fill_the_disk(place)
        with capture_logs() as logs:
            refused = [await live.do("type_speech", text="x" * 7_000, member=place.ids[MEMBER]) for _ in range(3)]
            reply = await client.post(f"/api/cells/{place.cell}/meetings", json={**PLAN, "title": "x" * 200})
        assert refused[-1]["code"] == "store_failed"
        assert "vẫn còn" in refused[-1]["message"]
        assert reply.status_code == 503
        assert "vẫn còn" in reply.json()["message"]
        assert any(event["event"] == "store_failed" for event in logs)
        make_room(place)
        assert (await live.do("type_speech", text="Nói tiếp", member=place.ids[MEMBER]))["type"] == "accepted"
    room = await place.running.meetings.state(meeting)
    assert room.seq > before
    assert [line.text for line in room.transcript.utterances][-1] == "Nói tiếp"


@pytest.mark.parametrize("sdp", ["v=0\r\nbi-mat", "bi-mat", "v=0\r\nm=audio x y z\r\na=bi-mat:\r\n"])
async def test_a_broken_sdp_is_refused_and_logged_without_its_words(place: Place, sdp: str) -> None:
    settings = place.running.parts.settings
    node = Node(NodeSettings(settings.run, settings.recordings, ("127.0.0.1",), disk_reserve=0))
    await node.start()
    meeting = await place.meeting()
    try:
        async with place.live(meeting, place.signed_in("thuky"), device="hall") as live:
            await live.told("welcome")
            with capture_logs() as logs:
                refused = await offered(live, sdp)
            assert (await live.do("raise_hand", up=True))["type"] in ("accepted", "refused")  # the socket lives on
    finally:
        await node.stop()
    assert refused["code"] == "bad_offer"
    assert "thông tin âm thanh không hợp lệ" in refused["message"]
    assert any(event["event"] == "offer_refused" for event in logs)
    assert "bi-mat" not in json.dumps(logs, default=str)


async def offered(live: Live, sdp: str) -> dict[str, Any]:
    """The answer of a node that is there; until then the server says that it comes."""
    async with asyncio.timeout(20):
        while True:
            live.heard.clear()
            await live.send({"type": "offer", "sdp": sdp, "speak": True, "hear": True})
            refused = await live.told("refused")
            if refused["code"] != "sound_down":
                return refused
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("path", ["join", "revoked", "old"])
async def test_an_ended_link_says_what_to_do(place: Place, path: str) -> None:
    meeting = await place.meeting()
    leader = place.signed_in("bithu")
    made = (await leader.post(f"/api/meetings/{meeting}/links", json={"members": [place.ids[MEMBER]]})).json()
    assert made["wall"] is None
    link = made["links"][0]
    token = link["url"].rsplit("/", 1)[-1]
    if path == "revoked":
        await leader.delete(f"/api/meetings/{meeting}/links/{link['id']}")
    elif path == "old":
        place.store.write_now(lambda session: _make_old(session, link["id"]))
    else:
        token = token[:-1] + ("a" if token[-1] != "a" else "b")
    with capture_logs() as logs:
        reply = await place.client().get(f"/api/join/{token}")
    assert (reply.status_code, reply.json()["code"]) == (410, "link_ended")
    assert "thư ký" in reply.json()["message"]
    assert any(event["event"] == "link_refused" for event in logs)
    assert token not in json.dumps(logs)


def _make_old(session: Session, link: str) -> None:
    session.get_one(JoinLink, link).expires_at = now() - 1


async def test_links_end_with_the_meeting(place: Place) -> None:
    meeting = await place.meeting()
    leader = place.signed_in("bithu")
    made = (await leader.post(f"/api/meetings/{meeting}/links", json={"members": [place.ids[MEMBER]]})).json()
    token = made["links"][0]["url"].rsplit("/", 1)[-1]
    assert (await place.client().get(f"/api/join/{token}")).status_code == 200
    async with place.live(meeting, leader, device="computer") as live:
        await live.told("welcome")
        for command, args in (
            ("decide_recording", {"record": False, "transcribe": False}), ("open", {}), ("close", {}),
        ):  # fmt: skip
            answer = await live.do(command, **args)
            assert answer["type"] == "accepted", answer
    assert (await place.client().get(f"/api/join/{token}")).status_code == 410
    assert (await leader.post(f"/api/meetings/{meeting}/links", json={})).json()["code"] == "meeting_over"


async def test_a_wrong_roster_names_row_and_column_and_changes_nothing(place: Place) -> None:
    leader = place.signed_in("bithu")
    before = (await leader.get(f"/api/cells/{place.cell}")).json()["members"]
    table = "Họ và tên,Tình trạng,Ngày chính thức\nNguyễn Văn Mới,chính thức,31/02/2020\nTrần Thị Hai,lạ lùng,\n"
    files = {"file": ("danh-sach.csv", table.encode())}
    reply = await leader.post(f"/api/cells/{place.cell}/roster", files=files)
    told = reply.json()
    assert (reply.status_code, told["imported"]) == (200, 0)
    assert {(fault["row"], fault["column"]) for fault in told["faults"]} == {(2, "Ngày chính thức"), (3, "Tình trạng")}
    assert (await leader.get(f"/api/cells/{place.cell}")).json()["members"] == before
    right = table.replace("31/02", "28/02").replace("lạ lùng", "dự bị")
    reply = await leader.post(f"/api/cells/{place.cell}/roster", files={"file": ("a.csv", right.encode())})
    assert reply.json() == {"imported": 2, "faults": [], "unused": []}
    assert len((await leader.get(f"/api/cells/{place.cell}")).json()["members"]) == len(before) + 2


async def test_checking_what_is_no_record_gives_a_sentence(place: Place) -> None:
    reply = await place.client().post("/api/verify", files={"file": ("a.zip", b"PK\x03\x04 nothing")})
    assert reply.status_code == 200
    assert reply.json()["whole"] is False
    assert reply.json()["sentence"]


async def test_a_fault_of_ours_says_nothing_of_its_insides(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("bi-mat-trong-loi")

    monkeypatch.setattr("meeting_server.http.cells.people.roster", broken)
    with capture_logs() as logs:
        reply = await place.signed_in("bithu").get(f"/api/cells/{place.cell}")
    assert (reply.status_code, reply.json()["code"]) == (500, "our_fault")
    assert "bi-mat" not in reply.text
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert any(event["event"] == "request_failed" for event in logs)
