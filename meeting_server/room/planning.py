"""Before the meeting: the agenda out of last month's, the notice, the checklist. Proposals, no decisions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from meeting_server.room.kinds import VIETNAM, day_of, kind_of
from meeting_server.room.refusal import Conflict
from meeting_server.room.state import Room
from minutes.record.events import AgendaItem, Scheduled, TaskGiven
from transcription.text import fold_words

DAY = 24 * 3_600_000
ALIKE = 0.8  # the share of common words from which two titles mean the same
MONTH = re.compile(r"\bthang (nay|toi|sau|truoc|qua|\d{1,2}( nam)?( \d{4})?)\b")


@dataclass(frozen=True, slots=True)
class Proposed:
    """``tasks``: last time's, to be reported on. ``conclusions``: drafts of what the chair may conclude, by item."""

    title: str
    agenda: tuple[AgendaItem, ...]
    tasks: tuple[TaskGiven, ...] = ()
    conclusions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist; ``done`` None = cannot be known here. ``planned``: not held yet, but it stands in the
    calendar."""

    key: str
    text: str
    done: bool | None
    planned: bool = False


def proposed(kind: str, starts_at: int, last: Room | None) -> Proposed:
    """Soạn từ tháng trước: the form's agenda, with what the last meeting left open or gave out put in."""
    day = day_of(starts_at)
    rules = kind_of(kind, day)
    title = f"{rules.name} tháng {day.month}/{day.year}" if kind in ("regular", "practice") else rules.name
    items = [AgendaItem(f"i{n}", text) for n, text in enumerate(rules.agenda, start=1)]
    last = None if kind == "practice" else last
    open_items = [] if last is None else [one for one in last.agenda.items if one.state == "open" and not one.secret]
    left = [one for one in open_items if not any(_alike(one.title, text) for text in rules.agenda)]
    items += [AgendaItem(f"i{len(items) + n}", item.title) for n, item in enumerate(left, start=1)]
    tasks = () if last is None else last.tasks.tasks
    conclusions = [] if last is None or not tasks else [_on_tasks(last, items, tasks)]
    return Proposed(title, tuple(items), tasks, tuple(conclusions))


def _alike(one: str, other: str) -> bool:
    """A cell words the form's items in its own way: "Thông tin thời sự, (quán triệt) văn bản của cấp trên", "Nhiệm vụ
    tháng 12". By words, not letters: "Nhiệm vụ thanh niên" is something else."""
    a, b = _words(one), _words(other)
    return 2 * (a & b).total() >= ALIKE * (a.total() + b.total())


def _words(title: str) -> Counter[str]:
    """Whichever month is meant is one word."""
    return Counter(MONTH.sub("thang", " ".join(fold_words(title))).split())


def _on_tasks(last: Room, items: list[AgendaItem], tasks: tuple[TaskGiven, ...]) -> tuple[str, str]:
    review = next((item.id for item in items if "kết quả" in item.title.lower()), items[0].id if items else "")
    lines = "; ".join(_task(last, task) for task in tasks)
    return review, f"Kết quả thực hiện nhiệm vụ tháng trước: {lines}: …"


def _task(room: Room, task: TaskGiven) -> str:
    who = ", ".join(room.name_of(person) for person in task.who)
    return " – ".join(part for part in (task.what, who) if part)


def check_plan(scheduled: Scheduled) -> None:
    """Raises Conflict when a meeting must not be scheduled like this."""
    rules = kind_of(scheduled.kind, day_of(scheduled.starts_at))
    if not rules.online:
        raise Conflict("on_paper_only", rules.sentence, command="schedule")
    if scheduled.mode == "online" and any(item.secret for item in scheduled.agenda):
        text = "Cuộc họp trực tuyến không được có nội dung mật. Chuyển nội dung đó sang cuộc họp tại chỗ."
        raise Conflict("secret_online", text, command="schedule")


def notice_text(scheduled: Scheduled) -> str:
    """The invitation, to copy or print."""
    moment = datetime.fromtimestamp(scheduled.starts_at / 1000, UTC) + VIETNAM
    when = f"{moment.hour} giờ {moment.minute:02d}, ngày {moment.day:02d}/{moment.month:02d}/{moment.year}"
    modes = {"hall": "trực tiếp", "hybrid": "trực tiếp kết hợp trực tuyến", "online": "trực tuyến"}
    practice = "HỌP THỬ – " if scheduled.kind == "practice" else ""
    lines = [
        f"{scheduled.cell_name} kính mời các đồng chí dự: {practice}{scheduled.title}.",
        f"Thời gian: {when}.", f"Địa điểm: {scheduled.place}. Hình thức: {modes[scheduled.mode]}.", "Nội dung:",
        *(f"{n}. {'Nội dung mật (chỉ tại chỗ)' if i.secret else i.title}" for n, i in enumerate(scheduled.agenda, 1)),
        "Đồng chí nào vắng, đề nghị báo lý do trước với chi ủy.",
    ]  # fmt: skip
    return "\n".join(lines)


def checklist(
    scheduled: Scheduled,
    *,
    noticed: bool,
    documents_at: int | None,
    held: Iterable[tuple[str, str]],
    planned: Iterable[tuple[str, str]] = (),
    remote_reasons: bool,
) -> tuple[Check, ...]:
    """``held``, ``planned``: (kind, period) of the cell's meetings that took place, and of those that did not yet (this
    one may be among them). ``documents_at``: the first one given out. Of a practice nothing is asked that a real
    meeting owes."""
    invited = Check("notice", "Đã gửi thông báo mời họp", noticed)
    remote = Check("remote", "Đã ghi ai được dự trực tuyến và lý do", remote_reasons)
    if scheduled.kind == "practice":
        return (invited, remote)
    year, month = scheduled.period.split("-")
    first = 3 * ((int(month) - 1) // 3) + 1
    this_month = {("regular", scheduled.period)}
    this_quarter = {("thematic", f"{year}-{first + n:02d}") for n in range(3)}
    took_place, to_come = set(held), {*planned, (scheduled.kind, scheduled.period)}
    in_time = documents_at is not None and documents_at <= scheduled.starts_at - DAY
    return (
        invited,
        Check("documents", "Tài liệu gửi trước ít nhất 1 ngày", in_time),
        remote,
        _owed("regular", f"Có sinh hoạt thường kỳ tháng {int(month)}", this_month, took_place, to_come),
        _owed("thematic", "Có sinh hoạt chuyên đề trong quý", this_quarter, took_place, to_come),
        Check("upper", "Đã báo đồng chí cấp trên theo dõi chi bộ", None),
    )


def _owed(
    key: str, text: str, owed: set[tuple[str, str]], took_place: set[tuple[str, str]], to_come: set[tuple[str, str]]
) -> Check:  # fmt: skip
    """A meeting that the cell owes in this month or quarter: held, or only planned so far."""
    done = bool(owed & took_place)
    return Check(key, text, done, planned=not done and bool(owed & to_come))
