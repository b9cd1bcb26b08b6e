from __future__ import annotations

import pytest

from minutes.drafting.draft import document, draft
from minutes.drafting.value import Minutes
from tests.minutes.drafting.said import CASES, CHAIR, ROSTER, SECRETARY, case, turns


def minutes(*said: tuple[str, str]) -> Minutes:
    opening = "Hôm nay chi bộ có hai nội dung. Một là thông tin thời sự. Hai là bàn việc sửa cầu."
    return draft(turns((CHAIR, opening), *said), ROSTER)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Chi bộ xin biểu dương đồng chí Tám đã vận động được ba hộ hiến đất.",
         "Chủ trì biểu dương đồng chí Lê Văn Tám đã vận động được 3 hộ hiến đất."),
        ("Đồng chí Lan mới vào mà đã phụ trách được thiếu nhi, rất đáng khen.",
         "Chủ trì biểu dương: Đồng chí Vũ Thị Lan mới vào mà đã phụ trách được thiếu nhi, rất đáng khen."),
        ("Cũng nhắc nhở các đồng chí đóng đảng phí cho đúng hạn.",
         "Chủ trì nhắc nhở các đồng chí đóng đảng phí cho đúng hạn."),
        ("Tình hình tư tưởng đảng viên tháng qua ổn định, bà con cơ bản phấn khởi.",
         "Tình hình tư tưởng đảng viên tháng qua ổn định, bà con cơ bản phấn khởi."),
    ],
)  # fmt: skip
def test_praise_reminders_and_mood_are_written_as_the_chair_said_them(said: str, written: str) -> None:
    found = minutes((CHAIR, said))
    assert [line.text for line in found.ideology] == [written]
    block = next(block for block in document(found) if block.kind == "ideology")
    assert (block.text, block.sources) == (written, ("hall:2",))


@pytest.mark.parametrize(
    ("speaker", "said"),
    [
        ("Lê Văn Tám", "Tôi đề nghị chi bộ biểu dương đồng chí Lan."),
        (CHAIR, "Có đồng chí nào cần biểu dương, nhắc nhở gì nữa không?"),
        (CHAIR, "Tháng này không phải nhắc nhở đồng chí nào cả."),
        (CHAIR, "Năm ngoái thôn ta đã được huyện khen ngợi về việc này."),
        (CHAIR, "Giao đồng chí Tám nhắc nhở các hộ nuôi trâu, xong trước ngày hai mươi."),
    ],
)
def test_wishes_questions_denials_and_work_given_out_are_none(speaker: str, said: str) -> None:
    assert minutes((speaker, said)).ideology == ()


def test_news_and_learning_are_lines_of_their_own_under_their_item() -> None:
    found = minutes(
        (CHAIR, "Phần một. Về tình hình thời sự, xã ta vừa công bố kế hoạch làm đường liên thôn."),
        (SECRETARY, "Về học tập và làm theo Bác, chi bộ đã có mười đảng viên đăng ký việc cụ thể."),
    )
    assert [line.text for line in found.news] == [
        "Về tình hình thời sự, xã ta vừa công bố kế hoạch làm đường liên thôn."
    ]
    assert [line.orders for line in found.study] == [(3,)]
    kinds = [block.kind for block in document(found)]
    assert kinds.index("item") < kinds.index("news") < kinds.index("study")
    assert found.as_json()["study"][0]["t_orders"] == [3]


def test_nothing_is_praised_or_reminded_twice_in_the_cases() -> None:
    for path in sorted(CASES.glob("*.gold.json")):
        spoken, roster, _ = case(path.name.removesuffix(".gold.json"))
        found = draft(spoken, roster)
        lines = [line.text for line in (*found.ideology, *found.study, *found.news)]
        assert len(lines) == len(set(lines)) <= 12
        assert not {line.rstrip(".") for line in lines} & {c.text.rstrip(".") for c in found.conclusions}
