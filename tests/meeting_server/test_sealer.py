"""Approved minutes are sealed, however often it fails on the way; the file is whole before it is named."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import Session, select
from structlog.testing import capture_logs
from typer.testing import CliRunner

from meeting_server.doctor.checks import Place as Doctor
from meeting_server.doctor.checks import records
from meeting_server.proving import walk
from meeting_server.store.tables import Sealing, StoredFile
from meeting_server.terminal.commands import app
from minutes.export.slip import Slip, slip_pdf
from minutes.record.events import ScanAttached, Sealed
from minutes.sealing import archive
from minutes.sealing.personal import signature
from minutes.sealing.sign import pkcs12_signer
from minutes.sealing.verify import verify
from tests.meeting_server.place import SECRETARY, Place, serving
from tests.minutes.sealing.authority import PASSWORD, authority
from tests.minutes.sealing.test_scan import pictures


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

    store = sealer.write_whole

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealer, "write_whole", full)
    monkeypatch.setattr(sealer, "AGAIN_S", 0.3)
    with capture_logs() as logs:
        meeting = await approved(place)
        async with asyncio.timeout(20):
            while not any(event["event"] == "sealing_failed" for event in logs):  # noqa: ASYNC110 - the log is a list
                await asyncio.sleep(0.05)
    assert (await place.running.meetings.state(meeting)).meeting.state == "approved"
    monkeypatch.setattr(sealer, "write_whole", store)
    assert (await sealed(place, meeting)).version == 1


STEPS = ("seal", "file", "leaf", "entry", "note")


@pytest.mark.parametrize("step", STEPS)
async def test_a_kill_at_any_step_of_sealing_leaves_one_whole_record(
    place: Place, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A fault just after each step stands for the kill: the next round must end with one seal, and all must fit."""
    from meeting_server import sealer

    running, killed = place.running.sealer, list[str]()
    targets = {
        "seal": (sealer, "seal"), "file": (sealer, "write_whole"), "leaf": (running._tree, "append"),
        "entry": (place.running.meetings, "append_system"), "note": (running, "_done"),
    }  # fmt: skip
    owner, name = targets[step]
    real = getattr(owner, name)

    def dies(*given: object, **named: object) -> object:
        result = real(*given, **named)
        if killed:
            return result
        killed.append(step)
        if asyncio.iscoroutine(result):
            return _then_fails(result)
        raise OSError(5, "killed")

    monkeypatch.setattr(owner, name, dies)
    monkeypatch.setattr(sealer, "AGAIN_S", 0.2)
    meeting = await approved(place)
    seal = await sealed(place, meeting)
    room = await place.running.meetings.state(meeting)
    assert len(room.meeting.seals) == 1
    path = place.running.parts.settings.records / seal.file
    assert (await asyncio.to_thread(verify, path)).whole
    assert not list(path.parent.glob("*.new"))
    async with asyncio.timeout(10):
        while not await place.store.read(lambda session: _all_fits(session, place, seal)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert killed == [step]


def _all_fits(session: Session, place: Place, seal: Sealed) -> bool:
    rows = session.exec(select(StoredFile.sha256).where(StoredFile.kind == "record")).all()
    state = session.exec(select(Sealing.state)).all()
    return not walk(session, place.running.parts.settings.records) and (rows, state) == ([seal.sha256], ["done"])


async def _then_fails(work: Awaitable[object]) -> object:
    await work
    raise OSError(5, "killed")


@pytest.mark.parametrize("step", ["file", "leaf", "entry"])
async def test_a_kill_while_something_is_sealed_beside_a_record_leaves_all_or_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """As above, for a person's signature; the next start finishes it once its leaf stands in the tree."""
    from meeting_server import sealer

    meeting, running = await approved(place), place.running.sealer
    first = await sealed(place, meeting)
    meetings = place.running.meetings
    owner, name = {
        "file": (sealer, "write_whole"), "leaf": (running._tree, "append"), "entry": (meetings, "append_system"),
    }[step]  # fmt: skip
    real = getattr(owner, name)

    def dies(*given: object, **named: object) -> object:
        result = real(*given, **named)
        if asyncio.iscoroutine(result):
            return _then_fails(result)
        raise OSError(5, "killed")

    key = await asyncio.to_thread(authority("CA thử").person, SECRETARY)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, dies)
        with pytest.raises(OSError, match="killed"):
            await running.sign(
                meeting, "secretary", lambda old: signature(old, "secretary", pkcs12_signer(key, PASSWORD)), ""
            )
    await running.finish()
    seal = await sealed(place, meeting)
    assert seal.signers == (() if step == "file" else ("secretary",))
    assert (seal == first) == (step == "file")
    records = place.running.parts.settings.records
    assert await place.store.read(lambda session: walk(session, records)) == []
    assert len(list((records / meeting).iterdir())) == (1 if step == "file" else 2)
    assert len((await place.running.meetings.state(meeting)).meeting.seals) == (1 if step == "file" else 2)


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is not installed")
@pytest.mark.parametrize("step", ["file", "leaf", "entry"])
async def test_a_process_killed_while_it_seals_a_scan_leaves_all_or_nothing(tmp_path: Path, step: str) -> None:
    """kill -9 in a process of its own; the next start writes scan and seal into the log, with who brought it."""
    data = tmp_path / "data"
    async with serving(data) as place:
        meeting = await approved(place)
        first, actor = await sealed(place, meeting), place.ids[SECRETARY]
        record = (place.running.parts.settings.records / first.file).read_bytes()
    files = _scan_of(record, first, meeting, tmp_path)
    command = [sys.executable, "-m", "tests.meeting_server.attaching", str(data), meeting, step, actor]
    died = await asyncio.create_subprocess_exec(*command, *map(str, files))
    assert await died.wait() == -signal.SIGKILL
    async with serving(data) as place:
        await place.running.sealer.finish()
        room, whole = await place.running.meetings.state(meeting), step != "file"
        assert [act.actor for act in room.meeting.scans] == ([actor] if whole else [])
        assert [act.event.pages for act in room.meeting.scans if isinstance(act.event, ScanAttached)] == (
            [len(files)] if whole else []
        )
        last = await sealed(place, meeting)
        assert last.state == ("hand_signed" if whole else "sealed")
        records = place.running.parts.settings.records
        assert (await asyncio.to_thread(verify, records / last.file)).whole
        assert await place.store.read(lambda session: walk(session, records)) == []
        assert len(list((records / meeting).glob("*"))) == (2 if whole else 1)


def _scan_of(record: bytes, seal: Sealed, meeting: str, folder: Path) -> list[Path]:
    """The record's pages and its slip as pictures."""
    slip = slip_pdf(Slip(meeting, seal.version, seal.root), number="", subject="", cell="")
    made = []
    for name, pdf in (("a", archive.unpack(record)["record.pdf"]), ("b", slip)):
        for number, page in enumerate(pictures(pdf, folder / name)):
            made.append(folder / f"{name}{number}.jpg")
            made[-1].write_bytes(page)
    return made


async def test_a_row_changed_by_sql_and_a_record_deleted_are_named(place: Place) -> None:
    meeting = await approved(place)
    seal = await sealed(place, meeting)
    records = place.running.parts.settings.records
    assert await place.store.read(lambda session: walk(session, records)) == []
    await place.store.write(lambda session: session.connection().exec_driver_sql(
        "UPDATE meeting_entry SET actor = 'khac' WHERE seq = 5"))  # fmt: skip
    (records / seal.file).unlink()
    faults = await place.store.read(lambda session: walk(session, records))
    assert any("entry 5 was altered" in fault for fault in faults)
    assert any("hồ sơ không còn" in fault for fault in faults)


async def test_the_command_and_the_doctor_walk_the_running_database(place: Place, tmp_path: Path) -> None:
    meeting = await approved(place)
    seal = await sealed(place, meeting)
    data = place.running.parts.settings.data
    run = partial(CliRunner().invoke, app, ["check", "--data", str(data)])
    done = await asyncio.to_thread(run)
    assert (done.exit_code, "đều khớp" in done.output) == (0, True), done.output
    looked = Doctor(data, "127.0.0.1", 1, tmp_path)
    assert (await asyncio.to_thread(records, looked)).state == "OK"
    (data / "records" / seal.file).write_bytes(b"other")
    done = await asyncio.to_thread(run)
    assert (done.exit_code, "không phải là hồ sơ đã niêm phong" in done.output) == (1, True)
    assert (await asyncio.to_thread(records, looked)).state == "BAD"


async def test_a_check_reads_each_log_once_and_tells_how_far_it_is(place: Place) -> None:
    for _ in range(2):
        await place.meeting()
    told: list[tuple[int, int]] = []
    faults = await place.store.read(
        lambda session: walk(
            session, place.running.parts.settings.records, lambda done, count: told.append((done, count))
        )
    )
    assert faults == []
    assert told == [(n, len(told)) for n in range(1, len(told) + 1)]
    assert len(told) >= 2
