from __future__ import annotations

from minutes.drafting.figures import numbers_in


def values(text: str, rough: bool = False) -> list[int]:
    return [n.value for n in numbers_in(text, rough)]


def test_numbers_stop_at_commas() -> None:
    assert values("Mười bảy, bốn, ba, đủ hai tư.") == [17, 4, 3, 24]


def test_names_and_weekdays_are_no_numbers() -> None:
    assert values("Đồng chí Tám trực tối thứ ba") == []


def test_not_any_is_not_nought() -> None:
    assert values("Không ai phản đối") == []


def test_a_misheard_number_word_is_guessed_only_in_rough_speech() -> None:
    assert values("mưới bày đồng ý") == []
    assert values("mưới bày đồng ý", rough=True) == [17]
