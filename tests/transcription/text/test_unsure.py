"""A doubted word is marked where it stands in the line as minutes write it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transcription.text import sentences, to_figures, unsure

Heard = tuple[tuple[str, int], ...]


def heard(words: str) -> Heard:
    """ "ba? trăm": a word with ? is doubted."""
    return tuple((word.rstrip("?"), 200 if word.endswith("?") else 900) for word in words.split())


def marked(words: str, spoken: str = "") -> list[str]:
    said = spoken or " ".join(word for word, _ in heard(words))
    text = sentences(to_figures(said))
    return [text[start:end] for start, end in unsure(text, said, heard(words))]


def test_a_doubted_word_is_marked_with_the_mark_that_follows_it() -> None:
    assert marked("đường bê? tông của thôn") == ["bê"]
    assert marked("đường bê? tông? của thôn?") == ["bê tông", "thôn."]


def test_a_figure_made_of_a_doubted_word_is_marked_whole() -> None:
    assert marked("đường dài ba trăm năm? mươi mét thôi") == ["350 m"]


def test_figures_the_recogniser_wrote_are_found_again() -> None:
    assert marked("có 27? phòng học", "có hai mươi bảy phòng học") == ["27"]
    assert marked("có 27 phòng? học", "có hai mươi bảy phòng học") == ["phòng"]


def test_sure_words_mark_nothing() -> None:
    assert marked("kính thưa các đồng chí") == []


def test_a_loop_taken_out_moves_no_mark() -> None:
    assert marked("tuyến cục cục cục cục bộ? xong", "tuyến cục bộ xong") == ["bộ"]


WORDS = ("ba", "trăm", "năm", "mươi", "mét", "đồng", "chí", "Tám,", "hai", "mốt", "phần")
words = st.lists(st.tuples(st.sampled_from(WORDS), st.integers(0, 1000)), max_size=20)


@given(words, st.text(max_size=40))
def test_marks_are_ordered_and_inside_the_text(said: list[tuple[str, int]], other: str) -> None:
    spoken = " ".join(word for word, _ in said)
    text = sentences(to_figures(spoken))
    for line in (text, other):
        spans = unsure(line, spoken, tuple(said))
        flat = [place for span in spans for place in span]
        assert flat == sorted(flat)
        assert all(0 <= start < end <= len(line) for start, end in spans)
    everything = unsure(text, spoken, tuple((word, 0) for word, _ in said))
    assert everything == (((0, len(text)),) if said else ())
