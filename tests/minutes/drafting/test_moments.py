from __future__ import annotations

from datetime import date

import pytest

from minutes.drafting.moments import clocks, dated, days
from minutes.drafting.words import words_of

FRIDAY = date(2026, 12, 4)


def keys(text: str) -> tuple[str, ...]:
    return tuple(word.low for word in words_of(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trước ngày hai mươi tháng mười một", date(2026, 11, 20)),
        ("ngày mười hai", date(2026, 12, 12)),
        ("ngày hai", date(2027, 1, 2)),
        ("ngày ba mươi mốt tháng một sang năm", date(2027, 1, 31)),
        ("thứ năm tuần sau", date(2026, 12, 10)),
        ("thứ bảy này", date(2026, 12, 5)),
        ("chiều ngày kia", date(2026, 12, 6)),
        ("trong ngày mai", date(2026, 12, 5)),
        ("hạn 20/12", date(2026, 12, 20)),
        ("ngày mùng năm tháng một", date(2027, 1, 5)),
    ],
)
def test_a_day_said_is_counted_from_the_day_of_the_meeting(text: str, expected: date) -> None:
    assert [dated(day, FRIDAY) for day in days(keys(text))] == [expected]


def test_no_such_day_is_no_date() -> None:
    assert [dated(day, FRIDAY) for day in days(keys("ngày ba mươi tháng hai"))] == [None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mười chín giờ ba mươi phút", (19, 30)), ("bảy rưỡi tối", (19, 30)), ("mười giờ kém mười", (9, 50)),
        ("hai giờ chiều", (14, 0)), ("19 giờ 30", (19, 30)), ("hai mươi mốt giờ mười tôi xin", (21, 10)),
    ],
)  # fmt: skip
def test_a_time_is_read_in_words_and_figures(text: str, expected: tuple[int, int]) -> None:
    assert [(c.hour, c.minute) for c in clocks(keys(text))] == [expected]
