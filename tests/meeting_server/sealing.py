"""Processes that are killed (kill -9) while they seal, one at every step: ``python -m … DATA COPIES [P12]``.

A step is whatever changes the disk: a file opened to be written, a name given or taken, and each commit of the
database, before and after it. Each process works on a copy of its own, ``COPIES``/0, 1, 2 …, and dies at the step of
its number; the last one comes to the end. Printed: the steps, one a line. With ``P12`` a person's signature is sealed
beside the record, without it the approved meeting is sealed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import event
from sqlmodel import Session, select

from meeting_server import sealer
from meeting_server.clock import SystemClock
from meeting_server.keeping import store_of
from meeting_server.meetings import Meetings
from meeting_server.settings import Settings
from meeting_server.store.tables import MeetingSummary
from minutes.sealing.keys import load_or_create
from minutes.sealing.personal import signature
from minutes.sealing.sign import pkcs12_signer
from tests.minutes.sealing.authority import PASSWORD

WRITES = os.O_WRONLY | os.O_RDWR
CHANGES = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "os.truncate"}


class Fate:
    """Dies at its ``last`` step, counted from 0."""

    def __init__(self, data: Path, last: int) -> None:
        self.data, self.last, self.steps = str(data), last, list[str]()

    def step(self, what: str) -> None:
        self.steps.append(what)
        if len(self.steps) > self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(self, name: str, given: tuple[object, ...]) -> None:
        """An audit hook (PEP 578)."""
        path = str(given[0]) if given else ""
        if not path.startswith(self.data):
            return
        if name in CHANGES or (name == "open" and int(str(given[2])) & WRITES):
            self.step(f"{name} {path.removeprefix(self.data)}")


def sealer_of(settings: Settings) -> tuple[sealer.Sealer, Meetings]:
    """As the server has it; ``Meetings.store`` is to be closed by the caller's end."""
    store = store_of(settings)
    meetings = Meetings(store, SystemClock())
    keys = load_or_create(settings.keys / "sealing", settings.installation_name(), datetime.now(UTC))
    return sealer.Sealer(store, meetings, keys, settings.records, SystemClock()), meetings


async def _seals(settings: Settings, p12: bytes | None, fate: Fate) -> None:
    sealing, _ = sealer_of(settings)
    sys.addaudithook(fate.heard)
    event.listen(Session, "before_commit", lambda _: fate.step("commit begins"))
    event.listen(Session, "after_commit", lambda _: fate.step("commit is done"))
    if p12 is None:
        assert await sealing.seal_all()
        return
    meeting = await sealing._store.read(lambda session: session.exec(select(MeetingSummary.meeting)).one())
    signer = pkcs12_signer(p12, PASSWORD)
    await sealing.sign(meeting, "secretary", lambda old: signature(old, "secretary", signer), "")


def _dies(data: Path, p12: bytes | None, last: int) -> bool:
    """Whether the process was killed; one that comes to its end tells its steps."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    code = 1
    try:
        fate = Fate(data, last)
        asyncio.run(_seals(Settings(data=data, demo=True, speech=False), p12, fate))
        print("\n".join(fate.steps), flush=True)
        code = 0
    finally:
        os._exit(code)


def main(data: Path, copies: Path, p12: bytes | None) -> None:
    for last in range(1_000):
        here = copies / str(last)
        shutil.copytree(data, here, ignore=lambda folder, names: [name for name in names if name.endswith(".sock")])
        if not _dies(here, p12, last):
            return


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    data_, copies_, *given_ = sys.argv[1:]
    main(Path(data_), Path(copies_), Path(given_[0]).read_bytes() if given_ else None)
