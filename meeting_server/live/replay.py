"""What the player needs is made while a meeting goes on, and once more when it closes: the first listen is quick.

Only of meetings that are recorded; what stands beside the journal goes with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from meeting_server.media import sound
from meeting_server.meetings import Meetings
from meeting_server.room.refusal import Refused
from transcription.recording import JOURNAL, BadJournal

log = structlog.get_logger(__name__)

EVERY_S = 60.0
SETTLE_S = 2.0  # the recorder's last segment is on the disk
MAX_CLOSED = 256


class Replay:
    """``await run()`` until cancelled. ``spare``: the disk has room for what can be made later as well."""

    def __init__(
        self, meetings: Meetings, recordings: Path, spare: Callable[[], bool], every_s: float = EVERY_S,
        settle_s: float = SETTLE_S,
    ) -> None:  # fmt: skip
        self._meetings, self._recordings, self._spare = meetings, recordings, spare
        self._every_s, self._settle_s = every_s, settle_s
        self._closed: asyncio.Queue[str] = asyncio.Queue(MAX_CLOSED)
        self._sizes: dict[str, int] = {}

    def closed(self, meeting: str) -> None:
        """Its last minute is taken in soon. When too many close at once the next round takes them in."""
        if not self._closed.full():
            self._closed.put_nowait(meeting)

    async def run(self) -> None:
        clock = asyncio.get_running_loop().time
        due = clock() + self._every_s
        while True:
            try:
                async with asyncio.timeout_at(due):
                    meeting = await self._closed.get()
            except TimeoutError:
                await self._round()
                due = clock() + self._every_s
            else:
                await asyncio.sleep(self._settle_s)
                await self._grow(meeting)

    async def _round(self) -> None:
        held = self._meetings.held()
        self._sizes = {meeting: size for meeting, size in self._sizes.items() if meeting in held}
        for meeting in held:
            await self._grow(meeting)

    async def _grow(self, meeting: str) -> None:
        try:
            decided = (await self._meetings.state(meeting)).meeting.recording
            if decided is not None and decided.record and self._spare():
                await asyncio.to_thread(self._take_in, meeting)
        except (OSError, BadJournal, Refused) as error:
            log.warning("sound_not_made", meeting=meeting, error=type(error).__name__)

    def _take_in(self, meeting: str) -> None:
        journal = self._recordings / meeting / JOURNAL
        size = journal.stat().st_size if journal.exists() else 0
        if size != self._sizes.get(meeting, 0):
            sound.grow(journal)
            self._sizes[meeting] = size
