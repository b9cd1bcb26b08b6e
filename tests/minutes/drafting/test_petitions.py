from __future__ import annotations

import pytest

from minutes.drafting.draft import document, draft
from minutes.drafting.value import Minutes
from tests.minutes.drafting.said import CHAIR, ROSTER, turns


def minutes(*said: tuple[str, str]) -> Minutes:
    return draft(turns((CHAIR, "Hôm nay chi bộ bàn việc sửa cầu."), *said), ROSTER)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Chi bộ kiến nghị với đảng ủy xã sớm cho sửa cầu Bản Mới.",
         "Chi bộ kiến nghị với đảng ủy xã sớm cho sửa cầu Bản Mới."),
        ("Ý kiến này hay. Ta đề nghị cấp trên bố trí kinh phí sửa nhà văn hóa.",
         "Chi bộ đề nghị cấp trên bố trí kinh phí sửa nhà văn hóa."),
    ],
)  # fmt: skip
def test_what_the_chair_asks_of_the_level_above_is_a_petition(said: str, written: str) -> None:
    found = minutes((CHAIR, said))
    assert [line.text for line in found.petitions] == [written]
    block = next(block for block in document(found) if block.kind == "petition")
    assert (block.text, block.sources) == (written, ("hall:2",))


@pytest.mark.parametrize(
    ("speaker", "said"),
    [
        ("Lê Văn Tám", "Tôi kiến nghị với đảng ủy xã sớm cho sửa cầu Bản Mới."),
        (CHAIR, "Có đồng chí nào muốn kiến nghị với đảng ủy xã việc gì nữa không?"),
        (CHAIR, "Việc này ta không kiến nghị với xã nữa, để thôn tự làm."),
        (CHAIR, "Đồng chí Tám kiến nghị với xã sớm cho sửa cầu Bản Mới."),
    ],
)
def test_a_members_wish_a_question_and_a_denial_are_none(speaker: str, said: str) -> None:
    assert minutes((speaker, said)).petitions == ()


def test_what_a_conclusion_says_is_not_said_again() -> None:
    found = minutes((CHAIR, "Tôi kết luận: chi bộ kiến nghị với xã sớm cho sửa cầu Bản Mới."))
    assert len(found.conclusions) + len(found.petitions) == 1
