"""Approved minutes are sealed, however often it fails on the way; the file is whole before it is named."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from meeting_server.store.tables import Sealing, StoredFile
from minutes.record.events import Sealed
from minutes.sealing.verify import verify
from tests.meeting_server.place import SECRETARY, Place, serving


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with serving(tmp_path) as place:
        yield place


async def approved(place: Place) -> str:
    """A small meeting, approved."""
    meeting = await place.meeting()
    async with place.live(meeting, place.signed_in("bithu"), device="computer") as live:
        await live.told("snapshot")
        for command, args in (
            ("decide_recording", {"record": False, "transcribe": False}),
            ("appoint_secretary", {"member": place.ids[SECRETARY]}),
            ("open", {}),
            ("call", {"member": place.ids[SECRETARY], "present": True}),
            ("read_back", {}),
            ("pass_minutes", {"in_favour": 1}),
            ("close", {}),
            ("submit", {}),
            ("approve", {"confirmed": True}),
        ):
            done = await live.do(command, **args)
            assert done["type"] == "accepted", (command, done)
    return meeting


async def sealed(place: Place, meeting: str) -> Sealed:
    """The seal in the log, when it has come."""
    async with place.live(meeting, place.signed_in("bithu"), device="computer", tab="seal") as live:
        await live.until(lambda: live.views.get("meeting", {}).get("state") == "sealed", 30)
    act = (await place.running.meetings.state(meeting)).meeting.sealed
    assert act is not None
    assert isinstance(act.event, Sealed)
    return act.event


async def test_the_file_is_whole_and_is_what_the_log_says(place: Place) -> None:
    meeting = await approved(place)
    seal = await sealed(place, meeting)
    path = place.running.parts.settings.records / seal.file
    assert hashlib.sha256(path.read_bytes()).hexdigest() == seal.sha256
    assert (await asyncio.to_thread(verify, path)).whole
    await asyncio.sleep(0)
    row, stored = await place.store.read(lambda session: (
        session.exec(select(Sealing)).one(), session.exec(select(StoredFile)).all(),
    ))  # fmt: skip
    assert row.version == 1
    assert [one.sha256 for one in stored if one.kind == "record"] in ([seal.sha256], [])


async def test_a_disk_that_is_full_is_said_and_tried_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from meeting_server import sealer

    store = sealer._store

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealer, "_store", full)
    monkeypatch.setattr(sealer, "AGAIN_S", 0.3)
    with capture_logs() as logs:
        meeting = await approved(place)
        async with asyncio.timeout(20):
            while not any(event["event"] == "sealing_failed" for event in logs):  # noqa: ASYNC110 - the log is a list
                await asyncio.sleep(0.05)
    assert (await place.running.meetings.state(meeting)).meeting.state == "approved"
    monkeypatch.setattr(sealer, "_store", store)
    assert (await sealed(place, meeting)).version == 1
