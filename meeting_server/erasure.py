"""What is past its time goes: bodies and salts of short-lived kinds, sound and all that was made from it.

The rules are ``minutes.record.retention``; a meeting under a legal hold keeps everything. Each erasure stands in the
access log. Done twice it changes nothing, and what a kill left undone is done at the next sweep.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from meeting_server.clock import Clock
from meeting_server.committing import day_of
from meeting_server.store import log, sent_files
from meeting_server.store.bodies import sound_key_in_use
from meeting_server.store.database import Overloaded, Store
from meeting_server.store.tables import AccessLog, LegalHold, Meeting, MeetingSummary, TrackSilence
from minutes.record.meeting import fold
from minutes.record.retention import Due, due, table_on
from transcription.keyring import Keyring, Purpose

_log = structlog.get_logger(__name__)

SEALED_ONCE = ("sealed", "closed", "submitted", "approved")  # the last three when opened again for a correction
SWEEP_S = 24 * 3_600.0
SYSTEM = "system"


class CannotHold(Exception):
    """The message is a sentence for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What went, or is to go: how many bodies of a meeting, and whether sound; or the files of what was sent up, whose
    id then stands in ``meeting``."""

    meeting: str
    bodies: int
    sound: bool
    files: int = 0

    @property
    def sentence(self) -> str:
        if self.files:
            return f"{self.meeting}: {self.files} tệp kèm nội dung đã nộp cấp trên"
        return f"{self.meeting}: {self.bodies} mục trong sổ họp{', bản ghi âm' if self.sound else ''}"


async def _nobody(_: str) -> None:
    return None


class Sweeper:
    """``await run()`` until cancelled. ``erased(meeting)`` lets memory follow what the disk has forgotten."""

    def __init__(
        self, store: Store, recordings: Path, keys: Keyring, clock: Clock,
        erased: Callable[[str], Awaitable[None]] = _nobody,
    ) -> None:  # fmt: skip
        self._store, self._recordings, self._keys = store, recordings, keys
        self._clock, self._erased = clock, erased

    async def run(self) -> None:
        while True:
            with contextlib.suppress(SQLAlchemyError, Overloaded):  # the database is away: tried again tomorrow
                await self.sweep()
            await asyncio.sleep(SWEEP_S)

    async def sweep(self, *, look: bool = False) -> list[Gone]:
        """What was erased; with ``look`` what would be, and nothing is touched."""
        gone = []
        for meeting in await self._store.read(_sealed):
            one = await self._meeting(meeting, look)
            gone += [one] if one else []
        gone += await self._sent_up(look)
        if gone and not look:
            await self._store.shred()
        return gone

    async def _sent_up(self, look: bool) -> list[Gone]:
        """Files of submissions; the rows first, then the keys, also those that a kill left."""
        now = self._clock.now()
        over = await self._store.read(lambda session: sent_files.over(session, now))
        if look:
            return [Gone(one, 0, False, count) for one, count in over.items()]
        gone = [Gone(one, 0, False, await self._store.write(partial(_erase_sent, one=one, now=now))) for one in over]
        for one in await self._store.read(sent_files.without_files):
            await self._destroy(one, "record")
        return [one for one in gone if one.files]

    async def _meeting(self, meeting: str, look: bool) -> Gone | None:
        now, folder = self._clock.now(), self._recordings / meeting
        wanted = await self._store.read(lambda session: due_of(session, meeting, now))
        sound = wanted.sound and await asyncio.to_thread(folder.exists)
        if not wanted.bodies and not sound:
            return None
        if look:
            return Gone(meeting, len(wanted.bodies), sound)
        took = await self._store.write(lambda session: _erase(session, meeting, now, sound=sound))
        if took is None:  # a hold was set since
            return None
        if sound:
            await self._remove(meeting, folder)
        if not await self._store.read(lambda session: sound_key_in_use(session, meeting)):
            await self._destroy(meeting, "sound")
        await self._erased(meeting)
        _log.info("erased", meeting=meeting, bodies=took, sound=sound)
        return Gone(meeting, took, sound)

    async def _remove(self, meeting: str, folder: Path) -> None:
        try:
            await asyncio.to_thread(shutil.rmtree, folder)
        except OSError as error:
            _log.error("sound_not_erased", meeting=meeting, error=type(error).__name__)

    async def _destroy(self, owner: str, purpose: Purpose) -> None:
        """Copies that no deletion reaches become unreadable with the key."""
        try:
            await asyncio.to_thread(self._keys.destroy, owner, purpose)
        except OSError as error:
            _log.error("key_not_destroyed", meeting=owner, error=type(error).__name__)


def due_of(session: Session, meeting: str, now: int) -> Due:
    """What the table of the meeting's own day says is over at ``now`` (ms); nothing under a hold."""
    if session.get(LegalHold, meeting) is not None:
        return Due()
    entries = log.load(session, meeting)
    head = fold(entries)
    day = day_of(head.scheduled.starts_at if head.scheduled else now)
    return due(head, entries, now, table_on(day))


def _sealed(session: Session) -> list[str]:
    """Practice meetings are forgotten whole elsewhere."""
    held = select(LegalHold.meeting)
    wanted = select(MeetingSummary.meeting).where(
        col(MeetingSummary.state).in_(SEALED_ONCE), MeetingSummary.kind != "practice",
        col(MeetingSummary.meeting).not_in(held),
    )  # fmt: skip
    return sorted(session.exec(wanted))


def _erase(session: Session, meeting: str, now: int, *, sound: bool) -> int | None:
    """How many bodies went; None when nothing may. Worked out anew: a hold may have come in between."""
    wanted = due_of(session, meeting, now)
    if wanted == Due():
        return None
    log.erase(session, meeting, wanted.bodies)
    session.connection().execute(delete(TrackSilence).where(col(TrackSilence.meeting) == meeting))
    what = f"{meeting} bodies={len(wanted.bodies)} sound={int(sound)}"
    session.add(AccessLog(at=now, account=SYSTEM, action="erase", target=what))
    return len(wanted.bodies)


def _erase_sent(session: Session, one: str, now: int) -> int:
    count = sent_files.erase(session, one, now)
    if count:
        session.add(AccessLog(at=now, account=SYSTEM, action="erase", target=f"{one} files={count}"))
        _log.info("sent_files_erased", submission=one, files=count)
    return count


# -- legal hold --------------------------------------------------------------------------------------------------------


def set_hold(session: Session, meeting: str, now: int, *, reason: str = "", lift: bool = False) -> None:
    """Raises CannotHold."""
    row = session.get(LegalHold, meeting)
    if session.get(Meeting, meeting) is None:
        raise CannotHold("Không có cuộc họp này.")
    if lift:
        if row is None:
            raise CannotHold("Cuộc họp này không đang được giữ.")
        session.delete(row)
    elif not reason.strip():
        raise CannotHold("Cho biết vì sao giữ lại: --reason …")
    else:
        session.merge(LegalHold(meeting=meeting, since=row.since if row else now, reason=reason.strip()[:500]))
    session.add(AccessLog(at=now, account=SYSTEM, action="lift_hold" if lift else "hold", target=meeting))


def held(session: Session) -> list[str]:
    """One line a meeting under a hold."""
    rows = session.exec(select(LegalHold).order_by(col(LegalHold.since)))
    return [f"{row.meeting}  từ {day_of(row.since):%d/%m/%Y}  {row.reason}" for row in rows]
