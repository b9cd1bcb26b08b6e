"""A wording that says the same passes; every lie is refused and named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from minutes.drafting.rephrased import faults

NAMES = ("Lang Văn Hợp", "Lê Văn Tám", "Vi Thị Lan", "Lang Văn Hai")
BLOCK = (
    "Đồng chí Lang Văn Hợp đề nghị mỗi hộ góp 300.000 đồng, hộ nghèo không phải góp; giao đồng chí Lê Văn Tám lập danh "
    "sách trước ngày 20/11/2026."
)
SOURCES = ("Tôi đề nghị mỗi hộ góp ba trăm nghìn, hộ nghèo thì không phải góp, có 12 hộ nghèo ở xóm Bàn.",)


@pytest.mark.parametrize(
    "wording",
    [
        BLOCK,
        "Đồng chí Lang Văn Hợp đề nghị: mỗi hộ góp 300.000 đồng; riêng hộ nghèo không phải góp. Giao đồng chí "
        "Lê Văn Tám lập danh sách, xong trước ngày 20/11/2026.".replace(", xong", ""),
        "Theo đồng chí Lang Văn Hợp, đề nghị mỗi hộ góp 300.000 đồng, hộ nghèo (12 hộ) không phải góp; giao đồng chí "
        "Lê Văn Tám lập danh sách trước ngày 20/11/2026.",
    ],
)
def test_a_wording_that_says_the_same_passes(wording: str) -> None:
    assert faults(BLOCK, SOURCES, wording, NAMES) == ()


LIES = {
    "another person": (BLOCK.replace("Lê Văn Tám", "Vi Thị Lan"), "name"),
    "a person dropped": (BLOCK.replace("đồng chí Lê Văn Tám ", ""), "name"),
    "an invented person": (BLOCK.replace("danh sách", "danh sách cùng ông Nguyễn Văn Bịa"), "name"),
    "an invented place": (BLOCK.replace("danh sách", "danh sách ở Thanh Hóa"), "name"),
    "another sum": (BLOCK.replace("300.000", "500.000"), "number"),
    "another unit": (BLOCK.replace("300.000 đồng", "300.000 công"), "number"),
    "a sum in other words": (BLOCK.replace("300.000 đồng", "năm trăm nghìn đồng"), "number"),
    "a sum dropped": (BLOCK.replace("góp 300.000 đồng", "góp tiền"), "number"),
    "another day": (BLOCK.replace("20/11/2026", "21/11/2026"), "number"),
    "the day dropped": (BLOCK.replace(" trước ngày 20/11/2026", ""), "number"),
    "before becomes after": (BLOCK.replace("trước", "sau"), "decision"),
    "before dropped": (BLOCK.replace("trước ngày", "ngày"), "decision"),
    "a denial dropped": (BLOCK.replace("không phải góp", "phải góp"), "negation"),
    "a denial added": (BLOCK.replace("giao đồng chí", "không giao đồng chí"), "negation"),
    "a proposal becomes a decision": (BLOCK.replace("đề nghị", "quyết định"), "decision"),
    "a decision added": (BLOCK[:-1] + ", chi bộ thông qua.", "decision"),
    "the charge dropped": (BLOCK.replace("giao đồng chí", "đồng chí"), "decision"),
    "who and whom swapped": (
        BLOCK.replace("Lang Văn Hợp", "X").replace("Lê Văn Tám", "Lang Văn Hợp").replace("X", "Lê Văn Tám"), "order",
    ),
    "the first person": ("Tôi xin báo cáo: " + BLOCK, "person"),
    "markup": ("**" + BLOCK + "**", "shape"),
    "several lines": (BLOCK + "\nGhi chú thêm.", "shape"),
    "nothing": ("  ", "shape"),
    "a sermon": (BLOCK + " và" * 400, "length"),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused_and_named(lie: str) -> None:
    wording, what = LIES[lie]
    assert what in {fault.what for fault in faults(BLOCK, SOURCES, wording, NAMES)}


def test_counts_of_a_vote_are_not_swapped() -> None:
    vote = "Tán thành 15, không tán thành 3. Kết quả: thông qua."
    assert faults(vote, (), vote, NAMES) == ()
    for lie in ("Tán thành 3, không tán thành 15. Kết quả: thông qua.", "Không tán thành 15, tán thành 3. Thông qua.",
                "Tán thành 15, không tán thành 3. Kết quả: không thông qua."):  # fmt: skip
        assert faults(vote, (), lie, NAMES)


def test_a_name_that_sounds_like_a_number_is_none() -> None:
    text = "Đồng chí Lang Văn Hai nhất trí."
    assert faults(text, (), text, NAMES) == ()


@given(some.sampled_from([word for word in BLOCK.split() if any(c.isdigit() or c.isupper() for c in word)][1:]))
def test_no_figure_and_no_name_can_be_left_out(word: str) -> None:
    assert faults(BLOCK, SOURCES, BLOCK.replace(word, "", 1), NAMES)
