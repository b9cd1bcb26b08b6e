import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.text import figure_spans, nfc, to_figures

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("HOPCHIBO_SHARED", HERE.parents[3] / "shared"))


def pairs(path: Path) -> list[tuple[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(p[0], p[1]) for line in lines if line and not line.startswith("#") and (p := line.split("\t"))]


def wrong(path: Path) -> list[tuple[str, str, str]]:
    return [(said, want, to_figures(said)) for said, want in pairs(path) if to_figures(said) != want]


def test_at_least_300_spoken_phrases_are_written_as_minutes_write_them() -> None:
    path = HERE / "figures.tsv"
    assert len(pairs(path)) >= 300
    assert len(wrong(path)) <= 0.01 * len(pairs(path)), wrong(path)


def test_the_ruler_of_spoken_figures_is_met() -> None:
    path = SHARED / "tools" / "spoken_figures.tsv"
    if not path.exists():
        pytest.skip("the ruler of spoken figures is not beside this checkout")
    assert len(wrong(path)) <= 0.03 * len(pairs(path)), wrong(path)


def test_figures_once_written_stay() -> None:
    changed = [(w, to_figures(w)) for _, w in pairs(HERE / "figures.tsv") if to_figures(w) != w]
    assert changed == []


def test_a_sentence_that_began_with_a_capital_still_does() -> None:
    assert to_figures("Ngày ba tháng hai") == "Ngày 03/02"
    assert to_figures("Quý bốn năm hai không hai sáu.") == "Quý IV/2026."


def test_marks_and_blanks_stay() -> None:
    assert to_figures("  vắng ba,  có mặt mười hai.\n") == "  vắng 3,  có mặt 12.\n"


def test_spans_say_which_words_became_which_figures() -> None:
    spans = figure_spans("Có mặt hai mươi bảy trên ba mốt đồng chí, vắng bốn.")
    assert [(s.first, s.last, s.text) for s in spans if s.changed] == [(2, 8, "27/31"), (11, 12, "4.")]
    assert spans[2].spoken == "hai mươi bảy trên ba mốt"


@given(st.lists(st.sampled_from([w for said, _ in pairs(HERE / "figures.tsv") for w in said.split()]), max_size=14))
def test_spans_cover_every_word_once_and_say_the_same_as_the_text(said: list[str]) -> None:
    text = nfc(" ".join(said))
    spans = figure_spans(text)
    assert [i for s in spans for i in range(s.first, s.last)] == list(range(len(text.split())))
    assert " ".join(s.text for s in spans) == to_figures(text)
    assert all(text[s.start : s.end] == s.spoken for s in spans)


@given(st.text(max_size=200))
def test_any_text_is_written_without_an_error(text: str) -> None:
    to_figures(text)
    figure_spans(text)
