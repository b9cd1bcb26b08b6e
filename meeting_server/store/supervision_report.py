"""The year's grid as a report on paper, with the signs that stand on the screen."""

from __future__ import annotations

from datetime import date

from meeting_server.store.supervision import Line, Month, Year
from minutes.export.report import Report, Row

PROBLEMS = {
    "missing": "thiếu thường kỳ", "thematic": "thiếu chuyên đề", "minutes": "chậm biên bản",
    "documents": "chậm tài liệu", "attendance": "dự họp thấp", "spoke": "ít phát biểu",
    "concluded": "việc chưa kết luận", "tasks": "nhiệm vụ chưa xong", "score": "tự chấm cao",
}  # fmt: skip
LEGEND = "✓ thường kỳ; ◆ chuyên đề; – thiếu; ○ chưa đến hạn hoặc chi bộ chưa lập; * biên bản hoặc tài liệu chậm."


def report_of(year: Year, unit: str, today: date) -> Report:
    share = f" ({100 * year.regular / year.due:.1f} %)".replace(".", ",") if year.due else ""
    flagged = sum(one.flagged for one in year.communes)
    facts = (
        f"Tính đến ngày {today:%d/%m/%Y}: {year.cells} chi bộ; {year.regular}/{year.due} kỳ sinh hoạt thường kỳ "
        f"đã họp{share}; {flagged} chi bộ cần xem.",
        f"Nhiệm vụ được giao trong các cuộc họp: {year.tasks}, đã xong {year.tasks_done}.",
        *_why(year),
    )
    rows = tuple(map(_row, year.lines))
    return Report(f"THEO DÕI SINH HOẠT CHI BỘ NĂM {year.year}", unit, facts, LEGEND, rows)


def _why(year: Year) -> tuple[str, ...]:
    """By rule, how many cells; a cell may stand under several."""
    counts = [f"{words} {count}" for name, words in PROBLEMS.items() if (count := year.problems[name])]
    return (f"Số chi bộ theo điều cần xem: {'; '.join(counts)}.",) if counts else ()


def _row(line: Line) -> Row:
    months = line.months
    return Row(
        line.cell.parent_name, line.cell.name, tuple(map(sign, months)), str(line.regular),
        str(sum(month.thematic for month in months)), "; ".join(line.reasons),
    )  # fmt: skip


def sign(month: Month) -> str:
    """As on the screen."""
    held = "✓" if month.regular else "–" if month.due else "○"
    return held + ("◆" if month.thematic else "") + ("*" if month.late else "")
