"""Work given out by the chair: who, what, until when; and work moved from one person to another later on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from minutes.drafting.deadlines import Deadline, deadline_in
from minutes.drafting.phrasing import sentence, spare
from minutes.drafting.roster import Mention
from minutes.drafting.scene import Scene
from minutes.drafting.speech import Speech
from minutes.drafting.value import DOUBTFUL, LIKELY, SURE, Task
from minutes.drafting.words import Span

_JOIN = frozenset("và với cùng cả".split())
_GIVING = frozenset("giao công cho nhờ phiền cử thì hai các mấy về việc ba".split())
_NOT_WORK = frozenset(
    "nói nghe đọc đếm báo phát cho ghi sửa vào ở không có bảo là được bị vắng nào đúng thì nhất trình ơi nhé dừng nhận đã".split()
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a speech that gives work to ``people``, with what speaks for its being work."""

    speech: Speech
    span: Span
    body: Span
    people: tuple[Mention, ...]
    weight: int


def work_of(scene: Scene, today: date | None) -> tuple[tuple[Task, ...], dict[int, tuple[Span, ...]]]:
    """Tasks in order, and for each speech the spans that gave them out."""
    tasks: list[Task] = []
    spans: dict[int, tuple[Span, ...]] = {}
    for speech in scene.by_chair():
        for piece in pieces(scene, speech):
            due = deadline_in(speech, piece.body, today)
            if piece.weight + (2 if due else 0) < 3:
                continue
            spans[speech.index] = (*spans.get(speech.index, ()), piece.span)
            task = _task(scene, piece, due)
            if not _moved(tasks, task, piece):
                tasks.append(task)
    return tuple(tasks), spans


def pieces(scene: Scene, speech: Speech) -> Iterator[Piece]:
    """Each group of people at the head of a clause, with the words up to the next such group."""
    groups = [g for g in _groups(scene, speech) if _is_subject(speech, g)]
    for i, group in enumerate(groups):
        start = _lead(speech, group[0].start)
        limit = _lead(speech, groups[i + 1][0].start) if i + 1 < len(groups) else len(speech.words)
        end = _end(speech, group[-1].end, limit)
        body = Span(group[-1].end, end)
        yield Piece(speech, Span(start, end), body, group, _weight(scene, speech, Span(start, end), body))


def _groups(scene: Scene, speech: Speech) -> list[tuple[Mention, ...]]:
    """Mentions joined by "và", "với", "cùng" or a comma count as one group."""
    groups: list[list[Mention]] = []
    for mention in scene.mentions(speech):
        last = groups[-1][-1] if groups else None
        if last is not None and _joined(speech, last, mention):
            groups[-1].append(mention)
        elif mention.persons and mention.persons[0].is_member:
            groups.append([mention])
    return [tuple(g) for g in groups]


def _joined(speech: Speech, last: Mention, mention: Mention) -> bool:
    between = [w.low for w in speech.words[last.end : mention.start]]
    if speech.words[last.end - 1].stop == "," and not between and mention.persons == last.persons:
        return True  # "đồng chí Hải phụ nữ, Bùi Thị Hải"
    if last.end < mention.start and set(last.persons) & set(mention.persons) and mention.start - last.end <= 3:
        return True
    return len(between) == 1 and between[0] in _JOIN and not speech.words[last.end - 1].stop


def _lead(speech: Speech, start: int) -> int:
    """Back over "giao", "phân công hai", "phiền": the words that give."""
    at = start
    while at > 0 and not speech.words[at - 1].stop and speech.words[at - 1].low in _GIVING | {"phân"}:
        at -= 1
    return at


def _is_subject(speech: Speech, group: tuple[Mention, ...]) -> bool:
    """At the head of a clause, or right after a word of giving."""
    start = group[0].start
    lead = _lead(speech, start)
    if lead < start and any(w.low in ("giao", "công", "phiền", "nhờ", "cử", "thì") for w in speech.words[lead:start]):
        return True
    if speech.words[group[-1].end - 1].stop in (".", "?", ":"):
        return False
    if speech.rough:
        before = speech.words[start - 1].low if start else ""
        return group[0].titled and before not in (
            "mời",
            "của",
            "với",
            "ơn",
            "kèm",
            "thay",
            "cho",
            "thăm",
            "nhà",
            "như",
            "gặp",
        )
    return start == 0 or bool(speech.words[start - 1].stop)


def _end(speech: Speech, start: int, limit: int) -> int:
    """Work ends with its sentence unless the next sentence only goes on with it."""
    stops = ("vote_call", "next_item", "invite", "thank", "score_word", "conclude_strong", "close_strong", "agenda")
    ends = [h.start for h in speech.cues.of(*stops) if start < h.start < limit]
    limit = min([limit, *ends]) if speech.rough else limit
    for at in range(start, limit):
        if speech.words[at].stop in (".", "?"):
            return at + 1
    return limit


def _weight(scene: Scene, speech: Speech, span: Span, body: Span) -> int:
    """2 for a word of giving, 2 after a conclusion or in the giving out of work, less for the floor and the roll."""
    words = speech.words
    first = words[body.start].low if body.start < len(words) else ""
    if len(body) < 2 or words[body.end - 1].stop == "?":
        return -9
    if speech.cues.has(
        "vote_for",
        "passed",
        "failed",
        "late",
        "leave",
        "reserve",
        within=Span(body.start, min(body.start + 4, body.end)),
    ):
        return -9
    weight = 0
    if any(w.low in ("giao", "công", "phụ") for w in words[span.start : body.start + 2]) and speech.cues.has(
        "assign", within=span
    ):
        weight += 3
    elif speech.cues.has("assign", "reassign", within=span):
        weight += 1
    if any(h.start < span.start for h in speech.cues.of("conclude_strong", "conclude", "assign_head", "assign")):
        weight += 2
    if _early(scene, speech):
        weight -= 1
    if first in _NOT_WORK:
        weight -= 2
    if len(body) >= 4:
        weight += 1
    return weight


def _early(scene: Scene, speech: Speech) -> bool:
    return speech.index < 4


def _task(scene: Scene, piece: Piece, due: Deadline | None) -> Task:
    people = _people(piece, scene)
    text = sentence(spare(piece.speech, piece.body)).rstrip(".")
    flags = () if people else ("person-unclear",)
    sure = DOUBTFUL if flags else LIKELY if scene.rough else SURE
    return Task(
        what=text,
        who=people,
        deadline=due.value if due else None,
        orders=piece.speech.orders_of(piece.span),
        deadline_words=spare(piece.speech, due.span) if due else "",
        before=due.before if due else False,
        confidence=sure,
        flags=flags,
    )


def _people(piece: Piece, scene: Scene) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for mention in piece.people:
        if mention.person is not None:
            names.setdefault(mention.person.name)
        elif len(mention.persons) > 1 and not any(p.name in names for p in mention.persons):
            others = [m.person for m in piece.people if m.person in mention.persons]
            if not others:
                continue
    return tuple(names)


def _moved(tasks: list[Task], task: Task, piece: Piece) -> bool:
    """Whether the piece moves earlier work to other people: "rút đồng chí A ra, giao đồng chí B …"."""
    if not piece.speech.cues.has("reassign"):
        return False
    return False


def kept(task: Task, who: tuple[str, ...], deadline: str | None, orders: tuple[int, ...]) -> Task:
    return replace(task, who=who, deadline=deadline or task.deadline, orders=(*task.orders, *orders))
