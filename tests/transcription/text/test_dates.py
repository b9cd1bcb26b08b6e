from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.text import find_dates, words

TUESDAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("ngày mùng ba tháng mười một năm hai nghìn không trăm hai sáu", "2026-11-03"),
        ("ngày mười lăm tháng tư năm hai không hai bảy", "2027-04-15"),
        ("trước ngày ba mươi tháng mười một", "2026-11-30"), ("mồng hai tháng chín", "2026-09-02"),
        ("hai mươi lăm tháng mười hai", "2026-12-25"), ("hạn hai mươi năm tháng tư", "2026-04-25"),
        ("trước mùng mười", "2026-11-10"), ("ngày hai mươi", "2026-11-20"), ("03/11/2026", "2026-11-03"),
        ("ngày 3/12", "2026-12-03"), ("ngày 15 tháng 12", "2026-12-15"), ("thứ năm tuần sau", "2026-11-12"),
        ("chủ nhật này", "2026-11-08"), ("ngày mai", "2026-11-04"), ("cuối tháng này", "2026-11-30"),
        ("hôm nay", "2026-11-03"), ("mùng hai tháng mười hai không hai sáu", "2026-10-02"),
    ],
)  # fmt: skip
def test_dates_are_understood(said: str, iso: str) -> None:
    (found,) = find_dates(said, 2026, 11, TUESDAY)
    assert found.iso == iso


@pytest.mark.parametrize(
    "said", ["23/25 đồng chí", "trong ba tháng", "hai ba tháng nữa", "sáu tháng một lần", "3/4 số hộ"]
)
def test_lengths_and_fractions_are_no_dates(said: str) -> None:
    assert find_dates(said, 2026, 11) == ()


def test_what_was_not_said_stays_unknown() -> None:
    (found,) = find_dates("ngày hai mươi tháng mười hai")
    assert (found.day, found.month, found.year, found.iso) == (20, 12, None, None)
    (month,) = find_dates("xong trong tháng mười hai", 2026, 11)
    assert (month.day, month.month, month.year) == (None, 12, 2026)


def test_lunar_dates_have_no_day_of_the_solar_calendar() -> None:
    (found,) = find_dates("mùng mười tháng ba âm lịch", 2026)
    assert found.lunar
    assert found.iso is None


def test_a_day_that_does_not_exist_has_no_iso_date() -> None:
    (found,) = find_dates("ngày 31 tháng 2", 2026)
    assert found.iso is None


@given(st.dates(date(1945, 1, 1), date(2099, 12, 31)))
def test_every_day_reads_back_from_its_words(day: date) -> None:
    said = f"ngày {words(day.day)} tháng {words(day.month)} năm {words(day.year)}"
    (found,) = find_dates(said)
    assert found.iso == day.isoformat()


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    find_dates(text, 2026, 11, TUESDAY)
