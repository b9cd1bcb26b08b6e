from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.text import find_numbers, parse_number, to_figures, words
from transcription.text.tokens import word_set


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_every_number_reads_back_from_its_words(n: int) -> None:
    assert parse_number(words(n)) == n


def test_all_numbers_of_a_cell_read_back_from_their_words() -> None:
    assert all(parse_number(words(n)) == n for n in range(10_000))


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "không"), (5, "năm"), (10, "mười"), (15, "mười lăm"), (21, "hai mươi mốt"), (24, "hai mươi tư"),
        (55, "năm mươi lăm"), (101, "một trăm linh một"), (110, "một trăm mười"),
        (2026, "hai nghìn không trăm hai mươi sáu"), (1_140, "một nghìn một trăm bốn mươi"),
        (18_650_000, "mười tám triệu sáu trăm năm mươi nghìn"),
        (1_000_005, "một triệu không nghìn không trăm linh năm"), (10**9, "một tỷ"),
    ],
)  # fmt: skip
def test_numbers_are_said_as_at_school(n: int, said: str) -> None:
    assert words(n) == said


@pytest.mark.parametrize("n", [-1, 10**12])
def test_numbers_beyond_the_limit_are_refused(n: int) -> None:
    with pytest.raises(ValueError, match="words"):
        words(n)


@pytest.mark.parametrize(
    ("said", "n"),
    [
        ("hai mốt", 21), ("hai hai", 22), ("ba sáu", 36), ("chín tám", 98), ("hai lăm", 25), ("hai nhăm", 25),
        ("bốn tư", 44), ("hai mươi bốn", 24), ("mười bẩy", 17), ("chục", 10), ("ba chục", 30), ("hai chục rưỡi", 25),
        ("một trăm linh năm", 105), ("một trăm lẻ tư", 104), ("hai trăm tư", 240), ("hai trăm mốt", 210),
        ("trăm rưởi", 150), ("trăm hai", 120), ("nghìn rưởi", 1500), ("nghìn hai", 1200), ("hai nghìn rưởi", 2500),
        ("ba nghìn tư", 3400), ("hai nghìn hai lăm", 2025), ("sáu triệu hai", 6_200_000), ("triệu rưỡi", 1_500_000),
        ("mười tám triệu rưỡi", 18_500_000), ("ba sáu triệu mốt", 36_100_000), ("sáu triệu hai trăm", 6_200_000),
        ("năm triệu lẻ hai trăm nghìn", 5_200_000), ("hai triệu bảy lăm", 2_750_000), ("một tỷ hai", 1_200_000_000),
        ("ba nghìn tỷ", 3 * 10**12), ("hai không hai sáu", 2026), ("một chín chín lăm", 1995),
        ("một phẩy năm", Decimal("1.5")), ("chín hai phẩy năm", Decimal("92.5")), ("không phẩy ba", Decimal("0.3")),
        ("một phẩy hai lăm", Decimal("1.25")), ("hai phẩy năm tỷ", 2_500_000_000), ("27", 27), ("1.140", 1140),
        ("92,5", Decimal("92.5")), ("18 triệu rưỡi", 18_500_000), ("Hai Mươi Bảy.", 27), ("hai ba", 23),
    ],
)  # fmt: skip
def test_everyday_numbers_are_understood(said: str, n: int | Decimal) -> None:
    assert parse_number(said) == n


@pytest.mark.parametrize("said", ["", "đồng chí", "hai đồng chí", "mươi", "phẩy năm", "hai mươi ba mươi", "rưỡi"])
def test_what_is_not_one_number_has_no_value(said: str) -> None:
    assert parse_number(said) is None


def values(text: str, exact: bool = False) -> list[object]:
    return [n.value for n in find_numbers(text, exact)]


def test_numbers_are_found_with_their_places() -> None:
    text = "Có mặt hai mươi tám trên 31 đồng chí"
    found = find_numbers(text)
    assert [(text[n.start : n.end], n.value) for n in found] == [("hai mươi tám", 28), ("31", 31)]


def test_names_years_and_idioms_are_no_numbers() -> None:
    assert values("đồng chí Tám, bác Ba, chị Năm, Lê Văn Sáu, thôn Bảy") == []
    assert values("một lòng một dạ, một số đồng chí, năm nay, không ai phản đối") == []
    assert values("năm mươi năm tuổi đảng") == [50]
    assert values("kinh tế tư nhân, thứ nhất") == []


def test_neighbours_are_about_unless_a_count_is_asked_for() -> None:
    (about,) = find_numbers("hai ba người")
    assert about.about
    assert values("hội trường hai ba, trên mạng mười", exact=True) == [23, 10]
    (exact, _) = find_numbers("hai ba đồng ý, không đồng ý một", exact=True)
    assert exact.value == 23
    assert not exact.about


HEAP = sorted(word_set("không một hai ba tư lăm mốt năm mười mươi trăm nghìn triệu tỷ linh rưỡi phẩy"))


@given(st.lists(st.sampled_from(HEAP)))
def test_any_heap_of_number_words_is_read_without_an_error(said: list[str]) -> None:
    text = " ".join(said)
    found = find_numbers(text)
    assert all(text[n.start : n.end] == n.text for n in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    find_numbers(text)


@pytest.mark.parametrize("word", ["hai", "không", "hai không hai sáu"])
def test_a_recogniser_stuck_on_digits_is_no_number_and_no_fault(word: str) -> None:
    text = " ".join([word] * 9000)
    find_numbers(text)
    assert to_figures(text)
