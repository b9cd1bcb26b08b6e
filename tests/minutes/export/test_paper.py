from __future__ import annotations

import pytest

from minutes.export.layouts import layout_named, layouts
from minutes.export.moments import clock, long_day, short_day
from minutes.export.paper import paper_of, place_date, printed
from minutes.record.events import Block
from tests.minutes.export import papers

FORM = layout_named("minutes-2026-05-27")


def lines(section: str, *blocks: Block) -> list[str]:
    return [line.text for line in printed(section, blocks, FORM, {"i1": "Làm đường"})]


def test_attendance_is_numbered_where_a_kind_first_comes_and_dashed_after() -> None:
    blocks = [Block("1", "attendance", "Tổng số"), Block("2", "present", "Có mặt"), Block("3", "present", "Đến muộn"),
              Block("4", "chair", "Chủ trì")]  # fmt: skip
    assert lines("II", *blocks) == ["1. Tổng số", "2. Có mặt", "- Đến muộn", "3. Chủ trì"]


def test_each_vote_has_its_number_and_a_number_of_its_own_is_kept() -> None:
    blocks = [
        Block("1", "vote", "Một"),
        Block("2", "vote", "Hai"),
        Block("3", "vote", "- Ba"),
        Block("4", "vote", "4) B"),
    ]
    assert lines("IV", *blocks) == ["1. Một", "2. Hai", "- Ba", "4) B"]


def test_an_item_has_its_title_as_heading_whether_drafted_or_not() -> None:
    assert lines("III", Block("1", "opinion", "Lời", "i1"))[0] == "1. Làm đường"
    assert (
        lines("III", Block("0", "item", "Đường thôn", "i1"), Block("1", "opinion", "Lời", "i1"))[0] == "1. Đường thôn"
    )


def test_a_block_kind_from_elsewhere_is_part_of_the_proceedings() -> None:
    log = papers.course()
    blocks = (Block("x", "something-new", "Một đoạn lạ"),)
    from minutes.record.events import Drafted

    log = [(at, who, Drafted("d", blocks) if isinstance(event, Drafted) else event) for at, who, event in log]
    assert "Một đoạn lạ" in [line.text for line in paper_of(papers.chained(log)).lines]


def test_days_and_hours_are_written_as_the_rule_has_them() -> None:
    from datetime import date

    assert long_day(date(2026, 2, 3)) == "ngày 03 tháng 02 năm 2026"
    assert long_day(date(2026, 11, 13)) == "ngày 13 tháng 11 năm 2026"
    assert clock(papers.START) == "19 giờ 30 phút"
    assert (short_day("2026-11-30"), short_day("trước Tết")) == ("30/11/2026", "trước Tết")


@pytest.mark.parametrize(
    ("parent", "place"),
    [("Đảng bộ xã Thanh Quân", "Thanh Quân"), ("Đảng ủy phường Hạc Thành", "Hạc Thành"), ("", "…")],
)
def test_the_place_is_the_communes_own_name(parent: str, place: str) -> None:
    assert place_date(parent, papers.START) == f"{place}, ngày 03 tháng 11 năm 2026"


def test_every_layout_leads_in_known_kinds_only() -> None:
    from minutes.record.document import SECTIONS

    known = {kind for kinds in SECTIONS.values() for kind in kinds}
    for layout in layouts():
        assert {kind for kinds in layout.points.values() for kind in kinds} <= known
