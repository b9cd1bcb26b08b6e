"""A correction after sealing: a new version, same number, with its reason; both kept; erased text comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from meeting_server.store.tables import MeetingSummary
from minutes.record.events import Approved, Reopened
from minutes.record.retention import DAY_MS
from minutes.sealing import archive
from minutes.sealing.verify import verify
from tests.meeting_server.place import MEMBER, Place, serving
from tests.meeting_server.test_erasure import WORD, spoken, sweeper
from tests.meeting_server.test_sealer import sealed


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with serving(tmp_path) as place:
        yield place


async def spoke(place: Place, meeting: str) -> int:
    row = await place.store.read(lambda session: session.get(MeetingSummary, meeting))
    assert row is not None
    return row.spoke


async def test_a_correction_long_after_the_text_was_erased_is_a_second_version(place: Place) -> None:
    meeting, first = await spoken(place)
    records, before = place.running.parts.settings.records, await spoke(place, meeting)
    assert await sweeper(place, 31 * DAY_MS).sweep()
    assert (await place.running.meetings.state(meeting)).document.blocks == ()
    told = json.loads(archive.unpack((records / first.file).read_bytes())["minutes.json"])
    sealed_text = told["blocks"]
    reader = place.signed_in(place.account_for(MEMBER))
    async with place.live(meeting, place.signed_in("bithu"), device="computer", tab="again") as live:
        await live.told("snapshot")
        assert (await live.do("reopen", reason="ghi sai một chữ"))["type"] == "accepted"
        room = await place.running.meetings.state(meeting)
        assert [block.text for block in room.document.blocks] == [one["text"] for one in sealed_text]
        read = (await reader.get(f"/api/meetings/{meeting}/minutes")).json()
        assert read["approved"]
        assert read["page"]["lines"] == told["paper"]["lines"]
        block = room.document.blocks[0]
        change = {"block": block.id, "base_version": room.document.version, "text": block.text + " Đã sửa."}
        for command, args in (("save_block", {**change, "reason": "đúng"}), ("submit", {}), ("approve", {})):
            done = await live.do(command, **args)
            assert done["type"] == "accepted", (command, done)
        await live.until(lambda: len(live.views["record"]["versions"]) == 2, 30)
    second = await sealed(place, meeting)
    assert (second.version, first.version) == (2, 1)
    for seal in (first, second):
        verdict = await asyncio.to_thread(verify, records / seal.file)
        assert verdict.whole, verdict.faults
        assert verdict.facts["reason"] == ("" if seal is first else "ghi sai một chữ")
        assert verdict.facts["number"] == "01"
    assert "ghi sai một chữ" in archive.unpack((records / second.file).read_bytes())["minutes.json"].decode()
    told = (await reader.get(f"/api/meetings/{meeting}/versions")).json()["versions"]
    assert [(one["version"], one["reason"]) for one in told] == [(1, ""), (2, "ghi sai một chữ")]
    old = await reader.get(f"/api/meetings/{meeting}/record", params={"version": 1})
    assert old.content == (records / first.file).read_bytes()
    assert (await reader.get(f"/api/meetings/{meeting}/record", params={"version": 3})).status_code == 404
    assert await spoke(place, meeting) == before
    kinds = [type(entry.event) for entry in await place.running.meetings.entries(meeting)]
    assert kinds.index(Reopened) < len(kinds) - 1 - kinds[::-1].index(Approved)


async def test_what_was_sealed_last_is_found_and_read_while_a_correction_is_open(place: Place) -> None:
    meeting, first = await spoken(place)
    reader = place.signed_in(place.account_for(MEMBER))
    blocks = (await place.running.meetings.state(meeting)).document.blocks
    line = next(block.text for block in blocks if len(block.text.split()) > 3)
    words = {"q": " ".join(line.replace(".", " ").replace(",", " ").split()[:3])}
    before = (await reader.get("/api/archive", params=words)).json()
    async with place.live(meeting, place.signed_in("bithu"), device="computer", tab="again") as live:
        await live.told("snapshot")
        assert (await live.do("reopen", reason="ghi sai một chữ"))["type"] == "accepted"
        block = (await place.running.meetings.state(meeting)).document.blocks[0]
        version = (await place.running.meetings.state(meeting)).document.version
        args = {"block": block.id, "base_version": version, "text": "Chưa ai duyệt câu này.", "reason": "thử"}
        assert (await live.do("save_block", **args))["type"] == "accepted"
    told = (await reader.get(f"/api/meetings/{meeting}")).json()
    assert told["correcting"]
    assert {"documents", "record"} <= set(told["may"])
    assert "niêm phong" in told["record"]
    found = (await reader.get("/api/archive", params=words)).json()
    assert [(hit["meeting"], hit["correcting"], hit["text"]) for hit in found["results"]] == [
        (hit["meeting"], True, hit["text"]) for hit in before["results"]
    ]
    assert found["total"] == before["total"] == 1
    assert (await reader.get("/api/archive", params={"q": "Chưa ai duyệt"})).json()["results"] == []
    taken = await reader.get(f"/api/meetings/{meeting}/record")
    assert taken.content == (place.running.parts.settings.records / first.file).read_bytes()
    period = await place.signed_in("bithu").get(f"/api/cells/{place.cell}/records.zip")
    assert period.status_code == 200
    assert taken.content in period.content


async def test_the_words_spoken_go_in_time_while_a_correction_is_open(place: Place, tmp_path: Path) -> None:
    meeting, _ = await spoken(place)
    async with place.live(meeting, place.signed_in("bithu"), device="computer", tab="again") as live:
        await live.told("snapshot")
        assert (await live.do("reopen", reason="ghi sai một chữ"))["type"] == "accepted"
    assert await sweeper(place, 29 * DAY_MS).sweep() == []
    assert [one.sound for one in await sweeper(place, 31 * DAY_MS).sweep()] == [True]
    room = await place.running.meetings.state(meeting)
    assert room.document.blocks
    assert room.transcript.utterances == ()
    assert WORD not in repr(room)
