"""Forms to be printed and filled in by hand: what a meeting needs when there is no power, and the blank minutes of
meetings that are held on paper only (``form`` in meeting_server/room/kinds.toml)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import as_file, files
from typing import Literal

import typst

from minutes.export.pdf import PrintFailed

TICK = "[]"  # printed as an empty box


@dataclass(frozen=True, slots=True)
class Part:
    """``heading`` and ``text``: a line; ``lines``: ``count`` dotted ones under a label; ``table``: rows of cells."""

    kind: Literal["heading", "text", "lines", "table"]
    text: str = ""
    count: int = 0
    head: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One form; ``signatures``: the labels at its end, side by side."""

    title: str
    subject: str
    parts: tuple[Part, ...]
    superior: str = "ĐẢNG BỘ ……………………"
    cell: str = "CHI BỘ ……………………"
    place_date: str = "…………, ngày … tháng … năm ……"
    footer: str = ""
    signatures: tuple[str, ...] = ("THƯ KÝ", "CHỦ TRÌ")


def form_pdf(form: Form) -> bytes:
    """The form as PDF/A. Raises PrintFailed."""
    home = files("minutes.export")
    with as_file(home / "form.typ") as template, as_file(home / "fonts") as fonts:
        try:
            return typst.compile(
                template, format="pdf", pdf_standards="a-3b", font_paths=[fonts], ignore_system_fonts=True,
                sys_inputs={"form": json.dumps(asdict(form), ensure_ascii=False)}, timestamp=0,
            )  # fmt: skip
        except RuntimeError as error:
            raise PrintFailed(str(error)) from error


def heading(text: str) -> Part:
    return Part("heading", text)


def text(line: str) -> Part:
    return Part("text", line)


def lines(label: str, count: int) -> Part:
    return Part("lines", label, count)


def table(head: tuple[str, ...], widths: tuple[int, ...], rows: tuple[tuple[str, ...], ...]) -> Part:
    return Part("table", head=head, widths=widths, rows=rows)


def blank_rows(columns: int, count: int) -> tuple[tuple[str, ...], ...]:
    return tuple((str(number), *("",) * (columns - 1)) for number in range(1, count + 1))


_PLACE = (
    heading("I- THỜI GIAN, ĐỊA ĐIỂM"),
    text("Bắt đầu: …… giờ …… phút, ngày …… tháng …… năm ………. Địa điểm: ………………………………………"),
)
_PRESENT = (
    heading("II- THÀNH PHẦN"),
    text("Tổng số đảng viên được triệu tập: …… (chính thức ……, dự bị ……). Có mặt: ……. Vắng mặt: ……"),
    lines("Vắng mặt (họ tên, lý do):", 3),
    text("Cấp trên dự: ………………………………………… Chủ trì: …………………………… Thư ký: ……………………………"),
)
_BALLOT = ("Nội dung bỏ phiếu", "Phát ra", "Thu về", "Hợp lệ", "Không hợp lệ", "Đồng ý", "Không đồng ý", "Khác")
_WIDE = (6, 2, 2, 2, 2, 2, 2, 2)

BLANK: Mapping[str, Form] = {
    "bien-ban-dai-hoi": Form(
        "BIÊN BẢN", "Đại hội chi bộ …………………… nhiệm kỳ 20…… – 20……",
        (
            *_PLACE, *_PRESENT,
            heading("III- ĐOÀN CHỦ TỊCH, THƯ KÝ, THẨM TRA TƯ CÁCH"),
            lines("Chủ tịch đại hội (Đoàn chủ tịch), số biểu quyết:", 2),
            lines("Thư ký đại hội, số biểu quyết:", 1),
            lines("Báo cáo thẩm tra tư cách đảng viên, số biểu quyết:", 2),
            heading("IV- NỘI DUNG"),
            lines("1. Báo cáo tổng kết nhiệm kỳ, phương hướng nhiệm kỳ mới (tóm tắt):", 4),
            lines("2. Kiểm điểm của chi ủy:", 3),
            lines("3. Ý kiến thảo luận (họ tên, ý chính):", 8),
            lines("4. Ý kiến của cấp trên:", 3),
            heading("V- BẦU CỬ (phiếu kín)"),
            text("Số lượng cấp ủy được đại hội biểu quyết: ……. Danh sách bầu cử: …… người, biểu quyết ……/……"),
            text("Ban kiểm phiếu: …………………………………………………………… (trưởng ban: ……………………………)"),
            text("Phiếu phát ra: ……; thu về: ……; hợp lệ: ……; không hợp lệ: ……"),
            table(("TT", "Họ và tên người được bầu", "Bầu vào", "Số phiếu", "Tỷ lệ %", "Trúng cử"), (1, 6, 4, 2, 2, 2),
                  tuple((*row[:-1], TICK) for row in blank_rows(6, 8))),
            heading("VI- NGHỊ QUYẾT, BẾ MẠC"),
            lines("Nghị quyết đại hội (nội dung chính), số biểu quyết:", 4),
            text("Biên bản đã được đọc lại và thông qua: ……/…… đồng ý. Kết thúc lúc …… giờ …… phút."),
        ),
        footer="Mẫu biên bản đại hội chi bộ – ghi bằng tay", signatures=("THƯ KÝ", "CHỦ TỊCH ĐẠI HỘI"),
    ),
    "bien-ban-ky-luat": Form(
        "BIÊN BẢN", "Họp chi bộ xem xét, thi hành kỷ luật đảng viên",
        (
            *_PLACE, *_PRESENT,
            heading("III- NỘI DUNG"),
            text("Đảng viên được xem xét: ………………………………… Chức vụ: …………………………………"),
            lines("1. Đảng viên tự kiểm điểm, tự nhận hình thức kỷ luật:", 4),
            lines("2. Báo cáo kết quả kiểm tra, nội dung vi phạm:", 4),
            lines("3. Ý kiến thảo luận (họ tên, ý chính, đề nghị hình thức):", 8),
            lines("4. Ý kiến giải trình của đảng viên được xem xét:", 3),
            lines("5. Kết luận của chủ trì: nội dung, tính chất, mức độ, nguyên nhân:", 4),
            heading("IV- BỎ PHIẾU KÍN"),
            text("Số đảng viên có quyền biểu quyết: ……. Ban kiểm phiếu: ………………………………………………………"),
            table(_BALLOT, _WIDE, tuple((name, *("",) * 7) for name in (
                "Có kỷ luật hay không", "Khiển trách", "Cảnh cáo", "Cách chức", "Khai trừ"))),
            lines("Kết quả, đề nghị cấp có thẩm quyền:", 3),
            text("Biên bản đã được đọc lại và thông qua: ……/…… đồng ý. Kết thúc lúc …… giờ …… phút."),
        ),
        footer="Mẫu biên bản xem xét kỷ luật – ghi bằng tay",
    ),
}  # fmt: skip
"""By the name that kinds.toml gives; a rule file and this table are kept equal by a test."""
