"""The draft of a meeting's minutes: made from the log, kept up with it, reworded, or read from what was sealed.

Called by ``meetings`` alone, with the meeting's lock held unless said otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from meeting_server.hall import Hall
from meeting_server.halls import Halls
from meeting_server.reopening import SealedText
from meeting_server.rephrasing import NotRephrased, Rephraser, wanted
from meeting_server.room import commands
from meeting_server.room.commands import SYSTEM, Actor, Command
from meeting_server.room.meeting import decide
from meeting_server.room.refusal import Unavailable
from minutes.record.events import Authority, Drafted, Entry, Sealed

Drafter = Callable[[Sequence[Entry], tuple[str, ...]], Drafted]
_log = structlog.get_logger()


class Drafts:
    """``entries`` reads a meeting's whole log; ``sealed`` the text of a sealed file."""

    def __init__(
        self, halls: Halls, entries: Callable[[str], Awaitable[list[Entry]]], drafter: Drafter, sealed: SealedText,
        rephraser: Rephraser | None,
    ) -> None:  # fmt: skip
        self._halls = halls
        self._entries = entries
        self._drafter = drafter
        self._sealed = sealed
        self._rephraser = rephraser

    @staticmethod
    def needed(hall: Hall, command: Command) -> bool:
        """Reading back takes a draft; submitting takes one that follows the last corrections."""
        if isinstance(command, commands.ReadBack):
            return hall.room.document.version == 0
        return isinstance(command, commands.Submit) and hall.redraft is not None

    async def draft(self, hall: Hall, actor: Actor, command: commands.Draft | None) -> tuple[int, ...]:
        """Draft from the log in a thread; ``command`` None = by ourselves. The lock is held: the log stands
        still meanwhile (measured ≤ 1 s for two hours), so the draft is of what the log says when it is appended."""
        authority: Authority = "system"
        if command is not None:
            authority = decide(hall.room, hall.live, actor, command, self._halls.now(hall)).authority
        entries = await self._entries(hall.room.id)
        try:
            made = await asyncio.to_thread(self._drafter, entries, tuple(paper.title for paper in hall.live.papers))
        except Exception as error:
            _log.error("draft_failed", meeting=hall.room.id, error=type(error).__name__)
            if command is None:
                return ()
            raise Unavailable("draft_failed", "Chưa soạn được dự thảo. Lời ghi và sổ họp vẫn còn nguyên.") from error
        return await self._halls.append(hall, actor, authority, (made,), self._halls.now(hall))

    def reword(self, hall: Hall, block: str, session: str) -> None:
        """Beside the lock: a meeting never waits for a language model."""
        self._halls.keep(asyncio.create_task(self._reword(hall, block, session)))

    async def _reword(self, hall: Hall, block: str, session: str) -> None:
        assert self._rephraser is not None, "the command is refused without one"
        try:
            what = wanted(hall.room, block)
            hall.reword(block, (what.text, await self._rephraser.reworded(what)))
        except NotRephrased as why:
            hall.notice("info", str(why), session)

    def soon(self, hall: Hall) -> None:
        """After corrections and late speech the draft follows; several within two seconds are drafted once."""
        if hall.redraft is not None:
            hall.redraft.cancel()
        hall.redraft = asyncio.create_task(self._redraft(hall))
        self._halls.keep(hall.redraft)

    async def _redraft(self, hall: Hall) -> None:
        await asyncio.sleep(2)
        async with hall.lock:
            hall.redraft = None
            if hall.room.phase in ("open", "paused", "secret", "closed") and hall.room.meeting.reopened is None:
                await self._halls.finish(self.draft(hall, SYSTEM, None))

    async def settled(self, hall: Hall) -> None:
        """Waits, without the lock, for a redraft that is under way."""
        if hall.redraft is not None:
            await asyncio.wait([hall.redraft])

    def give_up(self, hall: Hall) -> None:
        """The process ends: what is not drafted is drafted when the meeting is taken up again."""
        if hall.redraft is not None:
            hall.redraft.cancel()

    async def as_sealed(self, hall: Hall) -> Drafted:
        """The minutes as they were sealed, when the log no longer holds them."""
        act = hall.room.meeting.sealed
        if act is None or not isinstance(act.event, Sealed):
            raise AssertionError("only what was sealed is opened again")
        try:
            return await asyncio.to_thread(self._sealed, act.event, hall.room.meeting.roster)
        except (OSError, ValueError, KeyError, TypeError, AssertionError) as error:
            _log.error("sealed_text_missing", meeting=hall.room.id, error=type(error).__name__)
            text = "Chưa đọc được biên bản trong hồ sơ đã niêm phong nên chưa mở lại được. Hồ sơ vẫn còn nguyên."
            raise Unavailable("sealed_text_missing", text, "quản trị viên") from error
