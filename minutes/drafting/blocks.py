"""Structured minutes as the paragraphs that a secretary reads, each with its sources."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from minutes.drafting.phrasing import sentence
from minutes.drafting.value import (
    DOUBTFUL,
    Absence,
    Attendance,
    Ballots,
    Header,
    Kept,
    Minutes,
    Opinion,
    Orders,
    Passing,
    Task,
    Vote,
)
from minutes.record.events import Block

VERBS = {
    "nhất trí": "nhất trí", "không nhất trí": "không nhất trí", "đề nghị": "đề nghị", "phê bình": "phê bình, góp ý",
    "tự phê bình": "tự phê bình", "chất vấn": "chất vấn", "giải trình": "giải trình", "thông tin": "thông tin",
    "chỉ đạo": "có ý kiến chỉ đạo", "bảo lưu": "bảo lưu ý kiến", "chưa rõ": "phát biểu (chưa nghe rõ)",
}  # fmt: skip


OWN_VERBS = {
    "nhất trí": ("nhất trí", "đồng ý", "tán thành", "đồng tình", "hoàn toàn", "cũng", "ủng hộ"),
    "không nhất trí": ("không", "chưa", "phản đối"), "đề nghị": ("đề nghị", "kiến nghị", "đề xuất"),
    "phê bình": ("phê bình", "góp"), "tự phê bình": ("tự", "nhận"), "chất vấn": ("hỏi", "chất vấn"),
    "giải trình": ("giải trình", "trả lời", "giải thích"), "bảo lưu": ("bảo lưu", "vẫn", "giữ"),
}  # fmt: skip


class Writer:
    """Gathers blocks; an id comes of kind, item and first source, and of the count where that repeats."""

    def __init__(self, utterances: Mapping[int, str]) -> None:
        self.blocks: list[Block] = []
        self._utterances = utterances
        self._seen: dict[str, int] = {}

    def add(
        self, kind: str, text: str, orders: Orders = (), *, item: str = "", speaker: str = "", confidence: int = 1000,
        flags: tuple[str, ...] = (), sources: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """One paragraph; an empty text is none."""
        if not text.strip():
            return
        said = sources + tuple(self._utterances.get(order, f"t:{order}") for order in orders)
        key = self._key(kind, item, said[0] if said else "")
        self.blocks.append(Block(key, kind, text.strip(), item, said, speaker, confidence, "draft", flags))

    def _key(self, kind: str, item: str, first: str) -> str:
        plain = f"{kind}\n{item}\n{first}"
        count = self._seen[plain] = self._seen.get(plain, 0) + 1
        return hashlib.sha256((plain if count == 1 else f"{plain}\n{count}").encode()).hexdigest()[:16]


def document(minutes: Minutes) -> tuple[Block, ...]:
    """All blocks of the minutes in the order of the form."""
    writer = Writer(dict(minutes.utterances))
    _header(writer, minutes.header)
    _attendance(writer, minutes.attendance)
    _leaders(writer, minutes.header)
    _opening(writer, minutes)
    _proceedings(writer, minutes)
    _votes(writer, minutes)
    for task in minutes.tasks:
        writer.add(
            "task",
            task_text(task),
            task.orders,
            item=task.item,
            confidence=task.confidence,
            flags=task.flags,
            sources=task.sources,
        )
    if minutes.quality:
        score = minutes.quality
        text = sentence(f"Chi bộ tự chấm buổi sinh hoạt {score.text}")
        writer.add("quality", text, score.orders, flags=score.flags, sources=score.sources)
    if minutes.read_back:
        said = minutes.read_back
        writer.add(
            "readback", said.text, said.orders, confidence=said.confidence, sources=said.sources, flags=said.flags
        )
    if minutes.typed_in:
        writer.add("closing", minutes.typed_in.text, sources=minutes.typed_in.sources)
    head = minutes.header
    if head.end_time:
        day = f"ngày {_day(head.end_date)}" if head.end_date else "cùng ngày"
        flags = _of(head, "end_time")
        writer.add("closing", f"Buổi sinh hoạt kết thúc lúc {_clock(head.end_time)} {day}.", flags=flags)
    return tuple(writer.blocks)


# ---------------------------------------------------------------- I, II


def _header(writer: Writer, head: Header) -> None:
    when = [
        f"Bắt đầu {_clock(head.start_time)}" if head.start_time else "",
        f"ngày {_day(head.date)}" if head.date else "",
    ]
    flags = tuple(flag for flag in head.flags if not flag.startswith("typed-in:"))
    writer.add("time", sentence(", ".join(p for p in when if p)), flags=(*flags, *_of(head, "start_time")))
    writer.add("place", sentence(f"Địa điểm: {head.place}") if head.place else "")
    writer.add("mode", sentence(f"Hình thức: {head.mode}") if head.mode else "")


def _of(head: Header, field: str) -> tuple[str, ...]:
    """The mark of a header's field that was on the paper form first."""
    return ("typed-in",) if f"typed-in:{field}" in head.flags else ()


def _attendance(writer: Writer, a: Attendance) -> None:
    parts = _counts(("chính thức", a.official), ("dự bị", a.probationary), ("sinh hoạt tạm thời", a.temporary or None))
    total = f"Tổng số đảng viên: {a.total}" + (f" ({parts})" if parts else "") if a.total else ""
    if a.exempt:
        total += f"; miễn sinh hoạt: {a.exempt}" + (f" ({', '.join(a.exempt_names)})" if a.exempt_names else "")
    if a.away_names:
        total += f"; sinh hoạt tạm thời nơi khác: {len(a.away_names)} ({', '.join(a.away_names)})"
    writer.add("attendance", sentence(total), a.orders, flags=a.flags)
    if a.present is not None:
        places = _counts(("tại hội trường", a.present_hall), ("trực tuyến", a.present_remote))
        base = f"/{a.required}" if a.required else ""
        writer.add("present", sentence(f"Có mặt: {a.present}{base}" + (f" ({places})" if places else "")), a.orders)
    moves = _passing("Đến muộn", a.late) + _passing("Tạm rời phòng", a.stepped_out)
    moves += _passing("Về sớm", a.left_early)
    writer.add("present", " ".join(moves), a.orders)
    if a.allowed:
        writer.add("present", sentence(f"Được phép dự trực tuyến: {_people(a.allowed)}"), a.orders)
    if a.absent is not None:
        writer.add("absent", _absent(a), a.orders)
    for label, upper in (("Cấp trên dự", True), ("Khách mời", False)):
        here = [g for g in a.guests if g.upper is upper]
        names = [f"đồng chí {g.name}" + (f", {g.title}" if g.title else "") for g in here]
        flags = ("typed-in",) if any(g.typed for g in here) else ()
        writer.add("guests", sentence(f"{label}: {'; '.join(names)}") if names else "", a.orders, flags=flags)


def _counts(*pairs: tuple[str, int | None]) -> str:
    return ", ".join(f"{name} {count}" for name, count in pairs if count is not None)


def _passing(word: str, people: tuple[Passing, ...]) -> list[str]:
    said = [f"đồng chí {p.name}" + (f" ({_span(p)})" if p.time else "") for p in people]
    return [sentence(f"{word}: {', '.join(said)}")] if said else []


def _span(person: Passing) -> str:
    return _clock(person.time) + (f" – {_clock(person.until)}" if person.until else "")


def _absent(a: Attendance) -> str:
    groups = [
        ("có lý do", a.absent_excused), ("không lý do", a.absent_unexcused), ("chưa rõ lý do", a.absent_unclear),
    ]  # fmt: skip
    said = [f"{name} {len(people)} ({_people(people)})" for name, people in groups if people]
    return sentence(f"Vắng mặt: {a.absent}" + (" – " + "; ".join(said) if said else ""))


def _people(people: Iterable[Absence]) -> str:
    return "; ".join(f"đồng chí {p.name}" + (f": {p.reason}" if p.reason else "") for p in people)


def _leaders(writer: Writer, head: Header) -> None:
    writer.add("chair", f"Chủ trì: đồng chí {head.chair}." if head.chair else "")
    writer.add("secretary", f"Thư ký: đồng chí {head.secretary}." if head.secretary else "")


# ---------------------------------------------------------------- III to V


def _opening(writer: Writer, minutes: Minutes) -> None:
    if minutes.agenda:
        titles = "; ".join(f"({i}) {item.title}" for i, item in enumerate(minutes.agenda, 1))
        writer.add("opening", sentence(f"Chương trình gồm {len(minutes.agenda)} nội dung: {titles}"))
    if minutes.dues:
        writer.add("dues", minutes.dues.text, minutes.dues.orders)
    for paper in minutes.documents:
        writer.add("documents", paper.text, paper.orders, item=paper.item)


def _proceedings(writer: Writer, minutes: Minutes) -> None:
    """Item by item: report, opinions, conclusion; what belongs to no item comes under none."""
    known = [item.id for item in minutes.agenda]
    for item in ["", *known]:
        title = next((i.title for i in minutes.agenda if i.id == item), "")
        lines = list(_of_item(minutes, item, known))
        if title and lines:
            writer.add("item", title, item=item)
        for kind, text, orders, speaker, confidence, flags, sources in lines:
            writer.add(
                kind, text, orders, item=item, speaker=speaker, confidence=confidence, flags=flags, sources=sources
            )


_Line = tuple[str, str, Orders, str, int, tuple[str, ...], tuple[str, ...]]


def _of_item(minutes: Minutes, item: str, known: list[str]) -> Iterator[_Line]:
    def here(own: str) -> bool:
        return own == item or (item == "" and own not in known)

    for kind, told in (("news", minutes.news), ("study", minutes.study), ("review", minutes.review)):
        for line in told:
            if here(line.item):
                yield kind, line.text, line.orders, "", line.confidence, (), line.sources
    for opinion in minutes.opinions:
        if here(opinion.item) and opinion.kind != "ngoài lề":
            kind = "upper" if opinion.kind == "chỉ đạo" else "report" if opinion.kind == "thông tin" else "opinion"
            yield kind, opinion_text(opinion), opinion.orders, opinion.speaker, opinion.confidence, opinion.flags, ()
    for line in minutes.ideology:
        if here(line.item):
            flags = ("doubtful",) if line.confidence <= DOUBTFUL else ()
            yield "ideology", line.text, line.orders, "", line.confidence, flags, line.sources
    for conclusion in minutes.conclusions:
        if here(conclusion.item):
            text = sentence(f"Chủ trì kết luận: {conclusion.text}")
            yield "conclusion", text, conclusion.orders, "", conclusion.confidence, conclusion.flags, conclusion.sources
    for line in minutes.petitions:
        if here(line.item):
            flags = (*line.flags, *(("doubtful",) if line.confidence <= DOUBTFUL else ()))
            yield "petition", line.text, line.orders, "", line.confidence, flags, line.sources


def opinion_text(opinion: Opinion) -> str:
    """ "Đồng chí A đề nghị …"; the verb of the kind is set before a gist that does not begin with one."""
    if not opinion.gist:
        return f"Đồng chí {opinion.speaker} {VERBS.get(opinion.kind, 'có ý kiến')}."
    first = opinion.gist.lower()
    if any(first.startswith(verb) for verb in OWN_VERBS.get(opinion.kind, ())):
        return sentence(f"Đồng chí {opinion.speaker} {opinion.gist[:1].lower()}{opinion.gist[1:]}")
    return sentence(f"Đồng chí {opinion.speaker} {VERBS.get(opinion.kind, 'có ý kiến')}: {opinion.gist}")


def _votes(writer: Writer, minutes: Minutes) -> None:
    for vote in minutes.votes:
        writer.add(
            "vote",
            vote_text(vote),
            vote.orders,
            item=vote.item,
            confidence=vote.confidence,
            flags=vote.flags,
            sources=vote.sources,
        )


def vote_text(vote: Vote) -> str:
    """Question, method, base, counts with names, result; what is not known is left as dots."""
    base = "…" if vote.voters is None else vote.voters
    joint = " –" if ":" in vote.question else ":"
    out = f" (không tham gia, tạm rời phòng: {_comrades(vote.out)})" if vote.out else ""
    known = vote.voters and vote.in_favour is not None and "%" not in vote.wording
    share = f" ({_percent(vote.in_favour or 0, vote.voters or 1)})" if known else ""
    parts = [
        f"{vote.question.rstrip('.:;')}{joint} {vote.method}; số có quyền biểu quyết {base}{out}",
        *_ballots(vote.ballots),
        "; ".join([", ".join(_counts_of(vote)) + share, *_uncast(vote)]),
    ]
    place = "trên phiếu" if vote.ballots else "tại hội trường"
    told = f" Ý kiến khác {place}: {vote.hall_note.rstrip('.')}." if vote.hall_note else ""
    told += _told(" Ý kiến khác: ", vote.notes) + _told(" Bảo lưu ý kiến: ", vote.reserved)
    return "; ".join(parts) + "." + _result(vote) + told


def _counts_of(vote: Vote) -> Iterator[str]:
    recorded = bool(vote.sources)  # by the room, which counts those apart who did not vote
    other = "ý kiến khác" if recorded or vote.not_cast else "ý kiến khác, không biểu quyết"
    for name, count, names in (
        ("tán thành", vote.in_favour, ()), ("không tán thành", vote.against, vote.against_names),
        (other, vote.abstain, vote.abstain_names),
    ):  # fmt: skip
        yield f"{name} {'…' if count is None else count}" + (f" ({', '.join(names)})" if names else "")


def _uncast(vote: Vote) -> Iterator[str]:
    """Who gave no vote: remote members at a paper ballot, and the rest."""
    online = vote.ballots.online if vote.ballots else 0
    if online:
        yield f"không bỏ phiếu (trực tuyến) {online}"
    if vote.ballots:
        return  # the rest got no ballot, gave none back or an invalid one, as the ballots say
    if vote.not_cast:
        yield f"không biểu quyết {vote.not_cast}"


def _ballots(found: Ballots | None) -> Iterator[str]:
    if found is not None:
        counted = f"phiếu phát ra {found.issued}, thu về {found.returned}, hợp lệ {found.valid}"
        yield f"{counted}, không hợp lệ {found.invalid}"
        if found.board:
            yield f"ban kiểm phiếu: {', '.join(found.board)}"


def _result(vote: Vote) -> str:
    if vote.wording:
        return f" Kết quả: {vote.wording.rstrip('.')}."
    return "" if vote.passed is None else " Kết quả: thông qua." if vote.passed else " Kết quả: không thông qua."


def _told(what: str, by: tuple[Kept, ...]) -> str:
    said = "; ".join(f"đồng chí {kept.name} – {kept.text.rstrip('.')}" for kept in by)
    return f"{what}{said}." if said else ""


def _comrades(names: Iterable[str]) -> str:
    return ", ".join(f"đồng chí {name}" for name in names)


def _percent(part: int, whole: int) -> str:
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"tán thành {tenths // 10}%" if tenths % 10 == 0 else f"tán thành {tenths // 10},{tenths % 10}%"


def task_text(task: Task) -> str:
    who = ", ".join(f"đồng chí {name}" for name in task.who) or "…"
    due = f" Thời hạn: {_deadline(task)}." if task.deadline else ""
    return sentence(f"{who[:1].upper() + who[1:]}: {task.what}") + due


def _deadline(task: Task) -> str:
    """ "trước ngày 20/11/2026" keeps its "trước"."""
    assert task.deadline is not None, "asked only for tasks with a deadline"
    day = _day(task.deadline)
    if day == task.deadline:
        return task.deadline
    return f"trước ngày {day}" if task.before else f"ngày {day}"


def _day(iso: str | None) -> str:
    parts = (iso or "").split("-")
    return f"{parts[2]}/{parts[1]}/{parts[0]}" if len(parts) == 3 and parts[0].isdigit() else iso or ""


def _clock(time: str) -> str:
    hour, _, minute = time.partition(":")
    return f"{int(hour)} giờ {minute} phút" if hour.isdigit() and minute else time
