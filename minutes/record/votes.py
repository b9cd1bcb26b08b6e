"""Motions and their counts: a hall count, each remote member's own vote, and a base frozen by name.

A vote never counts more than its base. An own vote counts only for a member whom the base holds as remote;
a hall count that exceeds the hall's base counts for nothing and shows by how many it is over. After MotionClosed
nothing changes any more; a re-vote is a new motion and both are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from minutes.record.events import HALL, Channel, Choice, Entry, MotionClosed, MotionPut, VoteCast
from minutes.record.folding import folded

CHOICES: tuple[Choice, ...] = ("for", "against", "other")


@dataclass(frozen=True, slots=True)
class Tally:
    """Counted votes by choice; ``of(choice)`` reads one."""

    in_favour: int = 0
    against: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        return self.in_favour + self.against + self.other

    def of(self, choice: Choice) -> int:
        return {"for": self.in_favour, "against": self.against, "other": self.other}[choice]


@dataclass(frozen=True, slots=True)
class Motion:
    """``own``: remote votes by member; ``hall``: counts as entered, each choice once."""

    put: MotionPut
    seq: int
    put_at: int
    own: Mapping[str, VoteCast] = field(default_factory=dict)
    hall: Mapping[Choice, VoteCast] = field(default_factory=dict)
    closed: MotionClosed | None = None
    closed_at: int | None = None

    def base_of(self, channel: Channel) -> int:
        return sum(voter.channel == channel for voter in self.put.base)

    @property
    def base(self) -> int:
        return len(self.put.base)

    @property
    def hall_entered(self) -> Tally | None:
        """The hall's count as entered, right or not; None before any count."""
        if not self.hall:
            return None
        return Tally(*(self.hall[choice].count if choice in self.hall else 0 for choice in CHOICES))

    @property
    def excess(self) -> int:
        """By how many the hall's count is more than the hall's base."""
        return max(0, (self.hall_entered or Tally()).total - self.base_of("hall"))

    @property
    def hall_counted(self) -> Tally:
        return Tally() if self.excess else self.hall_entered or Tally()

    @property
    def remote_counted(self) -> Tally:
        votes = [cast.choice for cast in self.own.values()]
        return Tally(votes.count("for"), votes.count("against"), votes.count("other"))

    @property
    def typed(self) -> bool:
        """Counted on paper in the hall and entered afterwards."""
        return any(cast.typed for cast in self.hall.values())

    @property
    def hall_note(self) -> str:
        """What the other opinions counted in the hall, or on paper ballots, are."""
        cast = self.hall.get("other")
        return cast.note.strip() if cast is not None and cast.count else ""

    @property
    def noted(self) -> tuple[VoteCast, ...]:
        """Own votes of another opinion that say which."""
        return tuple(cast for cast in self.own.values() if cast.choice == "other" and cast.note.strip())

    @property
    def counted(self) -> Tally:
        """The result as it stands: what was closed with, else hall and own votes together."""
        if self.closed is not None:
            result = Tally(self.closed.in_favour, self.closed.against, self.closed.other)
            if result.total <= self.base:
                return result
        hall, remote = self.hall_counted, self.remote_counted
        return Tally(*(hall.of(choice) + remote.of(choice) for choice in CHOICES))

    @property
    def missing(self) -> int:
        """Base less counted: votes not given yet (or not given at all, once closed)."""
        return self.base - self.counted.total

    @property
    def needed(self) -> int:
        """Votes in favour that carry the motion."""
        if self.put.threshold == "two_thirds_official":
            return -(-2 * self.put.official // 3)
        return self.base // 2 + 1

    @property
    def carried(self) -> bool:
        return self.counted.in_favour >= max(1, self.needed)


@dataclass(frozen=True, slots=True)
class Votes:
    """All motions in the order put."""

    motions: tuple[Motion, ...] = ()

    def motion(self, key: str) -> Motion | None:
        return next((motion for motion in self.motions if motion.put.motion == key), None)

    @property
    def on(self) -> Motion | None:
        """The one being voted on by hand or by the members' own votes: the first not closed; ballots wait beside it."""
        return next((m for m in self.motions if m.closed is None and m.put.method != "ballot"), None)

    @property
    def latest(self) -> Motion | None:
        """The one closed last."""
        closed = [motion for motion in self.motions if motion.closed_at is not None]
        return max(closed, key=lambda motion: motion.closed_at or 0, default=None)

    @property
    def open(self) -> Motion | None:
        """The latest motion that is not closed."""
        return next((motion for motion in reversed(self.motions) if motion.closed is None), None)


EMPTY = Votes()


def fold(entries: Iterable[Entry], onto: Votes = EMPTY) -> Votes:
    return folded(step, onto, entries)


def step(votes: Votes, entry: Entry) -> Votes:
    match entry.event:
        case MotionPut() as put if votes.motion(put.motion) is None:
            return Votes((*votes.motions, Motion(_once_each(put), entry.seq, entry.at)))
        case VoteCast() as cast:
            return _changed(votes, cast.motion, lambda motion: _cast(motion, cast))
        case MotionClosed() as closed:
            return _changed(votes, closed.motion, lambda motion: replace(motion, closed=closed, closed_at=entry.at))
    return votes


def _once_each(put: MotionPut) -> MotionPut:
    """A member stands in a base once, by the first channel named."""
    named = {voter.member: voter for voter in reversed(put.base)}
    return replace(put, base=tuple(reversed(named.values())))


def _changed(votes: Votes, key: str, change: Callable[[Motion], Motion]) -> Votes:
    return Votes(
        tuple(
            change(motion) if motion.put.motion == key and motion.closed is None else motion for motion in votes.motions
        )
    )


def _cast(motion: Motion, cast: VoteCast) -> Motion:
    if cast.voter == HALL:
        return replace(motion, hall={**motion.hall, cast.choice: replace(cast, count=max(0, cast.count))})
    if any(voter.member == cast.voter and voter.channel == "remote" for voter in motion.put.base):
        return replace(motion, own={**motion.own, cast.voter: cast})
    return motion
