"""The meetings in memory, and the one append: shut, write, apply, tell, open. ``meetings`` holds the locks.

The log is the truth: a hall is folded from it when first asked for, again after erasing, and again when an append
was refused because somebody else was faster.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from meeting_server import capture, paperwork
from meeting_server.capture import CapturePort
from meeting_server.clock import Clock
from meeting_server.committing import commit
from meeting_server.hall import Hall
from meeting_server.publishing import ALL_VIEWS, Board
from meeting_server.room.commands import Actor
from meeting_server.room.refusal import Refused, Unavailable, Unknown
from meeting_server.room.showing import PLACE_OF, awaited
from meeting_server.room.state import Live, Paper, Place, Room, Showing, fold, with_span
from meeting_server.store import log, room_settings
from meeting_server.store.database import Overloaded, Store
from minutes.record.events import Authority, Entry, Erased, Event, FloorGiven, FloorReturned

Value = TypeVar("Value")
MAX_HALLS = 300
_log = structlog.get_logger()


class Halls:
    """``health`` is what a meeting starts with: disk and speech as they are now."""

    def __init__(self, store: Store, clock: Clock, port: CapturePort) -> None:
        self.store, self.port = store, port
        self.health = Live()
        self._clock = clock
        self._held: dict[str, Hall] = {}
        self._loading = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()

    def known(self, meeting: str) -> Hall | None:
        """The meeting when it is in memory."""
        return self._held.get(meeting)

    def forget(self, meeting: str) -> None:
        """The meeting is no more: whoever watches is put out."""
        hall = self._held.pop(meeting, None)
        for subscription in hall.board.everybody() if hall else ():
            subscription.end()

    def all(self) -> list[Hall]:
        return list(self._held.values())

    async def hall(self, meeting: str) -> Hall:
        """Raises Unknown."""
        found = self._held.get(meeting)
        if found is not None:
            return found
        async with self._loading:
            if meeting not in self._held:
                self._let_go()
                room = await self._load(meeting)
                kept = await self.guarded(self.store.read(lambda session: room_settings.read(session, meeting)))
                live = replace(
                    self.health, papers=await self.papers(meeting), muted=kept.muted, invited_only=kept.invited_only,
                    limit_s=kept.limit_s, captions_on=kept.captions_on,
                )  # fmt: skip
                board = Board(room, live, self._clock.now())
                self._held[meeting] = Hall(
                    room, live, board, put_away=kept.put_away, awaited=awaited(room, _shown(kept)), kept=kept
                )  # fmt: skip
            return self._held[meeting]

    async def papers(self, meeting: str) -> tuple[Paper, ...]:
        """The documents given out for it."""
        return await self.guarded(self.store.read(lambda session: paperwork.listed(session, meeting)))

    async def remember(self, hall: Hall) -> None:
        """What was set outlasts a restart, until the meeting is closed. It holds now even where it cannot be kept."""
        meeting = hall.room.id
        goes_on = hall.room.phase in ("scheduled", "open", "paused", "secret")
        kept = hall.settings() if goes_on else room_settings.Settings()
        if kept == hall.kept:
            return
        with suppress(Refused):
            await self.guarded(self.store.write(lambda session: room_settings.write(session, meeting, kept)))
            hall.kept = kept

    def _let_go(self) -> None:
        """Forget meetings that nobody watches; a late holder of one is refused by the log and starts again."""
        if len(self._held) < MAX_HALLS:
            return
        idle = [key for key, hall in self._held.items() if hall.idle]
        for key in idle[: max(1, MAX_HALLS // 10)]:
            del self._held[key]

    async def _load(self, meeting: str) -> Room:
        def work(session: Session) -> tuple[list[Entry], list[tuple[str, int, int]]]:
            return log.load(session, meeting), log.silences(session, meeting)

        entries, silences = await self.guarded(self.store.read(work))
        room = fold(entries)
        for track, start, end in silences:
            room = replace(room, heard=with_span(room.heard, track, start, end))
        return room

    def now(self, hall: Hall) -> int:
        """Never backwards within a meeting, whatever the clock did between two starts."""
        return max(hall.room.at, self._clock.now())

    async def finish(self, work: Coroutine[Any, Any, Value]) -> Value:
        """``work`` to its end, whatever becomes of the caller."""
        task = asyncio.ensure_future(work)
        self.keep(task)
        return await asyncio.shield(task)

    def keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        """A refusal whose caller went away is nobody's any more."""
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()

    async def settle(self) -> None:
        """Waits for all that was begun."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def guarded(self, work: Coroutine[Any, Any, Value]) -> Value:
        """Faults of the database as refusals that say what is safe."""
        try:
            return await work
        except log.NoSuchMeeting as error:
            raise Unknown("unknown_meeting", "Không có cuộc họp này.") from error
        except (SQLAlchemyError, Overloaded, log.Overtaken) as error:
            _log.error("store_failed", error=type(error).__name__)
            text = "Máy chủ chưa ghi được vào sổ. Những gì đã ghi vẫn còn; đề nghị làm lại."
            raise Unavailable("store_failed", text, "quản trị viên") from error

    async def append(
        self, hall: Hall, actor: Actor, authority: Authority, events: Sequence[Event], at: int
    ) -> tuple[int, ...]:
        """The seqs appended; none for no events. Called with the hall's lock held. Raises Unavailable."""
        if not events:
            return ()
        await self._shut(hall, events)
        before = hall.room
        try:
            entries, room = await self.guarded(
                self.store.write(lambda session: commit(session, before, actor, authority, events, at))
            )
        except Unavailable:
            await self.reread(hall)
            raise
        erased = any(isinstance(event, Erased) for event in events)
        hall.room = await self._without_erased(room) if erased else room
        hall.tell(entries, erased=erased)
        await self._open(hall, events)
        await self.pictures(hall)
        await self.remember(hall)
        return tuple(entry.seq for entry in entries)

    async def reread(self, hall: Hall) -> None:
        """What the log says now: an append may have failed because this picture was old."""
        with suppress(Refused):
            room = await self._load(hall.room.id)
            if room != hall.room:
                hall.room = room
                hall.board.show(room, hall.live, ALL_VIEWS)

    async def _without_erased(self, room: Room) -> Room:
        """After erasing: nothing erased stays in memory, nor in the database's old pages."""
        await self.store.shred()
        return await self._load(room.id)

    async def _shut(self, hall: Hall, events: Sequence[Event]) -> None:
        try:
            await capture.before(self.port, hall.room, events)
        except Exception as error:
            _log.error("capture_failed", meeting=hall.room.id, error=type(error).__name__)
            text = "Chưa dừng được việc ghi. Đề nghị tắt micrô và làm lại ngay."
            raise Unavailable("capture_failed", text) from error

    async def _open(self, hall: Hall, events: Sequence[Event]) -> None:
        """What follows an append. A failure leaves the gate shut, and is said."""
        try:
            await capture.after(self.port, hall.room, events)
            if hall.live.invited_only and any(isinstance(event, FloorGiven | FloorReturned) for event in events):
                await self.mutes(hall)
        except Exception as error:
            _log.error("capture_failed", meeting=hall.room.id, error=type(error).__name__)
            hall.notice("error", "Chưa mở được việc ghi: tiếng nói lúc này không được ghi lại.")

    async def mutes(self, hall: Hall) -> None:
        """Shut and open microphones as the meeting wants them; what could not be done now is done when the node is
        back."""
        try:
            await capture.mutes(self.port, hall.room, hall.live)
        except Exception as error:
            _log.error("mutes_failed", meeting=hall.room.id, error=type(error).__name__)
            hall.notice("error", "Chưa tắt, mở được micrô của mọi người theo lượt phát biểu. Máy sẽ tự làm lại.")

    async def pictures(self, hall: Hall) -> None:
        """Tell the media engine whose pictures may be shown, when that changed. A failure shows nothing new."""
        wanted = hall.pictures()
        if wanted == hall.shown:
            return
        try:
            await self.port.pictures(hall.room.id, *wanted)
            hall.shown = wanted
        except Exception as error:
            _log.error("pictures_failed", meeting=hall.room.id, error=type(error).__name__)

    async def sound_again(self, hall: Hall) -> None:
        """The media node came back: it has forgotten who has the floor, whose microphone is shut and who shows."""
        hall.shown = None
        await self.pictures(hall)
        try:
            await self.port.floor(hall.room.id, capture.speaking_session(hall.room))
        except Exception as error:
            _log.error("floor_failed", meeting=hall.room.id, error=type(error).__name__)
        await self.mutes(hall)


def _shown(kept: room_settings.Settings) -> dict[Place, Showing]:
    """What stood in each place; what this version does not know is left out."""
    shown: dict[Place, Showing] = {}
    for place, session, kind in kept.pictures:
        for known in PLACE_OF:
            if kind == known and place == PLACE_OF[known]:
                shown[PLACE_OF[known]] = Showing(session, known)
    return shown
