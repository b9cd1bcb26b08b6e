import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.text import fold, nfc, normal


@pytest.mark.parametrize(
    ("written", "uniform"),
    [
        ("hoà bình", "hòa bình"), ("khoẻ", "khỏe"), ("thuỷ lợi", "thủy lợi"), ("Thanh Hoá", "Thanh Hóa"),
        ("UỶ BAN", "ỦY BAN"), ("quý", "quý"), ("hoàn toàn", "hoàn toàn"), ("giếng", "giếng"), ("gìn giữ", "gìn giữ"),
        ("của", "của"), ("khuỷu", "khuỷu"), ("quyển", "quyển"), ("thuở", "thuở"), ("ngoái", "ngoái"),
        ("được", "được"), ("VNeID café", "VNeID café"),
    ],
)  # fmt: skip
def test_tone_marks_stand_where_official_papers_put_them(written: str, uniform: str) -> None:
    assert normal(written) == uniform


@given(st.text(max_size=80))
def test_uniform_spelling_changes_no_letter(text: str) -> None:
    assert fold(normal(text)) == fold(text)
    assert normal(normal(text)) == normal(text) == nfc(normal(text))
