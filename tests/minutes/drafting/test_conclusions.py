from __future__ import annotations

import pytest

from minutes.drafting.conclusions import conclusions_of
from tests.minutes.drafting.said import CHAIR, scene


def conclusions(*texts: str) -> list[str]:
    return [c.text for c in conclusions_of(scene(*((CHAIR, text) for text in texts)), {})]


@pytest.mark.parametrize(
    "said",
    [
        "Thế nhé, thuê máy múc ba trăm mét đầu kênh, còn lại mỗi hộ một công. Đồng chí Tám có giữ ý kiến không?",
        "Như vậy là chốt: thuê máy múc ba trăm mét đầu kênh, còn lại mỗi hộ một công.",
        "Vậy ta thống nhất thuê máy múc ba trăm mét đầu kênh, còn lại mỗi hộ một công. Rồi, nhất trí. Giờ chia việc.",
        "Đã rõ. Tôi chốt lại: thuê máy múc ba trăm mét đầu kênh, còn lại mỗi hộ một công, mọi người thống nhất chứ?",
    ],
)
def test_what_is_settled_in_everyday_words_is_a_conclusion(said: str) -> None:
    [text] = conclusions(said)
    assert text.startswith("Thuê máy múc 300 m đầu kênh, còn lại mỗi hộ 1 công")
    assert "?" not in text
    assert "việc" not in text


def test_a_conclusion_that_turns_to_something_else_is_two() -> None:
    first, second = conclusions(
        "Như vậy là chốt: kiến nghị công ty tăng ca không quá bốn buổi một tuần. Về kết nạp, quý ba phải giới thiệu "
        "được hai quần chúng đi học."
    )
    assert first == "Kiến nghị công ty tăng ca không quá 4 buổi một tuần."
    assert second.startswith("Về kết nạp")


def test_settling_a_price_is_no_conclusion() -> None:
    assert conclusions("Đồng chí Tám chốt giá máy múc với bên cho thuê rồi báo lại cho tôi.") == []
