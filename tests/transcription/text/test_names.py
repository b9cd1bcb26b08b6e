import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.text import find_names, suggest

ROSTER = (
    "Lê Văn Tám", "Nguyễn Thị Hương", "Nguyễn Văn Thanh", "Trần Thị Thanh", "Bùi Thị Hải", "Cao Xuân Bách",
    "Hoàng Sĩ Năm", "Đặng Quốc Khánh",
)  # fmt: skip


@pytest.mark.parametrize(
    ("spoken", "name"),
    [
        ("Tám", "Lê Văn Tám"), ("đồng chí Tám", "Lê Văn Tám"), ("tam", "Lê Văn Tám"), ("tắm", "Lê Văn Tám"),
        ("hường", "Nguyễn Thị Hương"), ("bạch", "Cao Xuân Bách"), ("xuân bách", "Cao Xuân Bách"),
        ("sĩ năm", "Hoàng Sĩ Năm"), ("lê văn tám", "Lê Văn Tám"), ("Thị Thanh", "Trần Thị Thanh"),
        ("quốc khanh", "Đặng Quốc Khánh"), ("đặng khánh", "Đặng Quốc Khánh"), ("hải", "Bùi Thị Hải"),
    ],
)  # fmt: skip
def test_a_short_or_misheard_name_suggests_its_member(spoken: str, name: str) -> None:
    assert suggest(spoken, ROSTER)[0].name == name


def test_worse_hearing_gives_less_confidence() -> None:
    exact, tone, vowel = (suggest(s, ROSTER)[0].confidence for s in ("Tám", "tàm", "tấm"))
    assert 1.0 > exact > tone > vowel > 0.3
    assert suggest("Lê Văn Tám", ROSTER)[0].confidence > exact


def test_two_members_of_one_name_share_the_confidence() -> None:
    first, second = suggest("đồng chí Thanh", ROSTER)
    assert first.confidence == second.confidence < 0.5


def test_nobody_near_gives_nobody() -> None:
    assert suggest("Quỳnh", ROSTER) == ()
    assert suggest("", ROSTER) == ()


def test_names_are_found_after_titles_and_whole() -> None:
    text = "mời đồng chí tam rồi bác năm, còn cao xuân bách xin vắng"
    found = find_names(text, ROSTER)
    assert [(text[f.start : f.end], f.title, f.suggestions[0].name) for f in found] == [
        ("tam", "đồng chí", "Lê Văn Tám"), ("năm", "bác", "Hoàng Sĩ Năm"), ("cao xuân bách", "", "Cao Xuân Bách"),
    ]  # fmt: skip


def test_a_misheard_title_still_leads_to_a_name() -> None:
    (found,) = find_names("mời đông chí tám phát biểu", ROSTER)
    assert (found.title, found.suggestions[0].name) == ("đồng chí", "Lê Văn Tám")


def test_offices_and_plurals_are_no_names() -> None:
    assert find_names("đồng chí bí thư mời các đồng chí năm phút, đồng chí nào vắng", ROSTER) == ()


@given(st.text(max_size=120))
def test_any_text_is_read_without_an_error(text: str) -> None:
    find_names(text, ROSTER)
    suggest(text, ROSTER)
