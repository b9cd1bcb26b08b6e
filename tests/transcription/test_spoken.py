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
        ("góp 1.500.000đ một hộ", "góp một triệu năm trăm nghìn đồng một hộ"),
        ("góp 200k", "góp hai trăm nghìn"),
        ("họp lúc 10h đêm", "họp lúc mười giờ đêm"),
        ("lúc 19:30, mục 3: thu chi", "lúc mười chín giờ ba mươi, mục ba: thu chi"),
        ("từ 10-15 hộ", "từ mười đến mười lăm hộ"),
        ("nhiệm kỳ 2025 - 2030", "nhiệm kỳ hai nghìn không trăm hai mươi lăm đến hai nghìn không trăm ba mươi"),
        ("số máy 0912-345-678", "số máy 0912-345-678"),
        ("5/12 đồng chí tán thành", "năm trên mười hai đồng chí tán thành"),
        ("hạn 5/12", "hạn năm tháng mười hai"),
        ("mạng 4G, máy i5", "mạng 4G, máy i5"),
        ("đất 120 m²", "đất một trăm hai mươi mét vuông"),
    ],
)
def test_figures_go_back_into_words(written: str, said: str) -> None:
    assert in_words(written) == said


def test_tone_marks_stand_in_one_place_in_what_was_said_too() -> None:
    assert in_words("hoà thuận, khoẻ mạnh, 7 thuỷ lợi") == "hòa thuận, khỏe mạnh, bảy thủy lợi"
