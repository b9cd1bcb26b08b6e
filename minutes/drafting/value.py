"""The structured minutes: what a draft holds before it becomes paragraphs. ``as_json`` is the cases' form."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from minutes.record.particulars import points

Orders = tuple[int, ...]
SURE, LIKELY, DOUBTFUL = 950, 800, 500  # confidence, per mille


@dataclass(frozen=True, slots=True)
class Absence:
    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Passing:
    """A member who came late or left early, with the time when it was said ("19:50"); ``until``: came back then."""

    name: str
    time: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Guest:
    """``upper``: of the level above, who follows the cell; the others are invited."""

    name: str
    title: str = ""
    upper: bool = False
    typed: bool = False  # on the paper form first


@dataclass(frozen=True, slots=True)
class Attendance:
    """Counts are None when neither said nor recorded. Names are full names.

    ``temporary``: members of other cells who belong here for a time; ``away_names``: ours who are elsewhere so.
    ``allowed``: who took part from elsewhere by the chair's word, with the reason.
    """

    total: int | None = None
    official: int | None = None
    probationary: int | None = None
    exempt: int | None = None
    required: int | None = None
    present: int | None = None
    present_hall: int | None = None
    present_remote: int | None = None
    voters_present: int | None = None
    absent: int | None = None
    temporary: int | None = None
    exempt_names: tuple[str, ...] = ()
    away_names: tuple[str, ...] = ()
    absent_excused: tuple[Absence, ...] = ()
    absent_unexcused: tuple[Absence, ...] = ()
    absent_unclear: tuple[Absence, ...] = ()
    late: tuple[Passing, ...] = ()
    left_early: tuple[Passing, ...] = ()
    stepped_out: tuple[Passing, ...] = ()
    guests: tuple[Guest, ...] = ()
    allowed: tuple[Absence, ...] = ()
    orders: Orders = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    meeting_type: str | None = None
    title: str | None = None
    cell: str | None = None
    parent: str | None = None
    place: str | None = None
    mode: str | None = None
    date: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    end_date: str | None = None  # of the room only: where it is not the day of the beginning
    chair: str | None = None
    secretary: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opinion:
    """``reported_by``: who said it when the speaker did not speak for themselves."""

    speaker: str
    kind: str
    gist: str
    orders: Orders
    item: str = ""
    confidence: int = LIKELY
    reported_by: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ballots:
    """Paper ballots as the counting board found them; ``online`` = voters who took part remotely and got none."""

    issued: int
    returned: int
    valid: int
    invalid: int
    board: tuple[str, ...] = ()
    online: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A member's different opinion on a vote, kept on record (bảo lưu)."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Vote:
    """``passed`` is None while the counts do not add up and nobody said the result.

    Only the room knows ``ballots``, ``reserved``, ``notes`` (what a different opinion is), ``out`` (voters present but
    out of the room), ``hall_note`` (what the other opinions counted in the hall are), ``wording`` of the result and
    ``not_cast``, who gave no vote. ``abstain`` is who was of another opinion; where it was only said ("không biểu quyết
    một") it may hold those who gave no vote.
    """

    question: str
    orders: Orders
    voters: int | None = None
    in_favour: int | None = None
    against: int | None = None
    abstain: int | None = None
    passed: bool | None = None
    method: str = "giơ tay"
    against_names: tuple[str, ...] = ()
    abstain_names: tuple[str, ...] = ()
    item: str = ""
    confidence: int = LIKELY
    flags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    ballots: Ballots | None = None
    reserved: tuple[Kept, ...] = ()
    notes: tuple[Kept, ...] = ()
    hall_note: str = ""
    out: tuple[str, ...] = ()
    wording: str = ""
    not_cast: int = 0


@dataclass(frozen=True, slots=True)
class Conclusion:
    text: str
    orders: Orders
    item: str = ""
    confidence: int = LIKELY
    flags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """``deadline``: an ISO date, the words said where no date can be worked out, or None when none was said."""

    what: str
    who: tuple[str, ...]
    deadline: str | None
    orders: Orders
    item: str = ""
    deadline_words: str = ""
    before: bool = False  # "trước ngày …": the day itself is too late
    confidence: int = LIKELY
    flags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """The cell's own score of its meeting."""

    score: int | float
    band: str
    orders: Orders
    sources: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """ "88,5 điểm, xếp loại Khá"."""
        return f"{points(round(self.score * 10))} điểm" + (f", xếp loại {self.band}" if self.band else "")


@dataclass(frozen=True, slots=True)
class Item:
    """One content of the agenda; ``first`` is the number of the speech where it began, None if never."""

    title: str
    first: int | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the minutes that stands for itself: dues, a report, documents made known, read-back."""

    text: str
    orders: Orders
    item: str = ""
    confidence: int = LIKELY
    sources: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Minutes:
    """``missing``: what a form asks for and nobody said; ``doubts``: what the secretary should look at again."""

    header: Header = Header()
    attendance: Attendance = Attendance()
    agenda: tuple[Item, ...] = ()
    dues: Said | None = None
    documents: tuple[Said, ...] = ()
    news: tuple[Said, ...] = ()
    study: tuple[Said, ...] = ()
    review: tuple[Said, ...] = ()
    ideology: tuple[Said, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    votes: tuple[Vote, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()
    tasks: tuple[Task, ...] = ()
    petitions: tuple[Said, ...] = ()
    quality: Quality | None = None
    read_back: Said | None = None
    typed_in: Said | None = None
    missing: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    utterances: tuple[tuple[int, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The JSON form of the cases: every item with its ``t_orders``; null means not said."""
        head = self.header
        return {
            "meeting_type": head.meeting_type, "title": head.title, "cell": head.cell, "parent": head.parent,
            "place": head.place, "mode": head.mode, "date": head.date, "start_time": head.start_time,
            "end_time": head.end_time, "chair": head.chair, "secretary": head.secretary,
            "attendance": _attendance(self.attendance),
            "dues": self.dues.text if self.dues else None,
            "documents": [{"text": d.text, "t_orders": list(d.orders)} for d in self.documents],
            "agenda": [item.title for item in self.agenda],
            "review": [line.text for line in self.review],
            "news": [{"text": n.text, "t_orders": list(n.orders)} for n in self.news],
            "study": [{"text": s.text, "t_orders": list(s.orders)} for s in self.study],
            "ideology": [{"text": i.text, "t_orders": list(i.orders)} for i in self.ideology],
            "opinions": [_opinion(o) for o in self.opinions],
            "votes": [_vote(v) for v in self.votes],
            "conclusions": [_marked({"text": c.text, "t_orders": list(c.orders)}, c) for c in self.conclusions],
            "tasks": [_task(t) for t in self.tasks],
            "petitions": [{"text": p.text, "t_orders": list(p.orders)} for p in self.petitions],
            "quality": _quality(self.quality),
            "missing": list(self.missing),
            "doubts": list(self.doubts),
        }  # fmt: skip

    def with_(self, **changes: Any) -> Minutes:
        return replace(self, **changes)


def _marked(out: dict[str, Any], part: Opinion | Vote | Conclusion | Task) -> dict[str, Any]:
    out |= {"confidence": part.confidence}
    return out | ({"flags": list(part.flags)} if part.flags else {})


def _attendance(a: Attendance) -> dict[str, Any]:
    counts = {
        "total": a.total, "official": a.official, "probationary": a.probationary, "exempt": a.exempt,
        "required": a.required, "present": a.present, "present_hall": a.present_hall,
        "present_remote": a.present_remote, "voters_present": a.voters_present, "absent": a.absent,
    }  # fmt: skip
    out = {"stepped_out": [{"name": x.name, "left": x.time, "back": x.until} for x in a.stepped_out]}
    return (
        counts
        | (out if a.stepped_out else {})
        | {
            "exempt_names": list(a.exempt_names),
            "absent_excused": [{"name": x.name, "reason": x.reason or None} for x in a.absent_excused],
            "absent_unexcused": [{"name": x.name, "reason": x.reason or None} for x in a.absent_unexcused],
            "absent_unclear": [{"name": x.name, "reason": x.reason or None} for x in a.absent_unclear],
            "late": [{"name": x.name, "arrived": x.time or None} for x in a.late],
            "left_early": [{"name": x.name, "left": x.time or None} for x in a.left_early],
            "guests": [{"name": g.name, "title": g.title or None} for g in a.guests],
            "t_orders": list(a.orders),
            "flags": list(a.flags),
        }
    )


def _opinion(o: Opinion) -> dict[str, Any]:
    out: dict[str, Any] = {"speaker": o.speaker, "agenda_item": o.item or None, "kind": o.kind, "gist": o.gist}
    out |= {"t_orders": list(o.orders)} | ({"reported_by": o.reported_by} if o.reported_by else {})
    return _marked(out, o)


def _vote(v: Vote) -> dict[str, Any]:
    result = None if v.passed is None else "thông qua" if v.passed else "không thông qua"
    out: dict[str, Any] = {
        "question": v.question, "voters": v.voters, "for": v.in_favour, "against": v.against,
        "abstain": v.abstain, "result": result, "method": v.method,
    }  # fmt: skip
    if v.against_names:
        out["against_names"] = list(v.against_names)
    if v.abstain_names:
        out["abstain_names"] = list(v.abstain_names)
    if v.ballots:
        out["ballots"] = asdict(v.ballots) | {"board": list(v.ballots.board)}
    if v.reserved:
        out["reserved"] = [asdict(kept) for kept in v.reserved]
    if v.not_cast:
        out["not_cast"] = v.not_cast
    if v.hall_note:
        out["hall_note"] = v.hall_note
    if v.notes:
        out["notes"] = [asdict(note) for note in v.notes]
    if v.out:
        out["out_of_room"] = list(v.out)
    return _marked(out | {"t_orders": list(v.orders)}, v)


def _task(t: Task) -> dict[str, Any]:
    who: str | list[str] = t.who[0] if len(t.who) == 1 else list(t.who)
    return _marked({"what": t.what, "who": who, "deadline": t.deadline, "t_orders": list(t.orders)}, t)


def _quality(q: Quality | None) -> dict[str, Any] | None:
    return {"score": q.score, "band": q.band, "t_orders": list(q.orders)} if q else None
