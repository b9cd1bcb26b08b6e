from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from minutes.export import book
from minutes.export.docx import docx_bytes
from minutes.export.paper import paper_of
from minutes.export.pdf import pdf_bytes
from minutes.export.resolution import resolution_of
from minutes.record.events import RollCalled
from tests.minutes.export import papers
from tests.minutes.export.test_prints import text_of_docx, text_of_pdf, words


def test_the_resolution_takes_over_conclusions_and_tasks() -> None:
    paper = resolution_of(papers.whole(), number="07-NQ/CB")
    text = "\n".join(line.text for line in paper.lines)
    assert "thu 300.000 đồng mỗi hộ, trước ngày 15/12/2026" in text
    assert "Lập tổ vận động hiến đất" in text
    assert (paper.name, paper.number) == ("NGHỊ QUYẾT", "Số 07-NQ/CB")


def test_the_leader_signs_for_the_cell_and_the_deputy_when_the_leader_is_away() -> None:
    paper = resolution_of(papers.whole())
    assert (paper.right.labels, paper.right.name) == (("T/M CHI BỘ", "BÍ THƯ"), "Vi Văn Thuận")
    roster = tuple(
        dataclasses.replace(line, position="phó bí thư, trưởng thôn") if line.member == "m2" else line
        for line in papers.ROSTER
    )
    log = [(-60, "m1", papers.scheduled(roster=roster)), *papers.course()[1:]]
    log = [step for step in log if not (isinstance(step[2], RollCalled) and step[2].member == "m1")]
    away = resolution_of(papers.chained(log))
    assert (away.right.labels, away.right.name) == (("T/M CHI BỘ", "PHÓ BÍ THƯ"), "Lương Văn Chiến")


def test_both_prints_of_a_resolution_say_the_same_words(tmp_path: object) -> None:
    paper = resolution_of(papers.whole(), number="07-NQ/CB", draft=False)
    printed, written = words(text_of_pdf(pdf_bytes(paper), tmp_path)), words(text_of_docx(docx_bytes(paper)))  # type: ignore[arg-type]
    assert sorted(printed) == sorted(written)
    assert "Nơi" in printed


def test_pages_of_the_book_run_on_with_a_place_for_initials(tmp_path: object) -> None:
    paper = book.for_book(paper_of(papers.whole(12)), 37)
    assert (paper.first_page, paper.initials) == (37, True)
    assert pdf_bytes(paper) != pdf_bytes(paper_of(papers.whole(12)))
    assert docx_bytes(paper)


BOUND = [
    book.Bound("Sinh hoạt tháng 1", "01-BB/CB", date(2026, 1, 3), 1, 4),
    book.Bound("Sinh hoạt tháng 2", "02-BB/CB", date(2026, 2, 3), 5, 5),
]


def closed(bound: list[book.Bound]) -> str:
    sheet = book.closing_sheet(
        bound, year=2026, parent="Đảng bộ xã Thanh Quân", cell="Chi bộ thôn Chiềng Cà", closed=date(2026, 12, 31),
        secretary="Lương Văn Chiến", leader="Vi Văn Thuận",
    )  # fmt: skip
    return text_of_docx(docx_bytes(sheet))


def test_the_closing_sheet_lists_pages_and_counts_them() -> None:
    text = closed(BOUND)
    assert "1. Sinh hoạt tháng 1 (03/01/2026, số 01-BB/CB): trang 1–4." in text
    assert "Sổ có 2 biên bản, 5 trang, đánh số từ 1 đến 5" in text
    assert book.next_page(BOUND) == 6


def test_a_book_with_missing_or_doubled_pages_is_not_closed() -> None:
    for second in (dataclasses.replace(BOUND[1], first=6, last=6), dataclasses.replace(BOUND[1], first=4)):
        with pytest.raises(book.BookBroken):
            closed([BOUND[0], second])
