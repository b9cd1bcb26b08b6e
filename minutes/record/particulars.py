"""What is recorded beside votes and text: paper ballots, reserved opinions, the self-score, what was changed late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from minutes.record import attendance
from minutes.record.events import Amended, BallotsCounted, Entry, RemoteAllowed, Reserved, SelfScored
from minutes.record.folding import folded
from minutes.record.votes import Votes


@dataclass(frozen=True, slots=True)
class Particulars:
    """``ballots`` by motion; ``reserved`` by motion and member, in the order first given; ``allowed`` (to take part
    from elsewhere, with the reason) by member; the last of the others."""

    ballots: Mapping[str, BallotsCounted] = field(default_factory=dict)
    reserved: Mapping[tuple[str, str], Reserved] = field(default_factory=dict)
    allowed: Mapping[str, RemoteAllowed] = field(default_factory=dict)
    scored: SelfScored | None = None
    amended: Amended | None = None

    def reason_of(self, member: str) -> str:
        """Why the chair let a member take part from elsewhere; "" without such a word, or once it was taken back."""
        word = self.allowed.get(member)
        return word.reason if word is not None and word.allowed else ""

    def reserved_on(self, motion: str) -> tuple[Reserved, ...]:
        """Who keeps a different opinion on a motion; what was taken back is gone."""
        return tuple(one for one in self.reserved.values() if one.motion == motion and one.text.strip())


EMPTY = Particulars()


def fold(entries: Iterable[Entry], onto: Particulars = EMPTY) -> Particulars:
    return folded(step, onto, entries)


def step(known: Particulars, entry: Entry) -> Particulars:
    match entry.event:
        case BallotsCounted() as counted:
            return replace(known, ballots={**known.ballots, counted.motion: counted})
        case Reserved() as kept:
            return replace(known, reserved={**known.reserved, (kept.motion, kept.member): kept})
        case RemoteAllowed() as word:
            return replace(known, allowed={**known.allowed, word.member: word})
        case SelfScored() as scored:
            return replace(known, scored=scored)
        case Amended() as amended:
            return replace(known, amended=amended)
    return known


def out_of_room(log: Sequence[Entry], polls: Votes) -> Mapping[str, tuple[str, ...]]:
    """motion → members who were there and could have voted when it was put, and are not of its base."""
    found: dict[str, tuple[str, ...]] = {}
    ledger, done = attendance.EMPTY, 0
    for motion in polls.motions:
        upto = next(n for n, entry in enumerate(log) if entry.seq == motion.seq)
        ledger, done = attendance.fold(log[done:upto], ledger), upto
        base = {voter.member for voter in motion.put.base}
        found[motion.put.motion] = tuple(v.member for v in attendance.bases(ledger).voters if v.member not in base)
    return found


def points(tenths: int) -> str:
    """ "88,5", "90": points as Vietnamese print has them."""
    return f"{tenths // 10},{tenths % 10}" if tenths % 10 else f"{tenths // 10}"
