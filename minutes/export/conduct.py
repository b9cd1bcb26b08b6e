"""The whole conduct of a meeting on paper, for a power cut: roster to tick, items, votes, tasks; typed in later."""

from __future__ import annotations

from minutes.export.folded import Folded
from minutes.export.forms import TICK, Form, Part, blank_rows, heading, lines, table, text
from minutes.export.moments import clock, day_of, long_day
from minutes.export.paper import place_date
from minutes.record.events import RosterLine

STATUS = {"official": "", "probationary": "dự bị", "temporary": "sinh hoạt tạm thời"}
VOTES, TASKS, GUESTS = 4, 8, 3
COLUMNS = (
    "TT", "Họ và tên", "Hội trường", "Trực tuyến", "Vắng có lý do", "Vắng không lý do", "Giờ đến / ra, vào / về; lý do",
)  # fmt: skip
UNSAID = "(nội dung mật: không ghi ở đây)"


def conduct_of(parts: Folded) -> Form:
    """The form of one meeting, filled with what is known beforehand; what is secret has only its number."""
    head, plan = parts.meeting, parts.meeting.scheduled
    if plan is None:
        raise AssertionError("the first entry of every log is Scheduled")
    when = f"{clock(plan.starts_at)}, {long_day(day_of(plan.starts_at))}"
    items = [
        part for number, item in enumerate(parts.agenda.items, 1) for part in _item(number, item.title, item.secret)
    ]
    return Form(
        "PHIẾU ĐIỀU HÀNH CUỘC HỌP", plan.title,
        (
            text(f"Dự kiến: {when}. Địa điểm: {plan.place or '…………………………'}."),
            text("Bắt đầu thực tế: …… giờ …… phút. Kết thúc: …… giờ …… phút. "
                 f"Chủ trì: {head.name_of(head.chair) or '……………………'}. "
                 f"Thư ký: {head.name_of(head.secretary) or '……………………'}."),
            heading("1. ĐIỂM DANH"),
            table(COLUMNS,
                  (2, 9, 3, 3, 3, 3, 9),
                  tuple(_member(number, line) for number, line in enumerate(head.roster, 1))),
            lines("Cấp trên dự, khách mời (họ tên, chức vụ):", GUESTS),
            heading("2. NỘI DUNG, Ý KIẾN, KẾT LUẬN"), *items,
            heading("3. BIỂU QUYẾT"),
            table(("TT", "Vấn đề", "Hình thức", "Có quyền", "Tán thành", "Không", "Ý kiến khác"), (1, 9, 3, 2, 2, 2, 2),
                  blank_rows(7, VOTES)),
            lines("Ý kiến khác là gì; ai bảo lưu ý kiến (vấn đề số mấy, họ tên, nội dung):", 3),
            heading("4. NHIỆM VỤ"),
            table(("TT", "Việc", "Ai làm", "Hạn"), (1, 10, 6, 3), blank_rows(4, TASKS)),
            heading("5. KẾT THÚC"),
            text("Tự chấm điểm: …… điểm, xếp loại ………………. Biên bản đọc lại: tán thành ……, không ……, khác ……."),
            lines("Đề nghị sửa khi đọc lại:", 2),
        ),
        superior=plan.parent_name, cell=plan.cell_name, place_date=place_date(plan.parent_name, plan.starts_at),
        footer="Ghi trên giấy khi mất điện; sau đó thư ký nhập vào máy ở chế độ “Nhập tay từ giấy”",
    )  # fmt: skip


def _member(number: int, line: RosterLine) -> tuple[str, ...]:
    marks = [STATUS[line.status], line.position, "miễn sinh hoạt" if line.exempt else "",
             "đình chỉ sinh hoạt" if line.suspended else "", "tạm thời nơi khác" if line.away else ""]  # fmt: skip
    told = ", ".join(mark for mark in marks if mark)
    return (str(number), f"{line.name} ({told})" if told else line.name, TICK, TICK, TICK, TICK, "")


def _item(number: int, title: str, secret: bool) -> tuple[Part, ...]:
    if secret:
        return (text(f"Nội dung {number} {UNSAID}."),)
    return (lines(f"Nội dung {number}: {title} – ý kiến (họ tên, ý chính):", 5), lines("Kết luận:", 2))
