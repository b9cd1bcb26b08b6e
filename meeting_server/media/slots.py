"""Who is heard: a room's active speakers, each listener's slots, and the headers of what is forwarded. Pure.

A listener has up to SLOTS slots. The room keeps one speaker more than that, because a speaker does not hear
itself: the first SLOTS others of ``Selection.active`` are what a listener wants to hear.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from meeting_server.media.rtp import extensions, header

SLOTS = 3
VOICE_MS = 2000  # a voice holds its place this long after its last loud packet
QUIET_MS = 400  # a holder that was silent this long may be pushed out at once
CHALLENGE_MS = 300  # otherwise the challenger has to be
CHALLENGE_DB = 6  # this much louder for this long
RATE_MS = 48
FRAME = 960
MOST_AHEAD = 3 * FRAME  # of the clock, by sounds that overlapped where slots changed hands

FLOOR, HALL, OTHER = 2, 1, 0


@dataclass(slots=True)
class _Voice:
    rank: int
    level: float  # -dBov, smoothed: small is loud
    last: int
    since: int  # beginning of its challenge, 0 = none


class Selection:
    """The active speakers of a room, best first. Times are milliseconds of one steady clock."""

    def __init__(self) -> None:
        self.active: tuple[str, ...] = ()
        self._voices: dict[str, _Voice] = {}
        self._ranks: dict[str, int] = {}

    def rank(self, source: str, rank: int) -> bool:
        """Give a source a rank (FLOOR, HALL, OTHER). True when ``active`` changed."""
        self._ranks[source] = rank
        if source in self._voices:
            self._voices[source].rank = rank
        return self._order(self.active)

    def voiced(self, source: str, level: int, now: int) -> bool:
        """A loud packet came. True when ``active`` changed."""
        voice, before = self._voices.get(source), self.active
        if voice is None:
            voice = self._voices[source] = _Voice(self._ranks.get(source, OTHER), level, now, 0)
            if len(self.active) <= SLOTS:
                self._order((*self.active, source))
        voice.last = now
        voice.level += (level - voice.level) / 8
        while source not in self.active[:SLOTS] and self._challenge(source, voice, now):
            pass  # from outside to the last place, from there to one that is heard: by this packet already
        return self.active != before

    def drop(self, source: str) -> bool:
        """The source has left or is muted. True when ``active`` changed."""
        self._voices.pop(source, None)
        return self._order(tuple(s for s in self.active if s != source))

    def forget(self, source: str) -> bool:
        self._ranks.pop(source, None)
        return self.drop(source)

    def expire(self, now: int) -> bool:
        """Let go of voices silent for VOICE_MS. True when ``active`` changed."""
        for source in [s for s, voice in self._voices.items() if now - voice.last > VOICE_MS]:
            del self._voices[source]
        waiting = [s for s in self._voices if s not in self.active]
        stay = tuple(s for s in self.active if s in self._voices)
        return self._order((*stay, *waiting[: SLOTS + 1 - len(stay)]))

    def _order(self, sources: tuple[str, ...]) -> bool:
        ordered = tuple(sorted(sources, key=lambda s: -self._voices[s].rank))
        changed = ordered != self.active
        self.active = ordered
        return changed

    def _challenge(self, source: str, voice: _Voice, now: int) -> bool:
        """Take the place of a silent holder at once, of a much quieter one after CHALLENGE_MS."""
        place = self.active.index(source) if source in self.active else len(self.active)
        held = self.active[:SLOTS] if place == SLOTS else self.active
        rivals = [s for s in held if s != source and self._voices[s].rank <= voice.rank]
        if not rivals:
            voice.since = 0
            return False
        victim = max(rivals, key=lambda s: (now - self._voices[s].last > QUIET_MS, self._voices[s].level))
        other = self._voices[victim]
        if other.rank < voice.rank or now - other.last > QUIET_MS:
            return self._swap(source, victim)
        if other.level - voice.level < CHALLENGE_DB:
            voice.since = 0
            return False
        voice.since = voice.since or now
        return now - voice.since >= CHALLENGE_MS and self._swap(source, victim)

    def _swap(self, source: str, victim: str) -> bool:
        self._voices[source].since = self._voices[victim].since = 0
        places = list(self.active)
        if source in places:
            places[places.index(source)] = victim
        places[self.active.index(victim)] = source
        return self._order(tuple(places))


def assign(held: Sequence[str | None], wanted: Iterable[str]) -> tuple[str | None, ...]:
    """The slots of a listener: who is wanted still keeps its slot, newcomers take free ones.

    ``wanted`` is best first, without the listener itself; only as many as there are slots are taken.
    """
    wishes = list(wanted)[: len(held)]
    slots: list[str | None] = [source if source in wishes else None for source in held]
    for source in wishes:
        if source not in slots:
            slots[slots.index(None)] = source
    return tuple(slots)


class SlotWriter:
    """The headers of one slot of one listener: its SSRC, payload type and extension ids, nothing of the source's.

    Within a run (one source holding the slot) sequence and time follow the source, so that its losses stay visible
    and in-band FEC can mend them; a new run goes on with the next sequence number, time advanced by the server's clock.
    A run that begins before the last packet's sound is over has to begin later than it was said: the slot is ahead of
    the clock by that much until somebody pauses, then the pause is made shorter. Never more than MOST_AHEAD.
    """

    __slots__ = (
        "_ahead", "_first", "_last_at", "_length", "_mid", "_sequence_offset", "_source", "_time_offset",
        "level_id", "mid_id", "octets", "packets", "payload_type", "sequence", "ssrc", "timestamp",
    )  # fmt: skip

    def __init__(
        self, ssrc: int, payload_type: int, mid: str, mid_id: int, level_id: int, sequence: int, timestamp: int
    ) -> None:
        self.ssrc, self.payload_type = ssrc, payload_type
        self._mid, self.mid_id, self.level_id = mid, mid_id, level_id
        self.sequence, self.timestamp = sequence & 0xFFFF, timestamp & 0xFFFFFFFF
        self.packets = self.octets = 0
        self._source: str | None = None
        self._first = self._sequence_offset = self._time_offset = self._ahead = 0
        self._last_at, self._length = -1, FRAME

    def release(self) -> None:
        """The source lost the slot; whoever comes next begins a run."""
        self._source = None

    def time_at(self, now: int) -> int:
        """The RTP time of now, for a sender report."""
        return self.timestamp + max(now - self._last_at, 0) * RATE_MS

    def header(
        self, source: str, sequence: int, timestamp: int, level: int, marker: bool, now: int, length: int = FRAME
    ) -> bytes | None:
        """The header to send before the payload of ``length`` samples; None for a packet older than the run."""
        if source == self._source:
            written = (sequence + self._sequence_offset) & 0xFFFF
            time = (timestamp + self._time_offset) & 0xFFFFFFFF
            if (sequence - self._first) & 0xFFFF >= 0x8000:
                return None
            expected = self.timestamp + (now - self._last_at) * RATE_MS
            if not -2 * 48_000 < _signed(time - expected) < 2 * 48_000:
                source, self._source = self._source, None  # the source's clock jumped: a run of its own
            elif self._ahead and (written - self.sequence) & 0xFFFF == 1:  # nothing was lost between: a pause
                time = self._let_go(_signed(time - self.timestamp) - self._length, time)
        if source != self._source:
            ahead, gap = self._gap(now, length)
            if ahead > MOST_AHEAD:
                return None
            written, time = (self.sequence + 1) & 0xFFFF, (self.timestamp + gap) & 0xFFFFFFFF
            self._source, self._first, self._ahead, marker = source, sequence, ahead, True
            self._sequence_offset, self._time_offset = written - sequence, time - timestamp
        if (written - self.sequence) & 0xFFFF < 0x8000:
            self.sequence, self.timestamp, self._last_at, self._length = written, time, now, length
        self.packets += 1
        extension = extensions(self.mid_id, self._mid, self.level_id, max(level, 0))
        return header(self.payload_type, marker, written, time, self.ssrc, extension)

    def _gap(self, now: int, length: int) -> tuple[int, int]:
        """For a run that begins now: how far the slot is ahead then, and the step of its time. A packet comes when its
        sound is over, so this one's began ``length`` ago."""
        if self._last_at < 0:
            return 0, FRAME
        passed = (now - self._last_at) * RATE_MS + self._length - length - self._ahead
        gap = max(passed, self._length)
        return gap - passed, gap

    def _let_go(self, pause: int, time: int) -> int:
        """The source was silent: of that pause as much is left out as the slot is ahead."""
        spared = max(0, min(pause, self._ahead))
        self._ahead -= spared
        self._time_offset -= spared
        return (time - spared) & 0xFFFFFFFF


def _signed(value: int) -> int:
    """A difference of 32-bit numbers, the short way round."""
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value >= 1 << 31 else value
