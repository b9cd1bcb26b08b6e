"""What is past its time is gone from every byte; chain, tree and record still verify; a hold keeps everything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from meeting_server.erasure import CannotHold, Sweeper, held, set_hold
from meeting_server.store.tables import AccessLog
from meeting_server.terminal.commands import app
from minutes.record import chain
from minutes.record.events import Sealed
from minutes.record.retention import DAY_MS, table_on
from minutes.sealing.verify import verify
from tests.meeting_server.place import MEMBER, SECRETARY, Place, now, serving
from tests.meeting_server.test_sealer import sealed
from transcription.keyring import Keyring, Unreadable

WORD = "qzxwvutro"
MONTH = 31 * DAY_MS


@dataclass
class Then:
    at: int

    def now(self) -> int:
        return self.at


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with serving(tmp_path) as place:
        yield place


async def spoken(place: Place) -> tuple[str, Sealed]:
    """A sealed meeting in which a word was said that is not in its minutes; some sound lies beside it."""
    meeting = await place.meeting()
    async with place.live(meeting, place.signed_in("bithu"), device="computer") as live:
        await live.told("snapshot")
        for command, args in (
            ("decide_recording", {"record": False, "transcribe": False}),
            ("appoint_secretary", {"member": place.ids[SECRETARY]}),
            ("open", {}),
            ("call", {"member": place.ids[SECRETARY], "present": True}),
            ("call", {"member": place.ids[MEMBER], "present": True}),
            ("start_item", {"item": "i1"}),
            ("type_speech", {"text": f"Tôi nói {WORD} thôi.", "member": place.ids[MEMBER]}),
        ):
            done = await live.do(command, **args)
            assert done["type"] == "accepted", (command, done)
        said = (await place.running.meetings.state(meeting)).transcript.utterances[-1].id
        for name, more in (
            ("correct", {"utterance": said, "text": "Tôi nhất trí."}),
            ("conclude_item", {"item": "i1", "outcome": "open"}),
            ("read_back", {}), ("pass_minutes", {"in_favour": 2}), ("close", {}), ("submit", {}),
            ("approve", {"confirmed": True}),
        ):  # fmt: skip
            done = await live.do(name, **more)
            assert done["type"] == "accepted", (name, done)
    seal = await sealed(place, meeting)
    made = place.running.parts.settings.recordings / meeting / "made"
    made.mkdir(parents=True, exist_ok=True)
    (made / "12-t.ogg").write_bytes(b"OggS " + WORD.encode())
    return meeting, seal


def files_with(folder: Path, word: str) -> list[str]:
    return [
        str(p.relative_to(folder)) for p in sorted(folder.rglob("*")) if p.is_file() and word.encode() in p.read_bytes()
    ]


def sweeper(place: Place, days_ms: int) -> Sweeper:
    running = place.running
    settings = running.parts.settings
    return Sweeper(
        place.store, settings.recordings, Keyring(settings.keys), Then(now() + days_ms), running.meetings.forget_erased
    )


async def test_an_erased_word_is_in_no_file_and_everything_still_verifies(place: Place, tmp_path: Path) -> None:
    meeting, seal = await spoken(place)
    before = [entry.leaf for entry in await place.running.meetings.entries(meeting)]
    assert files_with(tmp_path, WORD)
    desk = place.signed_in("bithu")
    read = (await desk.get(f"/api/meetings/{meeting}/minutes")).json()
    gone = await sweeper(place, MONTH).sweep()
    assert (await desk.get(f"/api/meetings/{meeting}/minutes")).json() == read
    assert read["page"]["lines"]
    assert [(one.meeting, one.sound) for one in gone] == [(meeting, True)]
    assert files_with(tmp_path, WORD) == []
    assert WORD not in repr(await place.running.meetings.state(meeting))
    with pytest.raises(Unreadable):
        Keyring(place.running.parts.settings.keys).key(meeting, "sound")
    entries = await place.running.meetings.entries(meeting)
    table = table_on(place.running.house.today())
    assert chain.faults(entries) == []
    assert [entry.leaf for entry in entries] == before
    assert chain.root(before[: seal.entries]).hex() == seal.root
    assert {table.of(entry.kind) for entry in entries if entry.body is None} == {"short"}
    assert all((entry.body is None) == (entry.salt is None) for entry in entries)
    assert {table.of(entry.kind) for entry in entries if entry.body is not None} == {"permanent"}
    assert (await asyncio.to_thread(verify, place.running.parts.settings.records / seal.file)).whole
    lines = await place.store.read(lambda session: session.exec(select(AccessLog)).all())
    assert [line.target.split()[0] for line in lines if line.action == "erase"] == [meeting]
    assert await sweeper(place, MONTH).sweep() == []


async def test_before_its_day_nothing_goes_and_a_hold_keeps_everything(place: Place, tmp_path: Path) -> None:
    meeting, _ = await spoken(place)
    assert await sweeper(place, 29 * DAY_MS).sweep() == []
    await place.store.write(lambda session: set_hold(session, meeting, now(), reason="Kiểm tra"))
    assert await sweeper(place, MONTH).sweep() == []
    assert files_with(tmp_path, WORD)
    assert "Kiểm tra" in (await place.store.read(held))[0]
    await place.store.write(lambda session: set_hold(session, meeting, now(), lift=True))
    assert [one.meeting for one in await sweeper(place, MONTH).sweep(look=True)] == [meeting]
    assert files_with(tmp_path, WORD)
    assert [one.meeting for one in await sweeper(place, MONTH).sweep()] == [meeting]
    assert files_with(tmp_path, WORD) == []
    lines = await place.store.read(lambda session: session.exec(select(AccessLog)).all())
    assert [one.action for one in lines if one.action != "login"][-3:] == ["hold", "lift_hold", "erase"]


async def test_a_hold_needs_a_reason_and_a_meeting(place: Place) -> None:
    meeting = await place.meeting()
    for where, reason, lift in (("m-none", "x", False), (meeting, " ", False), (meeting, "", True)):
        with pytest.raises(CannotHold):
            await place.store.write(partial(set_hold, meeting=where, now=now(), reason=reason, lift=lift))


async def test_the_commands_say_what_they_did(place: Place, tmp_path: Path) -> None:
    meeting = await place.meeting()
    run = CliRunner()

    def said(*args: str) -> str:
        return run.invoke(app, [*args, "--data", str(tmp_path)]).output

    assert "Không có gì đến hạn" in await asyncio.to_thread(said, "sweep")
    assert meeting in await asyncio.to_thread(said, "hold", meeting, "--reason", "Kiểm tra")
    assert "Không có cuộc họp nào" in await asyncio.to_thread(said, "hold", meeting, "--lift")
