"""Words sought and marked, with and without diacritics."""

from __future__ import annotations

import unicodedata

import pytest

from meeting_server.store.words import MAX_WORDS, SHOWN, indexed, marked, rank, sought
from transcription.text.fold import fold

LINE = "Đồng chí Đạt đề nghị sửa đường bê tông, chứ không phải đường đất."


def found(text: str, query: str) -> list[str]:
    shown = marked(text, sought(query))
    return [shown.text[start:end] for start, end in shown.marks]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("duong be tong", ["đường", "bê", "tông", "đường"]),
        ("ĐƯỜNG BÊ TÔNG", ["đường", "bê", "tông", "đường"]),
        ("dat", ["Đạt", "đất"]),
        ("đất", ["đất"]),
        ("đạt", ["Đạt"]),
        (unicodedata.normalize("NFD", "đất"), ["đất"]),
        ("nuoc", []),
    ],
)
def test_words_are_marked_as_typed_and_else_without_diacritics(query: str, words: list[str]) -> None:
    assert found(LINE, query) == words


def test_marks_count_code_points_of_the_text_shown_in_nfc() -> None:
    shown = marked(unicodedata.normalize("NFD", "🙂 Đường"), sought("duong"))
    assert shown.text == unicodedata.normalize("NFC", "🙂 Đường")
    assert shown.marks == ((2, 7),)


def test_a_long_line_is_cut_around_what_was_found_and_the_marks_follow() -> None:
    shown = marked("xin chào " * 100 + "thủy lợi " + "và hết " * 100, sought("thuy loi"))
    assert len(shown.text) <= SHOWN
    assert [shown.text[a:b] for a, b in shown.marks] == ["thủy", "lợi"]


def test_a_phrase_as_typed_ranks_over_a_phrase_over_scattered_words() -> None:
    query = sought("bê tông")
    lines = ("đổ bê tông", "đổ be tong", "tông và bê", "tong va be", "be")
    ranks = [rank(text, fold(text), query) for text in lines]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == len(ranks)


def test_the_index_holds_words_bare_and_as_written_and_no_signs() -> None:
    assert indexed(["Thôn 3, đường (mới)", "abc"]) == "thon 3 duong moi abc thôn 3 đường mới"


def test_a_query_is_bounded() -> None:
    assert len(sought("a b " * 500).folded) == MAX_WORDS
    assert sought(" ;'\"* ").folded == ()
