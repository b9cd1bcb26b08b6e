from __future__ import annotations

import pytest

from minutes.drafting.sound import is_syllable, likeness, parted, sound


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("đồng", "đồng", 1.0), ("đồng", "đông", 0.9), ("đồng", "dong", 0.8), ("trí", "chí", 0.6), ("mèo", "chó", 0.0)],
)
def test_likeness_is_graded_by_what_recognisers_confuse(one: str, other: str, expected: float) -> None:
    assert likeness(sound(one), sound(other)) == expected


def test_a_stop_ending_bears_two_tones_only() -> None:
    assert is_syllable("nhất")
    assert not is_syllable("nhât")
    assert is_syllable("nghị")
    assert not is_syllable("báocáo")


def test_joined_syllables_are_parted_and_foreign_words_left() -> None:
    assert parted("báocáo") == ("báo", "cáo")
    assert parted("camera") == ("camera",)
    assert parted("video") == ("video",)
    assert parted("nghiêng") == ("nghiêng",)
