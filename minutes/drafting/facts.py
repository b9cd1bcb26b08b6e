"""What the room recorded, and how it rules over what was merely said.

A field that is None was not kept by the room, so speech stands. Everything kept replaces what was heard; where the
two differ the part is flagged "said-differs", and what was heard but not kept is named among the doubts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from minutes.drafting.phrasing import sentence
from minutes.drafting.turns import BadInput, as_object
from minutes.drafting.value import SURE, Attendance, Conclusion, Header, Item, Minutes, Quality, Said, Task, Vote

_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
FIELDS = (
    "meeting_type",
    "title",
    "cell",
    "parent",
    "place",
    "mode",
    "date",
    "start_time",
    "end_time",
    "chair",
    "secretary",
)
COUNTS = (
    "total",
    "official",
    "probationary",
    "exempt",
    "required",
    "present",
    "present_hall",
    "present_remote",
    "absent",
)


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """All optional. Times "HH:MM", date ISO; names are full names; recorded parts carry their own sources.

    ``papers``: titles of the documents given out.
    """

    meeting_type: str | None = None
    title: str | None = None
    cell: str | None = None
    parent: str | None = None
    place: str | None = None
    mode: str | None = None
    date: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    end_date: str | None = None
    chair: str | None = None
    secretary: str | None = None
    attendance: Attendance | None = None
    items: tuple[Item, ...] | None = None
    votes: tuple[Vote, ...] | None = None
    conclusions: tuple[Conclusion, ...] | None = None
    tasks: tuple[Task, ...] | None = None
    petitions: tuple[Said, ...] | None = None
    withdrawn: tuple[Task, ...] = ()  # written down by mistake: what was said of them is not missed
    quality: Quality | None = None
    read_back: Said | None = None
    typed_in: Said | None = None
    papers: tuple[str, ...] = ()
    on_paper: tuple[str, ...] = ()  # of the header: what was on the paper form first


NOTHING = MeetingFacts()


def read_meeting(text: str) -> MeetingFacts:
    """What a file says of the meeting besides turns and roster: the header's fields. Raises BadInput."""
    raw = as_object(text)
    if raw.get("date"):
        try:
            date.fromisoformat(str(raw["date"]))
        except ValueError as error:
            raise BadInput(f"ngày họp (date) phải viết 2026-11-03, không phải “{raw['date']}”") from error
    for name in ("start_time", "end_time"):
        if raw.get(name) and not _CLOCK.fullmatch(str(raw[name])):
            raise BadInput(f"giờ ({name}) phải viết 19:30, không phải “{raw[name]}”")
    known: dict[str, Any] = {name: str(raw[name]) for name in FIELDS if raw.get(name)}
    return MeetingFacts(**known)


def ruled(said: Minutes, facts: MeetingFacts) -> Minutes:
    """The minutes as the record has them, completed by what was said."""
    minutes = replace(said, header=_header(said.header, facts), read_back=facts.read_back or said.read_back)
    minutes = replace(minutes, typed_in=facts.typed_in)
    minutes = replace(minutes, documents=(*said.documents, *_given_out(said.documents, facts.papers)))
    doubts: list[str] = []
    if facts.attendance is not None:
        minutes = replace(minutes, attendance=_attendance(said.attendance, facts.attendance))
    if facts.items is not None:
        minutes = replace(minutes, agenda=facts.items)
    if facts.votes is not None:
        votes, left = _met(facts.votes, said.votes, _vote)
        doubts += [f"Nghe thấy một lượt biểu quyết mà sổ họp không ghi: {v.question}" for v in left]
        minutes = replace(minutes, votes=votes)
    if facts.conclusions is not None:
        conclusions, rest = _met(facts.conclusions, said.conclusions, _conclusion)
        doubts += [f"Nghe thấy kết luận mà sổ họp không ghi: {c.text}" for c in rest]
        minutes = replace(minutes, conclusions=conclusions)
    if facts.tasks is not None:
        met, more = _met((*facts.tasks, *facts.withdrawn), said.tasks, _task)
        tasks = met[: len(facts.tasks)]
        doubts += [f"Nghe thấy giao việc mà sổ họp không ghi: {', '.join(t.who)} – {t.what}" for t in more]
        minutes = replace(minutes, tasks=tasks)
    if facts.petitions is not None:
        minutes = replace(minutes, petitions=facts.petitions)
    if facts.quality is not None:
        minutes = replace(minutes, quality=_quality(said.quality, facts.quality))
    return replace(minutes, doubts=(*said.doubts, *doubts))


def _given_out(said: tuple[Said, ...], papers: tuple[str, ...]) -> Iterator[Said]:
    """Documents given out and not named aloud already: known by title, so no words are put into anybody's mouth."""
    for title in papers:
        if not any(title.lower() in one.text.lower() or one.text.rstrip(".").lower() in title.lower() for one in said):
            yield Said(sentence(f"Tài liệu của cuộc họp: {title}"), (), confidence=SURE)


def _header(said: Header, facts: MeetingFacts) -> Header:
    known = {name: value for name in FIELDS if (value := getattr(facts, name)) is not None}
    differs = [
        f"said-differs:{name}" for name in ("date", "start_time", "meeting_type")
        if name in known and (heard := getattr(said, name)) is not None and not _near(heard, known[name])
    ]  # fmt: skip
    typed = tuple(f"typed-in:{name}" for name in facts.on_paper)
    return replace(said, **known, end_date=facts.end_date, flags=(*said.flags, *differs, *typed))


def _near(said: str, known: str) -> bool:
    """The same, or times within ten minutes: the same moment said and clicked."""
    if said == known:
        return True
    try:
        minutes = [int(t[:2]) * 60 + int(t[3:5]) for t in (said, known)]
    except ValueError:
        return False
    return len(said) == 5 and abs(minutes[0] - minutes[1]) <= 10


def _attendance(said: Attendance, kept: Attendance) -> Attendance:
    """The ledger, with reasons and titles that only were said. Where nobody spoke of it nothing can differ."""
    reasons = {a.name: a.reason for a in (*said.absent_excused, *said.absent_unexcused, *said.absent_unclear)}
    times = {p.name: p.time for p in (*said.late, *said.left_early)}
    titles = {g.name: g.title for g in said.guests}
    differs = bool(said.orders) and any(getattr(said, name) not in (None, getattr(kept, name)) for name in COUNTS)
    return replace(
        kept,
        absent_excused=tuple(replace(a, reason=a.reason or reasons.get(a.name, "")) for a in kept.absent_excused),
        late=tuple(replace(p, time=p.time or times.get(p.name, "")) for p in kept.late),
        left_early=tuple(replace(p, time=p.time or times.get(p.name, "")) for p in kept.left_early),
        guests=tuple(replace(g, title=g.title or titles.get(g.name, "")) for g in kept.guests),
        orders=said.orders,
        flags=("said-differs",) if differs else (),
    )


_Part = TypeVar("_Part", Vote, Conclusion, Task)


def _met(kept: Sequence[_Part], said: Sequence[_Part], join: object) -> tuple[tuple[_Part, ...], list[_Part]]:
    """Each recorded part with the said part most like it; and the said parts that met none."""
    assert callable(join), "a function of a recorded and a said part"
    free = list(said)
    out: list[_Part] = []
    for part in kept:
        best = max(free, key=lambda other: _likeness(part, other), default=None)
        if best is not None and _likeness(part, best) >= 0.3:
            free.remove(best)
            out.append(join(part, best))
        else:
            out.append(replace(part, confidence=SURE))
    return tuple(out), free


def _likeness(one: Vote | Conclusion | Task, other: Vote | Conclusion | Task) -> float:
    """How surely two parts are the same thing: shared words, and the same content of the agenda."""
    a, b = set(_words(one)), set(_words(other))
    words = 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
    same_item = 0.2 if one.item and one.item == other.item else 0.0
    if isinstance(one, Vote) and isinstance(other, Vote):
        same = (one.voters, one.in_favour, one.against) == (other.voters, other.in_favour, other.against)
        return words + same_item + 0.3 * same
    if isinstance(one, Task) and isinstance(other, Task):
        return words + same_item + 0.2 * bool(set(one.who) & set(other.who))
    return words + same_item


def _words(part: Vote | Conclusion | Task) -> list[str]:
    text = part.question if isinstance(part, Vote) else part.text if isinstance(part, Conclusion) else part.what
    return [w.strip(".,;:").lower() for w in text.split() if len(w) > 1]


def _flagged(differs: bool) -> tuple[str, ...]:
    return ("said-differs",) if differs else ()


def _vote(kept: Vote, said: Vote) -> Vote:
    counts = ("voters", "in_favour", "against")
    differs = any(getattr(said, n) not in (None, getattr(kept, n)) for n in counts)
    rest = kept.abstain or 0  # who is of another opinion and who gives no vote are mostly said in one number
    differs = differs or said.abstain not in (None, rest, rest + kept.not_cast)
    return replace(
        kept, orders=said.orders, confidence=SURE, flags=(*kept.flags, *_flagged(differs)),
        against_names=kept.against_names or (said.against_names if len(said.against_names) == kept.against else ()),
        abstain_names=kept.abstain_names or (said.abstain_names if len(said.abstain_names) == kept.abstain else ()),
    )  # fmt: skip


def _conclusion(kept: Conclusion, said: Conclusion) -> Conclusion:
    differs = set(_figures(kept.text)) != set(_figures(said.text))
    return replace(kept, orders=said.orders, confidence=SURE, flags=(*kept.flags, *_flagged(differs)))


def _quality(said: Quality | None, kept: Quality) -> Quality:
    if said is None:
        return kept
    differs = said.score != kept.score or (said.band and said.band.lower() != kept.band.lower())
    return replace(kept, orders=said.orders, flags=(*kept.flags, *_flagged(bool(differs))))


def _figures(text: str) -> list[str]:
    return [w.strip(".,;:%") for w in text.split() if w[:1].isdigit()]


def _task(kept: Task, said: Task) -> Task:
    differs = set(kept.who) != set(said.who) or (said.deadline is not None and said.deadline != kept.deadline)
    before = kept.before or (said.before and said.deadline == kept.deadline)
    return replace(kept, orders=said.orders, confidence=SURE, before=before, flags=(*kept.flags, *_flagged(differs)))
