from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.text import proper_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Chi bộ thôn Chiềng Cà, xã Thanh Quân", ("Chiềng Cà", "Thanh Quân")),
        ("Đề nghị đồng chí Lang Văn Hợp phụ trách bản Mạ.", ("Lang Văn Hợp",)),
        ("Đồng chí Lê Đình Khang nói. Đồng chí Lê Đình Khang nhất trí.", ("Lê Đình Khang",)),
        ("Thôn Chiềng Cà sửa đường", ("Chiềng Cà",)),
        ("Nhiệm vụ tháng 11", ()),
        ("BAN CHẤP HÀNH", ()),
        ("", ()),
    ],
)
def test_names_are_runs_of_capitals(text: str, names: tuple[str, ...]) -> None:
    assert proper_names(text) == names


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert all(2 <= len(name.split()) <= 6 for name in proper_names(text))
