"""The microphones in a room's hall: its own device and phones beside it become one speaker (media.hall), where none of
them is in the middle of a word. Each one's own sound is kept aside, in a journal that is not recognised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from meeting_server.media.capture import Capture, CapturedTrack
from meeting_server.media.clock import Clock
from meeting_server.media.hall import HallSound
from meeting_server.media.participant import Participant
from meeting_server.media.recorder import RoomJournal
from transcription.recording import MICROPHONES

PAUSE_MS, LONGEST_WAIT_MS = 200, 3000  # several become one where nothing is being said, if that is soon
TELL_TICKS = 5


class Around(Protocol):
    """What they ask of their room, and tell it."""

    @property
    def participants(self) -> Mapping[str, Participant]: ...

    def joined_hall(self, session: str) -> None:
        """It is no speaker by itself any more."""

    def told_track(self, session: str, track: CapturedTrack) -> None:
        """A track of the hall began."""


class Microphones:
    """``inside``: the sessions of all of them, also of phones that wait to become one (the same set for good);
    ``beside`` opens the journal in ``folder`` in which each is kept by itself. ``tell`` takes events for the server."""

    def __init__(
        self, name: str, room: Around, capture: Capture, clock: Clock, tell: Callable[[dict[str, Any]], None],
        beside: Callable[[], Awaitable[RoomJournal]], folder: Path,
    ) -> None:  # fmt: skip
        self._name, self._room, self._capture, self._clock, self._tell = name, room, capture, clock, tell
        self._beside, self._journal = beside, RoomJournal(folder, MICROPHONES)
        self._hall: HallSound | None = None
        self.inside: set[str] = set()
        self._apart: set[str] = set()  # phones in the hall that are not among its microphones yet
        self._gathering = self._ticks = 0
        self._told: dict[str, Any] = {}

    def __contains__(self, session: str) -> bool:
        """It is one of the hall's."""
        return self._hall is not None and session in self._hall

    @property
    def any(self) -> bool:
        """The hall is one speaker of several microphones, or of a phone alone."""
        return self._hall is not None and bool(len(self._hall))

    async def make(self) -> None:
        """Before the first phone comes."""
        if self._hall is not None:
            return
        journal = await self._beside()
        if self._hall is None:
            self._journal, aside = journal, Capture(self._name, journal, None)
            if self._capture.is_open:
                aside.open(self._clock.now())
            self._hall = HallSound(
                self._capture, aside, lambda track: self._room.told_track(self.carrier, track)
            )  # fmt: skip

    # -- coming and going --------------------------------------------------------------------------------------------

    def came(self, participant: Participant) -> None:
        if participant.seat == "microphone":
            self._apart.add(participant.session)
            self.inside.add(participant.session)
        self.gather()

    def left(self, session: str) -> bool:
        """True when it was the last of the hall's."""
        last = False
        if self._hall is not None and session in self._hall:
            self._hall.remove(session, self._clock.now())
            last = not len(self._hall)
        self._apart.discard(session)
        self.inside.discard(session)
        return last

    def gather(self) -> None:
        """Who is in the hall becomes one of its microphones, where none of them is in the middle of a word."""
        waiting = [p for p in self._room.participants.values() if p.tap is not None and p.tap.hall is None]
        if self._hall is None or not (len(self._hall) or any(p.seat == "microphone" for p in waiting)):
            return
        now = self._clock.steady()
        self._gathering = self._gathering or now
        speaking = any(
            p.source is not None and p.seat == "hall" and not p.source.pauses(now, PAUSE_MS) for p in waiting
        )
        if speaking and now - self._gathering < LONGEST_WAIT_MS:
            return
        self._gathering = 0
        for participant in waiting:
            self._join(participant, self._hall)

    def _join(self, participant: Participant, hall: HallSound) -> None:
        if participant.source is None or participant.tap is None:
            return
        participant.source.renew()
        participant.tap.hall = hall
        hall.add(participant.session, cancels=participant.seat == "hall")
        self._apart.discard(participant.session)
        self.inside.add(participant.session)
        self._room.joined_hall(participant.session)

    # -- sound -------------------------------------------------------------------------------------------------------

    def heard(self, session: str, level: int, size: int, now: int) -> bool:
        """One of those ``inside`` sent a packet (steady ms): whether it is the one that is heard."""
        if session in self._apart:
            return False
        assert self._hall is not None, "who is inside and not apart is one of the hall's"
        self._hall.packet(session, level, size, self._clock.at(now))
        return self._hall.heard == session

    def far_voice(self, level: int, now: int) -> None:
        """Somebody far away comes out of the hall's loudspeaker (steady ms)."""
        if self._hall is not None and len(self._hall):
            self._hall.far_voice(level, self._clock.at(now))

    # -- the gate ----------------------------------------------------------------------------------------------------

    def open(self, now: int) -> None:
        if self._hall is not None:
            self._hall.aside.open(now)

    async def shut(self) -> None:
        """Returns when the disk is quiet too."""
        if self._hall is not None:
            self._hall.aside.shut()
        await asyncio.to_thread(self._journal.settle)

    def hush(self) -> None:
        if self._hall is not None:
            self._hall.hush()

    async def purge(self, since: int, until: int) -> None:
        """Raises OSError."""
        if await asyncio.to_thread(self._journal.path.exists):
            await asyncio.to_thread(self._journal.purge, since, until)

    # -- what is told ------------------------------------------------------------------------------------------------

    @property
    def carrier(self) -> str:
        """The session by which the hall's one track is told: its device's, while it is there."""
        inside = [p for p in self._room.participants.values() if p.session in self]
        return next((p.session for p in inside if p.seat == "hall"), next((p.session for p in inside), ""))

    @property
    def track(self) -> CapturedTrack | None:
        """The hall's one track that lives."""
        return self._hall.track if self._hall is not None else None

    def tick(self) -> None:
        """Every 100 ms."""
        hall = self._hall
        if hall is None:
            return
        self.gather()
        now = self._clock.now()
        hall.tick(now)
        self._ticks += 1
        told = {"heard": hall.heard, "levels": hall.levels(now)}
        if self._ticks % TELL_TICKS == 0 and told != self._told:
            self._told = told
            self._tell({"type": "microphones", "room": self._name, **told})


def aside(participant: Participant) -> bool:
    """Kept by itself only: the server does not hear of its track."""
    tap = participant.tap
    return tap is not None and (tap.hall is not None or participant.seat == "microphone")
