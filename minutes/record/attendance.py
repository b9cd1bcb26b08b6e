"""One ledger out of hall ticks, remote connections and excuses: who was there, how, from when to when.

Hall members are ticked (RollCalled); ``Left`` with an empty session is a hall member going early; RollCalled with
present=False takes a tick back (the line is as though it never was), without one it says that nobody answered.
Whom nobody called is unknown, after the close too: that they stayed away without a reason is for people to say.
Remote members are there while a session is open. One
channel a member at a time: the last explicit roll call wins, else the connection. Every line is in exactly one
state, so present + excused + absent + unknown + outside = roster, whatever the sequence of events was.
What is told afterwards from the paper form ("nhập tay") has the time that the paper has, or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from minutes.record.events import (
    HALL,
    Answered,
    Channel,
    Closed,
    Entry,
    Excused,
    GuestCame,
    Joined,
    Left,
    Opened,
    RollCalled,
    RosterLine,
    Scheduled,
    Voter,
)
from minutes.record.folding import folded

LATE_AFTER_MS = 10 * 60_000
EARLY_BEFORE_MS = 10 * 60_000

LineState = Literal["present", "absent", "excused", "unknown", "outside"]
Contradiction = Literal["two_channels", "excused_but_present", "called_but_not_connected", "not_expected"]
SENTENCES: Mapping[Contradiction, str] = {
    "two_channels": "Vừa được đánh dấu ở hội trường, vừa kết nối trực tuyến",
    "excused_but_present": "Đã xin vắng nhưng có mặt",
    "called_but_not_connected": "Được điểm danh trực tuyến nhưng không có kết nối",
    "not_expected": "Đang bị đình chỉ hoặc chuyển sinh hoạt tạm thời nhưng được ghi có mặt",
}


@dataclass(frozen=True, slots=True)
class Session:
    """One connection; ``until`` is None while it is open."""

    id: str
    channel: Channel
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """The last roll call of a member. ``told``: ``at`` is as the paper form has it; not ``known``: typed without a
    time, ``at`` is only when it was entered."""

    present: bool
    channel: Channel
    at: int
    method: str
    late: bool
    by: str
    told: bool = False
    known: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one member or guest. ``left_hall``: went early from the hall, at (``left_typed``: from paper,
    ``left_told``: with its time). ``out``: went and came back, by the paper. ``answer``: said they come."""

    sessions: tuple[Session, ...] = ()
    call: Call | None = None
    excuse: Excused | None = None
    left_hall: int | None = None
    answer: bool | None = None
    left_typed: bool = False
    left_told: bool = False
    out: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One member in the ledger. ``here``: at this moment. ``intervals``: remote, (since, until | None) in ms.

    ``typed``: ticked on paper and entered afterwards; ``arrived_typed``, ``left_typed``: so the time they came, went.
    ``arrival_untold``: it has no time, ``arrived_at`` is only when it was entered. ``left``: went before the end, also
    where nobody wrote down when. ``out``: stepped out and came back, (since, until).
    ``identified``: answered by voice at the roll call; ``identified_by``: the member who took the answer.
    ``state`` "outside" = not expected and did not come (exempt, suspended, away).
    """

    member: RosterLine
    state: LineState
    eligible: bool
    here: bool
    channel: Channel
    late: bool = False
    arrived_at: int | None = None
    left_at: int | None = None
    reason: str = ""
    identified: bool = False
    identified_by: str = ""
    intervals: tuple[tuple[int, int | None], ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    answer: bool | None = None
    typed: bool = False
    arrived_typed: bool = False
    arrival_untold: bool = False
    left: bool = False
    left_typed: bool = False
    out: tuple[tuple[int, int], ...] = ()

    @property
    def votes(self) -> bool:
        """May vote here: an official member who is expected (or exempt and came)."""
        return self.eligible and self.member.status == "official"


@dataclass(frozen=True, slots=True)
class Ledger:
    """``facts`` by member id (also of people not on the roster); ``lines`` are worked out when asked."""

    roster: tuple[RosterLine, ...] = ()
    facts: Mapping[str, Facts] = field(default_factory=dict)
    guests: tuple[GuestCame, ...] = ()
    opened_at: int | None = None
    closed_at: int | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line_of(self, member) for member in self.roster)


@dataclass(frozen=True, slots=True)
class Bases:
    """The three bases, by member id: expected to come, present with a vote now, all official members."""

    eligible: tuple[str, ...]
    voters: tuple[Voter, ...]
    official: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts of members. total = present + excused + absent + unknown + outside; present = hall + remote."""

    total: int
    official: int
    probationary: int
    temporary: int
    eligible: int
    present: int
    hall: int
    remote: int
    excused: int
    absent: int
    unknown: int
    outside: int
    voters: int
    present_official: int
    present_probationary: int


EMPTY = Ledger()


def fold(entries: Iterable[Entry], onto: Ledger = EMPTY) -> Ledger:
    return folded(step, onto, entries)


def step(ledger: Ledger, entry: Entry) -> Ledger:
    match entry.event:
        case Scheduled(roster=roster):
            return replace(ledger, roster=_once_each(roster) or ledger.roster)
        case Opened(roster=roster, happened_at=told) if ledger.opened_at is None:
            return replace(ledger, opened_at=told or entry.at, roster=_once_each(roster) or ledger.roster)
        case Closed(happened_at=told) if ledger.closed_at is None:
            return replace(ledger, closed_at=told or entry.at)
        case Opened(happened_at=told) if told:
            return replace(ledger, opened_at=told)
        case Closed(happened_at=told) if told:
            return replace(ledger, closed_at=told)
        case GuestCame() as guest:
            return replace(ledger, guests=(*(old for old in ledger.guests if old.guest != guest.guest), guest))
        case (
            Joined(member=member)
            | Left(member=member)
            | RollCalled(member=member)
            | Excused(member=member)
            | Answered(member=member)
        ):
            if member == HALL:
                return ledger
            facts = _facts(ledger.facts.get(member, Facts()), entry)
            return replace(ledger, facts={**ledger.facts, member: facts})
    return ledger


def _once_each(roster: tuple[RosterLine, ...]) -> tuple[RosterLine, ...]:
    return tuple({line.member: line for line in roster}.values())


def _facts(facts: Facts, entry: Entry) -> Facts:
    match entry.event:
        case Joined(session=session, channel=channel):
            return _joined(facts, Session(session, channel, entry.at))
        case Left(session="", typed=typed, happened_at=told):
            return replace(facts, left_hall=told or entry.at, left_typed=typed, left_told=told > 0)
        case Left(session=session):
            return replace(facts, sessions=tuple(_ended(old, session, entry.at) for old in facts.sessions))
        case RollCalled() as called:
            return _after_call(facts, called, entry)
        case Excused() as excuse:
            return replace(facts, excuse=excuse)
        case Answered(member=member, coming=coming, reason=reason):
            return replace(facts, excuse=None if coming else Excused(member, True, reason), answer=coming)
    return facts


def _after_call(facts: Facts, called: RollCalled, entry: Entry) -> Facts:
    """Who is ticked is there again. A time told before they went only puts their coming right; one after it says that
    they came back."""
    told, gone = called.happened_at, facts.left_hall
    call = _called(facts.call, called, entry, back=gone is not None and told > gone)
    if call is None:
        return replace(facts, call=None, left_hall=None, left_typed=False, left_told=False, out=())
    if gone is not None and 0 < told <= gone:
        return replace(facts, call=call)
    out = (*facts.out, (gone, told)) if gone is not None and facts.left_told and told > gone else facts.out
    return replace(facts, call=call, left_hall=None, left_typed=False, left_told=False, out=out)


def _called(old: Call | None, called: RollCalled, entry: Entry, *, back: bool) -> Call | None:
    """The roll call that now holds: the first moment of a tick stays until another is told, a tick taken back leaves
    nothing."""
    ticked = old is not None and old.present
    if ticked and not called.present:
        return None
    told = called.happened_at > 0
    call = Call(
        called.present, called.channel, called.happened_at or entry.at, called.method, called.late, entry.actor, told,
        told or called.method != "typed",
    )  # fmt: skip
    if ticked and old is not None and old.channel == called.channel and (back or not told):
        return replace(call, at=old.at, told=old.told, known=old.known)
    return call


def _joined(facts: Facts, session: Session) -> Facts:
    if any(old.id == session.id and old.until is None for old in facts.sessions):
        return facts
    return replace(facts, sessions=(*facts.sessions, session))


def _ended(session: Session, key: str, at: int) -> Session:
    return replace(session, until=at) if session.id == key and session.until is None else session


def line_of(ledger: Ledger, member: RosterLine) -> Line:
    """A member's line, out of the facts about them."""
    facts = ledger.facts.get(member.member, Facts())
    spans = _spans(facts, ledger)
    came = bool(facts.call and facts.call.present) or bool(spans)
    expected = not (member.suspended or member.away)
    eligible = expected and (came or not member.exempt)
    channel = _channel(facts, member, spans)
    state = _state(ledger, facts, came and eligible, eligible)
    voice = facts.call if facts.call and facts.call.present and facts.call.method == "voice" else None
    line = Line(
        member, state, eligible, eligible and _here(facts, ledger, channel),
        channel, identified=voice is not None, identified_by=voice.by if voice else "",
        intervals=spans, contradictions=_contradictions(facts, came, expected, spans, ledger),
        answer=facts.answer, typed=_typed(facts), out=facts.out,
    )  # fmt: skip
    return _timed(line, ledger, facts) if line.state == "present" else replace(line, reason=_reason(facts))


def _typed(facts: Facts) -> bool:
    """The last word about them was on paper first; a tick taken back left no word."""
    if facts.call is not None:
        return facts.call.method == "typed"
    return facts.excuse is not None and facts.excuse.typed


def _reason(facts: Facts) -> str:
    return facts.excuse.reason if facts.excuse and facts.excuse.excused else ""


def _spans(facts: Facts, ledger: Ledger) -> tuple[tuple[int, int | None], ...]:
    """Remote presence within the meeting: what ended before the opening was only a trial of the line."""
    opened, closed = ledger.opened_at, ledger.closed_at
    return _joined_up(
        (session.since, session.until)
        for session in facts.sessions
        if session.channel == "remote"
        and (closed is None or session.since < closed)
        and (session.until is None or (opened is not None and session.until > opened))
    )


def _joined_up(spans: Iterable[tuple[int, int | None]]) -> tuple[tuple[int, int | None], ...]:
    """One presence for spans that touch: a newer tab or another device took over from the older one at once."""
    found: list[tuple[int, int | None]] = []
    for since, until in sorted(spans, key=lambda span: span[0]):
        before = found[-1] if found else None
        if before is None or (before[1] is not None and before[1] < since):
            found.append((since, until))
        elif before[1] is not None:
            found[-1] = before[0], None if until is None else max(before[1], until)
    return tuple(found)


def _channel(facts: Facts, member: RosterLine, spans: tuple[tuple[int, int | None], ...]) -> Channel:
    if facts.call and facts.call.present:
        gone_home = facts.left_hall is not None and any(since > facts.left_hall for since, _ in spans)
        return "remote" if gone_home else facts.call.channel
    return "remote" if spans else member.channel


def _state(ledger: Ledger, facts: Facts, present: bool, eligible: bool) -> LineState:
    if present:
        return "present"
    if not eligible:
        return "outside"
    if facts.excuse is not None:
        return "excused" if facts.excuse.excused else "absent"
    called_absent = facts.call is not None and not facts.call.present
    return "absent" if called_absent else "unknown"


def _here(facts: Facts, ledger: Ledger, channel: Channel) -> bool:
    if ledger.closed_at is not None:
        return False
    if channel == "remote":
        return any(session.channel == "remote" and session.until is None for session in facts.sessions)
    return bool(facts.call and facts.call.present) and facts.left_hall is None


def _timed(line: Line, ledger: Ledger, facts: Facts) -> Line:
    arrived, call = [since for since, _ in line.intervals], facts.call
    untold = call is not None and call.present and not call.known and not arrived
    if facts.call and facts.call.present:
        arrived.append(facts.call.at)
    first = min(arrived)
    by_line = ledger.opened_at is not None and line.channel == "remote" and first > ledger.opened_at + LATE_AFTER_MS
    late = facts.call.late if facts.call and facts.call.present else by_line  # what was said at the roll call rules
    told = call is not None and call.told and first == call.at
    timed = replace(line, arrived_at=first, arrived_typed=told, arrival_untold=untold, late=late)
    if line.channel == "hall" and facts.left_hall is not None and facts.left_typed and not facts.left_told:
        return replace(timed, left=True, left_typed=True)
    gone = _left_at(line, ledger, facts)
    typed = line.channel == "hall" and facts.left_typed
    return replace(timed, left_at=gone, left=gone is not None, left_typed=gone is not None and typed)


def _left_at(line: Line, ledger: Ledger, facts: Facts) -> int | None:
    """When they went before the end; None for who stayed (or went in the last minutes)."""
    if line.channel == "hall":
        gone = facts.left_hall
    elif not line.intervals or any(until is None for _, until in line.intervals):
        gone = None
    else:
        gone = max(until for _, until in line.intervals if until is not None)
    if gone is None or ledger.closed_at is None:
        return gone
    return gone if gone < ledger.closed_at - EARLY_BEFORE_MS else None


def _contradictions(
    facts: Facts, came: bool, expected: bool, spans: tuple[tuple[int, int | None], ...], ledger: Ledger
) -> tuple[Contradiction, ...]:
    call, found = facts.call, list[Contradiction]()
    in_hall = call is not None and call.present and call.channel == "hall" and facts.left_hall is None
    if in_hall and call is not None and any(until is None or until > call.at for _, until in spans):
        found.append("two_channels")
    if came and facts.excuse is not None and facts.excuse.excused:
        found.append("excused_but_present")
    if call is not None and call.present and call.channel == "remote" and not spans:
        found.append("called_but_not_connected")
    if came and not expected:
        found.append("not_expected")
    return tuple(found)


def bases(ledger: Ledger) -> Bases:
    """The bases at this moment; MotionPut freezes ``voters``."""
    lines = ledger.lines
    return Bases(
        tuple(line.member.member for line in lines if line.eligible),
        tuple(Voter(line.member.member, line.channel) for line in lines if line.here and line.votes),
        tuple(line.member.member for line in lines if line.member.status == "official"),
    )


def sums(ledger: Ledger) -> Sums:
    lines = ledger.lines
    came = [line for line in lines if line.state == "present"]

    def status(wanted: str, among: Iterable[Line]) -> int:
        return sum(line.member.status == wanted for line in among)

    def state(wanted: LineState) -> int:
        return sum(line.state == wanted for line in lines)

    return Sums(
        total=len(lines), official=status("official", lines), probationary=status("probationary", lines),
        temporary=status("temporary", lines), eligible=sum(line.eligible for line in lines), present=len(came),
        hall=sum(line.channel == "hall" for line in came), remote=sum(line.channel == "remote" for line in came),
        excused=state("excused"), absent=state("absent"), unknown=state("unknown"), outside=state("outside"),
        voters=sum(line.votes for line in came), present_official=status("official", came),
        present_probationary=status("probationary", came),
    )  # fmt: skip
