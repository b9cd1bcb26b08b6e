"""Work given out by the chair: who, what, until when; and work moved from one person to another later on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from minutes.drafting.deadlines import Deadline, deadline_in
from minutes.drafting.phrasing import sentence
from minutes.drafting.roster import Mention
from minutes.drafting.scene import Scene
from minutes.drafting.speech import Speech
from minutes.drafting.value import DOUBTFUL, LIKELY, SURE, Task
from minutes.drafting.words import Span
from transcription.text.tokens import word_set

_JOIN = word_set("và với cùng cả")
_GIVING = word_set("giao phân công cho nhờ phiền cử thì hai các mấy ba chuyển riêng để")
_GIVES = word_set("giao công phiền nhờ cử thì chuyển")
_NOT_WORK = word_set(
    "nói nghe đọc đếm báo phát cho ghi sửa vào không có bảo là được bị vắng nào đúng thì nhất trình ơi nhé dừng nhận đã"
)
_NOT_SUBJECT = word_set("cầu mời của với ơn kèm thay cho thăm nhà như gặp về ý bên cả trừ là có chào thưa bởi do vì")
_ABOUT = word_set("còn việc về riêng trường đối phần chuyện")
_HELPING = word_set("cùng hỗ phối giúp tham")
_DOING = word_set("lo đảm phụ chuẩn đứng đôn lập soạn rà tổng mua gửi nộp viết")  # "lo", "đảm nhận", "phụ trách", …
_PAPERS = frozenset(
    (
        "hồ sơ",
        "báo cáo",
        "danh sách",
        "kế hoạch",
        "biên bản",
        "nghị quyết",
        "tờ trình",
        "tài liệu",
        "giấy mời",
        "đơn từ",
    )
)
_SECOND = word_set("tổ phó thành ủy thư")
NEEDED = 3
_TELLING = word_set("việc và với cho của các thì là để trước sau ngày tháng xong")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a speech that gives work to ``people``, with what speaks for its being work.

    ``topic`` are the words before the giving that say what it is about ("Việc rác thì giao …").
    """

    speech: Speech
    topic: Span
    body: Span
    people: tuple[Mention, ...]
    weight: int

    @property
    def span(self) -> Span:
        return Span(self.topic.start, self.body.end)


@dataclass(frozen=True, slots=True)
class Work:
    """Tasks, for each speech the spans that gave them out, and to whom each speech gave work."""

    tasks: tuple[Task, ...]
    spans: dict[int, tuple[Span, ...]]
    given: tuple[tuple[int, frozenset[str]], ...]


def work_of(scene: Scene, today: date | None) -> Work:
    """All work given out in the meeting, as it stood at the end."""
    tasks: list[Task] = []
    spans: dict[int, tuple[Span, ...]] = {}
    given: list[tuple[int, frozenset[str]]] = []
    for speech in scene.by_chair():
        for piece in _merged(list(_sure(scene, speech, today)), today):
            spans[speech.index] = (*spans.get(speech.index, ()), piece.span)
            for task in _tasks(scene, piece, today):
                given.append((speech.index, frozenset(task.who)))
                _enter(tasks, task, piece)
        if not spans.get(speech.index) and given and speech.index - given[-1][0] <= 4:
            _put_off(scene, speech, tasks, today)
        if spans.get(speech.index):
            for span, task in _chairs_own(scene, speech, spans[speech.index], today):
                spans[speech.index] = (*spans[speech.index], span)
                _enter(tasks, task, Piece(speech, Span(span.start, span.start), span, (), NEEDED))
    return Work(tuple(tasks), spans, tuple(given))


def _put_off(scene: Scene, speech: Speech, tasks: list[Task], today: date | None) -> None:
    """ "Cho tôi sang thứ bảy được không?" — "Được, anh Kiên thì thứ bảy.": another day for work just given."""
    before = scene.speeches[speech.index - 1] if speech.index else speech
    mine = [i for i, task in enumerate(tasks) if task.who == (before.speaker,)]
    if len(mine) != 1 or scene.leads(before):
        return
    head = Span(0, min(12, len(speech.words))) if speech.rough else speech.sentences()[0]
    due = deadline_in(speech, head, today)
    if due is None or due.of_words or len(head) > 16 or speech.words[head.end - 1].stop == "?":
        return
    old = tasks[mine[0]]
    tasks[mine[0]] = replace(
        old, deadline=due.value, deadline_words=scene.text(speech, due.span), before=due.before,
        orders=tuple(dict.fromkeys((*old.orders, *before.turns, *speech.orders_of(head)))),
    )  # fmt: skip


def _chairs_own(
    scene: Scene, speech: Speech, known: tuple[Span, ...], today: date | None
) -> Iterator[tuple[Span, Task]]:
    """Work that the chair takes on where work is given out: "Máy phát điện tôi làm văn bản xin."."""
    begin, end = min(s.start for s in known), max(s.end for s in known)
    for hit in () if scene.rough else speech.cues.of("own_work"):
        span = next(s for s in speech.sentences() if s.holds(hit.start))
        if span.end < begin or span.start > end + 1 or any(s.holds(hit.start) for s in known):
            continue
        if speech.words[span.end - 1].stop == "?" or len(span) < 5 or hit.start - span.start > 9:
            continue
        if speech.cues.has("thank", "vote_call", "invite", "conclude_strong", "own_up", "score_word", within=span):
            continue
        due = deadline_in(speech, span, today)
        text = sentence(re.sub(r"\btôi\b", "chủ trì", scene.text(speech, span))).rstrip(".")
        yield span, Task(
            what=text, who=(speech.speaker,), deadline=due.value if due else None, orders=speech.orders_of(span),
            deadline_words=scene.text(speech, due.span) if due else "", before=due.before if due else False,
            confidence=LIKELY,
        )  # fmt: skip


# ---------------------------------------------------------------- where work is given


def _sure(scene: Scene, speech: Speech, today: date | None) -> Iterator[Piece]:
    for piece in pieces(scene, speech):
        due = deadline_in(speech, piece.body, today)
        if piece.weight + (2 if due else 0) >= NEEDED:
            yield piece


def pieces(scene: Scene, speech: Speech) -> Iterator[Piece]:
    """Each group of people at the head of a clause, with the words up to the next such group."""
    groups = [g for g in _groups(scene, speech) if _is_subject(speech, g)]
    floor = 0
    for i, group in enumerate(groups):
        lead = _lead(speech, group[0].start)
        topic = Span(_topic(speech, lead, floor), lead)
        limit = _lead(speech, groups[i + 1][0].start) if i + 1 < len(groups) else len(speech.words)
        end = _end(speech, group[-1].end, limit)
        body = Span(group[-1].end, end)
        yield Piece(speech, topic, body, group, _weight(scene, speech, topic, lead, body))
        floor = end


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
    if (
        set(last.persons) & set(mention.persons)
        and mention.start - last.end <= 3
        and speech.words[last.end - 1].stop != "."
    ):
        return True  # "đồng chí Hải phụ nữ, Bùi Thị Hải"
    if speech.words[last.end - 1].stop == "," and not between and last.titled and mention.titled:
        return True  # "đồng chí Nga, đồng chí Long lập danh sách"
    joins = between and (between[0] in _JOIN or (speech.rough and speech.words[last.end].sound.bare in ("va", "voi")))
    return len(between) == 1 and bool(joins) and not speech.words[last.end - 1].stop


def _lead(speech: Speech, start: int) -> int:
    """Back over "giao", "phân công hai", "phiền": the words that give."""
    at = start
    while at > 0 and not speech.words[at - 1].stop and speech.words[at - 1].low in _GIVING:
        at -= 1
    return at


def _topic(speech: Speech, lead: int, floor: int) -> int:
    """Back to the head of the clause when words stand before the giving: "Việc rác thì giao …"."""
    at = lead
    while at > floor and not speech.words[at - 1].stop and lead - at < 12 and not speech.rough:
        at -= 1
    if at == lead > floor and speech.words[at - 1].stop == "," and not speech.rough:
        begin = next((i for i in range(at - 1, floor, -1) if speech.words[i - 1].stop in (".", "?")), floor)
        if at - begin <= 14 and speech.words[begin].low in _ABOUT:
            return begin
    return at


def _is_subject(speech: Speech, group: tuple[Mention, ...]) -> bool:
    """At the head of a clause, or right after a word of giving."""
    start, words = group[0].start, speech.words
    lead = _lead(speech, start)
    if words[group[-1].end - 1].stop in (".", "?", ":"):
        return False
    if words[group[-1].end - 1].stop and lead == start:
        return False  # "Bác Bảy, chuyện đó để sau": a call
    if any(w.low in _GIVES for w in words[lead:start]):
        return True
    if speech.rough:
        return group[0].titled and (start == 0 or words[start - 1].low not in _NOT_SUBJECT)
    return start == 0 or bool(words[start - 1].stop) or _is_fronted(speech, group[0])


def _is_fronted(speech: Speech, first: Mention) -> bool:
    """ "Hồ sơ xếp loại đồng chí Tiệp nộp …": what is to be done stands before who does it."""
    begin = first.start
    while begin > 0 and not speech.words[begin - 1].stop and first.start - begin < 7:
        begin -= 1
    low = [w.low for w in speech.words[begin : first.start]]
    return first.titled and 2 <= len(low) <= 6 and " ".join(low[:2]) in _PAPERS and low[-1] not in _NOT_SUBJECT


def _end(speech: Speech, start: int, limit: int) -> int:
    """Work ends with its sentence; in speech without stops where the chair turns to something else."""
    stops = ("vote_call", "next_item", "invite", "thank", "conclude_strong", "close_strong", "agenda", "score_word")
    if speech.rough:
        limit = min([limit, start + 45, *(h.start for h in speech.cues.of(*stops) if start < h.start < limit)])
    return next((at + 1 for at in range(start, limit) if speech.words[at].stop in (".", "?")), limit)


def _weight(scene: Scene, speech: Speech, topic: Span, lead: int, body: Span) -> int:
    """3 for a word of giving, 2 after a conclusion or in the giving out of work, less for the floor and the roll."""
    words = speech.words
    first = words[body.start].low if body.start < len(words) else ""
    head = Span(body.start, min(body.start + 4, body.end))
    if len(body) < 2 or words[body.end - 1].stop == "?":
        return -9
    if speech.cues.has("vote_for", "passed", "failed", "late", "leave", "reserve", "reserved", "bar", within=head):
        return -9
    if speech.cues.has("cut_off", within=Span(topic.start, min(body.start + 14, body.end))):
        return -9
    weight = 1 if len(body) >= 4 or first in _DOING else 0
    given = words[lead : body.start]
    if any(w.low in ("giao", "công", "chuyển") for w in given) or speech.cues.has("assign", within=head):
        weight += 3
    elif any(w.low in ("nhờ", "phiền", "cử") for w in given):
        weight += 1
    if any(
        h.start < topic.start for h in speech.cues.of("conclude_strong", "conclude", "assign_head", "assign")
    ) or speech.cues.has("assign_head"):
        weight += 2
    if speech.index < 4:
        weight -= 1
    return weight - (2 if first in _NOT_WORK else 0)


def _merged(found: list[Piece], today: date | None) -> list[Piece]:
    """ "giao đồng chí A làm tổ trưởng, đồng chí B làm tổ phó, xong trước …" is one piece of work of two people."""
    out: list[Piece] = []
    for piece in found:
        last = out[-1] if out else None
        if last is not None and _helps(last, piece, today):
            out[-1] = replace(last, body=Span(last.body.start, piece.body.end), people=(*last.people, *piece.people))
        else:
            out.append(piece)
    return out


def _helps(last: Piece, piece: Piece, today: date | None) -> bool:
    words = piece.speech.words
    apart = last.body.end != piece.span.start or words[last.body.end - 1].stop in (".", "?")
    if apart or len(piece.topic) or any(w.low in _GIVES for w in words[piece.topic.end : piece.people[0].start]):
        return False
    head = [w.low for w in words[piece.body.start : piece.body.start + 2]]
    helping = head[:1] and (head[0] in _HELPING or (head[0] == "làm" and len(head) > 1 and head[1] in _SECOND))
    return bool(helping) and deadline_in(last.speech, last.body, today) is None


# ---------------------------------------------------------------- what it says


def _tasks(scene: Scene, piece: Piece, today: date | None) -> Iterator[Task]:
    """One task, or two where one sentence sets two deadlines for two things."""
    cut = _second(piece, today)
    bodies = [piece.body] if cut is None else [Span(piece.body.start, cut), Span(cut, piece.body.end)]
    for body in bodies:
        due = deadline_in(piece.speech, body, today)
        yield _task(scene, piece, body, due)


def _second(piece: Piece, today: date | None) -> int | None:
    """Where the second thing begins: after a comma that follows a whole "bắt đầu từ …", with its own deadline."""
    speech, body = piece.speech, piece.body
    for at in range(body.start + 6, body.end - 4):
        if speech.words[at - 1].stop != ",":
            continue
        first, rest = deadline_in(speech, Span(body.start, at), today), deadline_in(speech, Span(at, body.end), today)
        corrected = speech.cues.has("correction", within=body)
        if first and rest and first.starts and not corrected:
            return at
    return None


def _task(scene: Scene, piece: Piece, body: Span, due: Deadline | None) -> Task:
    speech = piece.speech
    people = _people(piece)
    topic = _topic_text(scene, speech, piece.topic)
    text = sentence(topic + _body_text(scene, speech, body, due)).rstrip(".")
    flags = () if people else ("person-unclear",)
    return Task(
        what=text,
        who=people,
        deadline=due.value if due else None,
        orders=speech.orders_of(Span(piece.topic.start, body.end)),
        deadline_words=scene.text(speech, due.span) if due else "",
        before=due.before if due else False,
        confidence=DOUBTFUL if flags else LIKELY if scene.rough else SURE,
        flags=flags,
    )


_TOPIC_OUT = word_set("việc thì còn vậy trường hợp riêng và")


def _topic_text(scene: Scene, speech: Speech, topic: Span) -> str:
    start, end = topic.start, topic.end
    while start < end and speech.words[start].low in ("còn", "vậy", "riêng", "và", "vậy", "thế", "bây", "giờ"):
        start += 1
    if all(w.low in _TOPIC_OUT for w in speech.words[start:end]):
        return ""
    return scene.ruling(speech, Span(start, end)).rstrip(" ,.") + ": "


_HANGING = word_set("cho xong đến vào nộp phải là thì ngay hạn ca buổi")


def _body_text(scene: Scene, speech: Speech, body: Span, due: Deadline | None) -> str:
    """The work without its deadline and without what was taken back; all of it when little else is left."""
    if due is None or (due.of_words and due.phrase.end < body.end):
        return scene.ruling(speech, body)
    words, start, end = speech.words, due.phrase.start, due.phrase.end
    while start > body.start and words[start - 1].low in _HANGING:
        start -= 1
    while end < body.end and words[end].low in _HANGING and words[end - 1].stop in ("", ","):
        end += 1
    before, after = Span(body.start, start), Span(end, body.end)
    text = " ".join(scene.ruling(speech, s).strip(" ,.") for s in (before, after) if len(s))
    return text if len(text.split()) >= 3 else scene.ruling(speech, body)


def _people(piece: Piece) -> tuple[str, ...]:
    """Full names; of a name that two share only when something else tells which."""
    names: dict[str, None] = {}
    known = {m.person for m in piece.people if m.person is not None}
    for mention in piece.people:
        if mention.person is not None:
            names.setdefault(mention.person.name)
        elif not known & set(mention.persons):
            continue
    return tuple(names)


# ---------------------------------------------------------------- what becomes of it


def _enter(tasks: list[Task], task: Task, piece: Piece) -> None:
    """Add the task, or let it take the place of the earlier one that it moves or repeats."""
    moving = piece.speech.cues.has("reassign", within=Span(max(0, piece.span.start - 8), piece.body.end))
    for at, old in enumerate(tasks):
        if old.orders[-1] < task.orders[0] and _same_work(old, task) and (moving or set(old.who) == set(task.who)):
            what = old.what if len(old.what) >= len(task.what) or moving else task.what
            tasks[at] = replace(
                task, what=what, deadline=task.deadline or old.deadline, orders=(*old.orders, *task.orders)
            )
            return
    tasks.append(task)


def _same_work(one: Task, other: Task) -> bool:
    a = {w for w in one.what.lower().replace(",", " ").replace(":", " ").split() if w not in _TELLING}
    b = {w for w in other.what.lower().replace(",", " ").replace(":", " ").split() if w not in _TELLING}
    return len(a & b) >= 2 and len(a & b) >= 0.5 * min(len(a), len(b))
