"""Error rates as papers count them."""

from __future__ import annotations

import pytest

from transcription.wer import Errors, character_errors, word_errors


@pytest.mark.parametrize(
    ("said", "heard", "edits", "length"),
    [
        ("Kính thưa các đồng chí", "kính thưa các đồng chí.", 0, 5),
        ("bảy phòng ông", "7 phòng ông", 0, 3),
        ("một hai ba", "một ba", 1, 3),
        ("một hai", "một hai ba bốn", 2, 2),
        ("", "", 0, 0),
        ("tiếng", "", 1, 1),
    ],
)
def test_words_are_counted_without_case_marks_and_figures(said: str, heard: str, edits: int, length: int) -> None:
    assert word_errors(said, heard) == Errors(edits, length)


def test_characters_are_counted_too() -> None:
    assert character_errors("phòng", "phổng") == Errors(1, 5)


def test_errors_add_up() -> None:
    assert (Errors(1, 4) + Errors(1, 4)).percent == 25
