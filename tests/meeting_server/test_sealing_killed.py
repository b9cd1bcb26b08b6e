"""kill -9 at every step of sealing, of real processes: the next start ends with one whole record, the same but for the
time and the signature; or, beside a record, with all or nothing."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from sqlmodel import select

from meeting_server.proving import walk
from meeting_server.settings import Settings
from meeting_server.store.tables import Sealing, StoredFile
from minutes.record.events import Sealed
from minutes.sealing import archive, package
from minutes.sealing.verify import Against, Verdict, verify
from tests.meeting_server.place import SECRETARY, serving
from tests.meeting_server.sealing import sealer_of
from tests.meeting_server.test_sealer import approved, sealed
from tests.minutes.sealing.authority import authority

pytestmark = pytest.mark.serial

ROOT = Path(__file__).parents[2]
OF_THE_TIME = {"record.pdf", "manifest.json", "manifest.sig", "receipt.json"}


async def killed(data: Path, copies: Path, *more: Path) -> list[str]:
    """The steps at which processes died; what each left lies in ``copies`` by its number, and the last is whole."""
    command = [sys.executable, "-m", "tests.meeting_server.sealing", str(data), str(copies), *map(str, more)]
    driver = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    said, _ = await driver.communicate()
    assert driver.returncode == 0
    steps = said.decode().splitlines()
    assert len(await asyncio.to_thread(os.listdir, copies)) == len(steps) + 1
    return steps


class After:
    """An installation after its next start."""

    def __init__(self, data: Path) -> None:
        self.settings = Settings(data=data, demo=True, speech=False)

    async def start(self, meeting: str) -> After:
        sealing, meetings = sealer_of(self.settings)
        records, store = self.settings.records, sealing._store
        await sealing.finish()
        assert await sealing.seal_all()
        room = await meetings.state(meeting)
        self.seals = [act.event for act in room.meeting.seals if isinstance(act.event, Sealed)]
        self.faults = await store.read(lambda session: walk(session, records))
        self.rows = await store.read(lambda session: list(session.exec(select(Sealing.state))))
        self.stored = await store.read(
            lambda session: {row.sha256 for row in session.exec(select(StoredFile)) if row.kind == "record"}
        )
        self.entries = await meetings.entries(meeting)
        store.close()
        self.left = [str(path) for path in records.rglob("*") if ".new" in path.name]
        self.files = sorted(path.name for path in (records / meeting).iterdir())
        return self

    @property
    def newest(self) -> Path:
        return self.settings.records / self.seals[-1].file

    def verdict(self) -> Verdict:
        return verify(self.newest, Against(heads=self.settings.records / "tree" / "heads"))


async def test_sealing_killed_at_any_step_ends_with_one_record_of_the_same_bytes(tmp_path: Path) -> None:
    data, copies = tmp_path / "data", tmp_path / "copies"
    async with serving(data) as place, place.running.sealer._one:  # approved, and nobody has begun to seal it
        meeting = await approved(place)
        for task in place.running._tasks:
            task.cancel()
    steps = await killed(data, copies)
    assert {step.partition(" ")[0] for step in steps} == {"open", "os.rename", "os.mkdir", "commit"}
    assert len(steps) >= 12
    ends = [await After(copies / str(number)).start(meeting) for number in range(len(steps) + 1)]
    wanted = archive.unpack(ends[-1].newest.read_bytes())
    for step, end in zip([*steps, "none"], ends, strict=True):
        verdict = await asyncio.to_thread(end.verdict)
        assert (verdict.whole, verdict.newest, end.faults, end.left) == (True, "yes", [], []), (step, verdict.faults)
        assert (len(end.seals), len(end.files), end.rows) == (1, 1, ["done"]), step
        assert end.stored == {end.seals[0].sha256}, step
        parts = archive.unpack(end.newest.read_bytes())
        assert {name for name in wanted if parts[name] != wanted[name]} <= OF_THE_TIME, step
        assert parts["record.pdf"].startswith(package.draft(end.entries).pdf), step


async def test_a_signature_killed_at_any_step_of_its_sealing_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    data, copies, key = tmp_path / "data", tmp_path / "copies", tmp_path / "key.p12"
    key.write_bytes(await asyncio.to_thread(authority("CA thử").person, SECRETARY))
    async with serving(data) as place:
        meeting = await approved(place)
        first = await sealed(place, meeting)
    steps = await killed(data, copies, key)
    signed = []
    for number, step in enumerate([*steps, "none"]):
        end = await After(copies / str(number)).start(meeting)
        verdict = await asyncio.to_thread(end.verdict)
        assert (verdict.whole, verdict.newest, end.faults, end.left) == (True, "yes", [], []), (step, verdict.faults)
        assert end.seals[0] == first, step
        signed.append(end.seals[-1].signers == ("secretary",))
        assert len(end.seals) == len(end.files) == len(end.stored) == 1 + signed[-1], step
    assert signed == sorted(signed), "once its leaf stands in the tree a signature is finished, before it is not"
    assert (signed[0], signed[-1]) == (False, True)
