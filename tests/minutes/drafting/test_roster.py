from __future__ import annotations

from minutes.drafting.roster import People
from minutes.drafting.words import words_of
from tests.minutes.drafting.said import ROSTER

PEOPLE = People(ROSTER, ["Nguyễn Thị Hạnh"])


def named(text: str, rough: bool = False) -> list[list[str]]:
    return [[p.name for p in m.persons] for m in PEOPLE.mentions(words_of(text), rough)]


def test_a_short_name_is_the_member_of_that_name() -> None:
    assert named("Mời đồng chí Tám phát biểu.") == [["Lê Văn Tám"]]


def test_a_word_of_respect_is_a_title_too() -> None:
    assert named("Bác Tám ơi, anh Sơn nói rồi.") == [["Lê Văn Tám"], ["Đỗ Văn Sơn"]]


def test_one_title_serves_a_list_of_names() -> None:
    assert named("Vắng đồng chí Tú, Nụ và Sơn.") == [["Hoàng Văn Tú"], ["Cao Thị Nụ"], ["Đỗ Văn Sơn"]]


def test_namesakes_are_told_apart_by_office_or_respect() -> None:
    assert named("giao đồng chí Hải phụ nữ phát mẫu") == [["Bùi Thị Hải"]]
    assert named("chị Hải nói đúng") == [["Bùi Thị Hải"]]
    assert named("bác Hải nói đúng") == [["Nguyễn Đức Hải", "Bùi Thị Hải"]]


def test_a_full_name_that_is_nobodys_here_is_an_outsider() -> None:
    assert named("giới thiệu quần chúng Lò Thị Mai") == []
    assert named("đồng chí Hà Thị Tám") == []


def test_a_guest_is_known_by_the_name_they_spoke_under() -> None:
    assert named("Cảm ơn đồng chí Hạnh.") == [["Nguyễn Thị Hạnh"]]


def test_rough_names_match_by_ear_after_a_title() -> None:
    assert named("giao đông chí sơn rà soát", rough=True) == [["Đỗ Văn Sơn"]]
    assert named("bay giờ tám giờ", rough=True) == []
