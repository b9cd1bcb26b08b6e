from hypothesis import given
from hypothesis import strategies as st

from transcription.text import fold, fold_words, similarity


def test_folding_takes_away_case_tones_and_the_bar_of_d() -> None:
    assert fold("Đồng chí  ĐẶNG Thị Hường,\nxã Hoằng Giang") == "dong chi dang thi huong, xa hoang giang"


def test_composed_and_decomposed_letters_fold_alike() -> None:
    assert fold("hòa") == fold("ho\u0300a") == fold("hoà") == "hoa"


def test_folded_words_have_no_marks() -> None:
    assert fold_words("Kính thưa: các đồng chí!") == ("kinh", "thua", "cac", "dong", "chi")


@given(st.text(max_size=80))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_wrong_tone_costs_less_than_a_wrong_letter() -> None:
    assert similarity("Tám", "tám") == 1.0
    assert 1.0 > similarity("tám", "tắm") > similarity("tám", "tấn")
    assert similarity("", "tám") == 0.0
