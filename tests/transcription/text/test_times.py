import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.text import find_times, words


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("mười chín giờ ba mươi phút", (19, 30)), ("bảy rưỡi tối", (19, 30)), ("chín giờ kém mười", (8, 50)),
        ("hai mốt giờ hai lăm", (21, 25)), ("mười bốn giờ năm phút", (14, 5)), ("hai giờ chiều", (14, 0)),
        ("19h30", (19, 30)), ("19 giờ 30", (19, 30)), ("19:30", (19, 30)), ("mười hai giờ trưa", (12, 0)),
        ("một giờ trưa", (13, 0)), ("mười hai giờ đêm", (0, 0)), ("năm giờ sáng", (5, 0)),
    ],
)  # fmt: skip
def test_times_of_day_are_understood(said: str, time: tuple[int, int]) -> None:
    (found,) = find_times(f"Bây giờ là {said}.")
    assert (found.hour, found.minute) == time


def test_lengths_of_time_are_no_times_of_day() -> None:
    assert find_times("kéo dài hai giờ") == ()
    assert find_times("hai mươi đồng chí có mặt") == ()


def test_people_after_the_hour_are_no_minutes() -> None:
    (found,) = find_times("đến mười chín giờ hai mươi đồng chí có mặt")
    assert (found.hour, found.minute) == (19, 0)


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_time_reads_back_from_its_words(hour: int, minute: int) -> None:
    (found,) = find_times(f"{words(hour)} giờ {words(minute)} phút")
    assert (found.hour, found.minute) == (hour, minute)
