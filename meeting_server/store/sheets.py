"""Lists as CSV and XLSX: for the electronic handbook (Sổ tay đảng viên), for reports, for a period's export."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from sqlmodel import Session, col, select

from meeting_server.store import inbox, supervision, tasks
from meeting_server.store.archive_tables import MeetingPerson
from meeting_server.store.supervision_report import PROBLEMS
from meeting_server.store.tables import MeetingSummary, MeetingText, Person, Unit

Form = Literal["csv", "xlsx"]
MEDIA: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
VIETNAM = timezone(timedelta(hours=7))
MAX_ROWS = 20_000
KINDS = {
    "regular": "Thường kỳ", "thematic": "Chuyên đề", "admission": "Kết nạp, chuyển chính thức", "annual": "Tổng kết",
    "extraordinary": "Bất thường",
}  # fmt: skip
STATES = {
    "scheduled": "Chưa họp", "open": "Đang họp", "closed": "Đã họp, chưa trình", "submitted": "Đã trình",
    "approved": "Đã duyệt", "sealed": "Đã niêm phong", "imported": "Nhập",
}  # fmt: skip
TASK_STATES = {"open": "Đang làm", "done": "Đã xong", "dropped": "Thôi"}
Value = str | int | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def written(sheets: Sequence[Sheet], form: Form) -> bytes:
    """CSV holds the first sheet (UTF-8 with a mark, so that Excel shows Vietnamese); XLSX holds all."""
    return _csv(sheets[0]) if form == "csv" else _xlsx(sheets)


def _csv(sheet: Sheet) -> bytes:
    onto = io.StringIO()
    writer = csv.writer(onto, lineterminator="\r\n")
    writer.writerow(sheet.head)
    writer.writerows([_harmless(value) for value in row] for row in sheet.rows)
    return "\ufeff".encode() + onto.getvalue().encode()


def _harmless(value: Value) -> str:
    """Text that a spreadsheet would take for a formula is quoted; people's words stand in these lists."""
    text = "" if value is None else value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _xlsx(sheets: Sequence[Sheet]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(sheet.name[:31])
        page.append(list(sheet.head))
        for row in sheet.rows:
            page.append(["" if value is None else value for value in row])
        for cells in page.iter_rows(min_row=2):
            for cell in cells:
                cell.alignment = Alignment(vertical="top", wrap_text=isinstance(cell.value, str))
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # never a formula
                elif isinstance(cell.value, date):
                    cell.number_format = "dd/mm/yyyy"
        for at, title in enumerate(sheet.head, 1):
            page.cell(1, at).font = Font(bold=True)
            page.column_dimensions[get_column_letter(at)].width = _width(title, [row[at - 1] for row in sheet.rows])
        page.freeze_panes = "A2"
    onto = io.BytesIO()
    book.save(onto)
    return onto.getvalue()


def _width(title: str, values: Iterable[Value]) -> int:
    return min(60, max(len(title), *(len(str(value or "")) for value in [*values, ""])) + 2)


# -- the lists ---------------------------------------------------------------------------------------------------------


def _moment(at: int | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at / 1000, VIETNAM).strftime("%H:%M %d/%m/%Y")


def _heads(session: Session, cells: Collection[str], since: int, until: int) -> list[MeetingSummary]:
    wanted = select(MeetingSummary).where(
        col(MeetingSummary.cell).in_(cells), MeetingSummary.starts_at >= since, MeetingSummary.starts_at < until,
        MeetingSummary.kind != "practice",
    )  # fmt: skip
    return list(session.exec(wanted.order_by(col(MeetingSummary.starts_at)).limit(MAX_ROWS)))


def _units(session: Session, cells: Collection[str]) -> dict[str, str]:
    return dict(session.exec(select(Unit.id, Unit.name).where(col(Unit.id).in_(cells))).all())


def meetings(session: Session, cells: Collection[str], since: int, until: int) -> Sheet:
    """A period's meetings with attendance, as the handbook asks for them. Times in ms."""
    names = _units(session, cells)
    rows = tuple(
        (
            names.get(head.cell, ""), _moment(head.starts_at), KINDS.get(head.kind, head.kind), head.title, head.number,
            STATES.get(head.state, head.state), head.total, head.official, head.eligible, head.present, head.remote,
            head.excused, head.absent, head.spoke, _moment(head.opened_at), _moment(head.closed_at),
            _moment(head.approved_at), head.sha256,
        )
        for head in _heads(session, cells, since, until)
    )  # fmt: skip
    head = (
        "Chi bộ", "Thời gian", "Loại", "Tên cuộc họp", "Số biên bản", "Trạng thái", "Tổng số đảng viên", "Chính thức",
        "Phải dự", "Có mặt", "Trực tuyến", "Vắng có lý do", "Vắng không lý do", "Phát biểu", "Khai mạc", "Bế mạc",
        "Duyệt biên bản", "Mã hồ sơ (SHA-256)",
    )  # fmt: skip
    return Sheet("Cuộc họp", head, rows)


def attendance(session: Session, cells: Collection[str], since: int, until: int) -> Sheet:
    """Who came how often and spoke how often in a period."""
    heads = {head.meeting: head for head in _heads(session, cells, since, until) if head.closed_at}
    parts = session.exec(
        select(MeetingPerson.meeting, MeetingPerson.person, MeetingPerson.role).where(
            col(MeetingPerson.meeting).in_(list(heads)), col(MeetingPerson.role).in_(("present", "spoke"))
        )
    )
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for meeting, person, role in parts:
        counted = counts.setdefault((heads[meeting].cell, person), {"present": 0, "spoke": 0})
        counted[role] += 1
    names, people = _units(session, cells), _people(session, {person for _, person in counts})
    held = {cell: sum(head.cell == cell for head in heads.values()) for cell in names}
    rows = [
        (names.get(cell, ""), people.get(person, person), held.get(cell, 0), counted["present"], counted["spoke"])
        for (cell, person), counted in counts.items()
    ]
    head = ("Chi bộ", "Đảng viên", "Số cuộc họp", "Có mặt", "Phát biểu")
    return Sheet("Dự họp", head, tuple(sorted(rows, key=lambda row: (row[0], row[1]))))


def _people(session: Session, people: Collection[str]) -> dict[str, str]:
    return dict(session.exec(select(Person.id, Person.name).where(col(Person.id).in_(people))).all())


def tasks_of(session: Session, cells: Collection[str], today: date) -> Sheet:
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            one.cell_name, one.what, ", ".join(one.who), one.due_on or one.due, TASK_STATES[one.state],
            one.late_days or None, one.title, one.note,
        )
        for one in tasks.standing(session, cells, today, which="all")
    )  # fmt: skip
    head = ("Chi bộ", "Việc", "Người", "Hạn", "Tình trạng", "Quá hạn (ngày)", "Giao tại", "Ghi chú")
    return Sheet("Nhiệm vụ", head, rows)


def decisions(session: Session, cells: Collection[str], since: int, until: int) -> Sheet:
    """Conclusions, motions and petitions of approved records of a period."""
    heads = {head.meeting: head for head in _heads(session, cells, since, until) if head.approved_at}
    names = _units(session, cells)
    sections = {"conclusion": "Kết luận", "motion": "Biểu quyết", "petition": "Kiến nghị"}
    lines = session.exec(
        select(MeetingText)
        .where(col(MeetingText.meeting).in_(list(heads)), col(MeetingText.section).in_(list(sections)))
        .order_by(col(MeetingText.id))
        .limit(MAX_ROWS)
    )
    made = [(heads[line.meeting], sections[line.section], line.text) for line in lines]
    rows = tuple(
        (names.get(head.cell, ""), _moment(head.starts_at), head.title, head.number, what, text)
        for head, what, text in sorted(made, key=lambda one: one[0].starts_at)
    )
    return Sheet("Kết luận", ("Chi bộ", "Thời gian", "Cuộc họp", "Số", "Loại", "Nội dung"), rows)


def supervised(year: supervision.Year) -> Sheet:
    """The year's grid as a report: no contents."""
    signs = {(True, False): "✓", (True, True): "✓ chậm", (False, False): "–", (False, True): "chưa họp"}
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            line.cell.parent_name, line.cell.name,
            *(signs[month.regular, month.late if month.regular else month.due] for month in line.months),
            sum(month.regular for month in line.months), sum(month.thematic for month in line.months),
            "; ".join(line.reasons),
        )
        for line in year.lines
    )  # fmt: skip
    months = tuple(f"Tháng {month}" for month in range(1, 13))
    return Sheet(f"Năm {year.year}", ("Đảng ủy", "Chi bộ", *months, "Thường kỳ", "Chuyên đề", "Cần xem"), rows)


def trends(year: supervision.Year) -> Sheet:
    """The months of all cells together: how many held, and mean shares in per cent."""
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            one.month, one.due, one.regular, one.thematic, one.late, _per_cent(one.attendance), _per_cent(one.spoke),
            _per_cent(one.concluded), _per_cent(one.tasks), _per_cent(one.self_points), _per_cent(one.computed),
        )
        for one in year.trends
    )  # fmt: skip
    head = (
        "Tháng", "Phải họp", "Thường kỳ", "Chuyên đề", "Chậm biên bản hoặc tài liệu", "Dự họp (%)", "Phát biểu (%)",
        "Việc có kết luận (%)", "Nhiệm vụ đã xong (%)", "Tự chấm (điểm)", "Phần tính được của điểm (%)",
    )  # fmt: skip
    return Sheet("Theo tháng", head, rows)


def _per_cent(share: int | None) -> int | None:
    return None if share is None else round(share / 10)


def reasons(year: supervision.Year) -> Sheet:
    """How many cells each rule asks about."""
    rows = tuple((words.capitalize(), year.problems[name]) for name, words in PROBLEMS.items())
    return Sheet("Điều cần xem", ("Điều cần xem", "Số chi bộ"), rows)


def submissions(lines: Iterable[inbox.Line]) -> Sheet:
    """An inbox or a cell's list."""
    states = {"sent": "Đã gửi", "received": "Đã nhận", "answered": "Đã trả lời", "returned": "Đã đưa vào cuộc họp"}
    rows = tuple(
        (line.cell_name, _moment(line.sent_at), inbox.KINDS[line.kind], line.title, states[line.state], line.due_on,
         line.late_days or None, _moment(line.answered_at), line.answer)
        for line in lines
    )  # fmt: skip
    head = ("Chi bộ", "Gửi lúc", "Loại", "Nội dung", "Trạng thái", "Hạn", "Quá hạn (ngày)", "Trả lời lúc", "Trả lời")
    return Sheet("Nộp cấp trên", head, rows)
