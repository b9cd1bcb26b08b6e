"""What a recogniser wrote in figures, said again in words."""

from __future__ import annotations

import pytest

from transcription.spoken import in_words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("di tích có 7 phòng", "di tích có bảy phòng"),
        ("thu 5.000.000 đồng", "thu năm triệu đồng"),
        ("đạt 95% kế hoạch", "đạt chín mươi lăm phần trăm kế hoạch"),
        ("tăng 1,5 lần", "tăng một phẩy năm lần"),
        ("lúc 7h30 sáng", "lúc bảy giờ ba mươi sáng"),
        ("ngày 2/9", "ngày hai tháng chín"),
        ("cuối thế kỷ 19, ngành", "cuối thế kỷ mười chín, ngành"),
        ("không có số nào.", "không có số nào."),
        ("COVID-19 và A1", "COVID-mười chín và A1"),
        ("dài 3km", "dài ba ki lô mét"),
    ],
)
def test_figures_go_back_into_words(written: str, said: str) -> None:
    assert in_words(written) == said


def test_tone_marks_stand_in_one_place_in_what_was_said_too() -> None:
    assert in_words("hoà thuận, khoẻ mạnh, 7 thuỷ lợi") == "hòa thuận, khỏe mạnh, bảy thủy lợi"
