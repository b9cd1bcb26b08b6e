"""What is decided: items, motions, votes, tasks, petitions, the meeting's own score.

``typed``: written on the paper form first (a power cut) and entered afterwards, "nhập tay".
"""

from __future__ import annotations

from dataclasses import dataclass

from minutes.record.events.terms import Channel, Choice, Outcome, VoteMethod


@dataclass(frozen=True, slots=True)
class ItemStarted:
    item: str
    title: str = ""  # given when the item is new


@dataclass(frozen=True, slots=True)
class ItemConcluded:
    item: str
    outcome: Outcome
    text: str = ""
    sources: tuple[str, ...] = ()
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Voter:
    member: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class MotionPut:
    """``base`` is frozen by name and channel at this moment. ``threshold`` "majority" | "two_thirds_official".

    ``official`` is the number of all official members, the base of two_thirds_official.
    """

    motion: str
    item: str
    text: str
    method: VoteMethod
    base: tuple[Voter, ...]
    threshold: str = "majority"
    official: int = 0
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VoteCast:
    """A remote member's own vote (``voter`` = member id, count 1) or the hall's count (``voter`` = HALL).

    For the hall one entry per choice; a later one for the same voter and choice replaces the earlier. ``note``: which
    another opinion is.
    """

    motion: str
    voter: str
    choice: Choice
    count: int = 1
    note: str = ""
    typed: bool = False


@dataclass(frozen=True, slots=True)
class BallotsCounted:
    """The paper ballots of a motion as its counting board found them; the choices stand in VoteCast of HALL.

    ``returned`` = ``valid`` + ``invalid``; ``board``: names. Remote members take no part in a paper ballot.
    """

    motion: str
    issued: int
    returned: int
    valid: int
    invalid: int
    board: tuple[str, ...] = ()
    typed: bool = False


@dataclass(frozen=True, slots=True)
class MotionClosed:
    motion: str
    in_favour: int
    against: int
    other: int
    passed: bool
    wording: str = ""
    not_cast: int = 0


@dataclass(frozen=True, slots=True)
class Reserved:
    """A member keeps a different opinion on a motion (bảo lưu); a later one replaces it, "" takes it back."""

    motion: str
    member: str
    text: str
    typed: bool = False


@dataclass(frozen=True, slots=True)
class TaskGiven:
    """``due`` is an ISO date, or the words said where no date can be worked out, or "".

    ``before``: "trước ngày …", the day itself is too late. ``reason``: of a change after the minutes were read back.
    """

    task: str
    item: str
    what: str
    who: tuple[str, ...] = ()
    due: str = ""
    sources: tuple[str, ...] = ()
    before: bool = False
    typed: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Petitioned:
    petition: str
    text: str
    to: str = ""
    sources: tuple[str, ...] = ()
    typed: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TaskWithdrawn:
    """A task written down by mistake stands no longer; its TaskGiven stays in the log."""

    task: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PetitionWithdrawn:
    petition: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A criterion of a scoring sheet and the points given, in tenths."""

    criterion: str
    tenths: int


@dataclass(frozen=True, slots=True)
class SelfScored:
    """The meeting's own assessment by a local scoring sheet; a later one replaces it."""

    sheet: str
    points: tuple[Point, ...]
    total_tenths: int
    band: str
    typed: bool = False
