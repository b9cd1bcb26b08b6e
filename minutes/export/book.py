"""The minutes book (sổ biên bản): minutes with pages numbered on through the year, and the year's closing sheet.

The paper book is the original by default; what is printed here is meant to be signed and bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from minutes.export.layouts import layout_on
from minutes.export.moments import long_day
from minutes.export.paper import Line, Paper, Signature, place_date_on


@dataclass(frozen=True, slots=True)
class Bound:
    """One document in the book: its subject, day and pages (first and last, counted through the year)."""

    subject: str
    number: str
    day: date
    first: int
    last: int


def for_book(paper: Paper, first_page: int) -> Paper:
    """The minutes as pages of the book: numbered on from ``first_page``, a place for initials on each page."""
    return replace(paper, first_page=first_page, initials=True)


def next_page(bound: Sequence[Bound]) -> int:
    """The number of the book's next page."""
    return bound[-1].last + 1 if bound else 1


class BookBroken(ValueError):
    """Pages overlap or are missing; the book cannot be closed."""


def closing_sheet(
    bound: Sequence[Bound], *, year: int, parent: str, cell: str, closed: date, secretary: str, leader: str
) -> Paper:
    """The sheet that closes the year's book: contents, number of pages, signatures. Raises BookBroken."""
    expected = 1
    for one in bound:
        if one.first != expected or one.last < one.first:
            raise BookBroken(f"{one.subject}: page {one.first} where page {expected} was to come")
        expected = one.last + 1
    form = layout_on("minutes", closed)
    pages = expected - 1
    return Paper(
        layout=form.id, superior=parent.upper(), cell=cell.upper(), number="", place_date=place_date_on(parent, closed),
        name="TỜ ĐÓNG QUYỂN", subject=f"Sổ biên bản sinh hoạt chi bộ năm {year}",
        lines=(
            Line("section", "MỤC LỤC"),
            *(Line("paragraph", _row(number, one)) for number, one in enumerate(bound, 1)),
            Line("paragraph", f"Sổ có {len(bound)} biên bản, {pages} trang, đánh số từ 1 đến {pages}, "
                 f"đóng quyển {long_day(closed)}."),
        ),
        left=Signature(("NGƯỜI LẬP",), secretary, form.signatures["hint"]),
        right=Signature(("T/M CHI BỘ", "BÍ THƯ"), leader, form.signatures["hint"]),
        day=closed.isoformat(), draft=False, first_page=expected, initials=True,
    )  # fmt: skip


def _row(number: int, one: Bound) -> str:
    pages = f"trang {one.first}" if one.first == one.last else f"trang {one.first}–{one.last}"
    day = f"{one.day.day:02}/{one.day.month:02}/{one.day.year}"
    return f"{number}. {one.subject} ({day}{', số ' + one.number if one.number else ''}): {pages}."
