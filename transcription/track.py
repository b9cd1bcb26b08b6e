"""What the listener knows of one track: how it is heard, what waits, and which utterances it was cut into. No I/O."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from transcription.hearing import Hearing
from transcription.link import Span
from transcription.wire import RATE, Job, Packet

MOST_LIVE = 60 * 60
"""Packets kept of a track while the journal is read up to them; past it the journal alone is followed."""
MOST_CUTS = 5000
"""Utterances remembered of a track, to be compared with what is written down (a long meeting has some 2,000)."""
_GAP = RATE // 10
_HOLE = RATE
"""DTX leaves no more out than 0.4 s, so this is a hole that the journal fills."""


@dataclass(slots=True)
class Track:
    """One track: live, or being read from the journal, or stalled because the outbox is full."""

    room: str
    hearing: Hearing
    live: bool = False
    heard_at: float = 0.0
    interim_at: float = 0.0
    closed: bool = False
    stalled_at: int | None = None
    unplaced: bool = False
    """Joined in the middle: nothing is offered before the server says from where (else its cursor would jump)."""
    catching_up: asyncio.Task[None] | None = None
    waiting: deque[Packet] = field(default_factory=lambda: deque(maxlen=MOST_LIVE))
    reaches: int = 0
    """There is sound up to here, as far as is known."""
    cut_from: int = 0
    """Every utterance from here on is in ``cuts``."""
    cuts: dict[int, int] = field(default_factory=dict)  # start → end
    found: list[tuple[int, int]] = field(default_factory=list)
    """Utterances of the time before ``cut_from``, while that is being heard again."""
    told_from: int = 0

    @property
    def held(self) -> bool:
        """What comes from the feed waits."""
        return self.unplaced or self.stalled_at is not None or self.catching_up is not None

    @property
    def unread(self) -> int:
        """Samples that were recorded and are not cut yet."""
        if not self.held:
            return 0
        return max(0, self.reaches - (self.hearing.position if self.stalled_at is None else self.stalled_at))

    def missed(self, packet: Packet) -> bool:
        """The feed was broken off and comes back later in the track."""
        return packet.position - self.hearing.position > _GAP

    def hold(self, packets: tuple[Packet, ...]) -> None:
        """Keep for later. What came before a hole is dropped: the journal has it, and has what is in the hole."""
        if self.waiting and packets[0].position - self.waiting[-1].position > _HOLE:
            self.waiting.clear()
        self.waiting.extend(packets)

    def forget(self, spans: list[Span]) -> list[Span]:
        """Erased: what waits of them goes; returns those of this track."""
        mine = [span for span in spans if span.track == self.hearing.track]
        kept = (p for p in self.waiting if not any(span.start <= p.position < span.end for span in mine))
        self.waiting = deque(kept, maxlen=MOST_LIVE)
        self.cuts = {start: end for start, end in self.cuts.items() if not _touched(start, end, mine)}
        self.found = [(start, end) for start, end in self.found if not _touched(start, end, mine)]
        return mine

    def begin_again(self, cut: int) -> None:
        """Everything from a cut on is heard anew."""
        self.hearing = Hearing(self.hearing.track, self.room, cut)
        self.cuts = {start: end for start, end in self.cuts.items() if start < cut}
        self.stalled_at, self.unplaced = None, False

    def cut(self, job: Job) -> None:
        self.cuts[job.start] = job.end
        while len(self.cuts) > MOST_CUTS:
            self.cut_from = max(self.cut_from, self.cuts.pop(next(iter(self.cuts))))

    def voiced(self) -> tuple[tuple[int, int], ...]:
        return tuple(sorted(self.cuts.items()))

    def before(self, position: int) -> int:
        """The cut to begin at, so that an utterance at this position is found as it was: the end of the one before."""
        return max((end for end in self.cuts.values() if end <= position), default=position)

    def learn(self) -> None:
        """The time before ``cut_from`` was heard again to its end."""
        self.cuts = dict(sorted({**dict(self.found), **self.cuts}.items()))
        self.found, self.cut_from = [], 0


def _touched(start: int, end: int, spans: list[Span]) -> bool:
    return any(start < span.end and span.start < end for span in spans)
