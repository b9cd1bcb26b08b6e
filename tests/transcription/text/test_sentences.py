import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.text.sentences import same_words, sentences
from transcription.text.tokens import word_set

ROSTER = ("Lê Văn Tám", "Bùi Thị Hương")


@pytest.mark.parametrize(
    ("heard", "read"),
    [
        (
            "kính thưa các đồng chí tôi xin phát biểu thứ nhất tôi nhất trí với báo cáo tôi xin hết",
            "Kính thưa các đồng chí, tôi xin phát biểu. Thứ nhất, tôi nhất trí với báo cáo. Tôi xin hết.",
        ),
        ("các đồng chí có ý kiến gì không ạ", "Các đồng chí có ý kiến gì không ạ?"),
        ("tôi nhất trí", "Tôi nhất trí."),
        ("Đã có dấu, giữ nguyên.", "Đã có dấu, giữ nguyên."),
        ("mời đồng chí tám và lê văn tám", "Mời đồng chí Tám và Lê Văn Tám."),
        ("nghị quyết của bộ chính trị và đảng ủy", "Nghị quyết của Bộ Chính trị và Đảng ủy."),
        ("đảng viên nộp đảng phí", "Đảng viên nộp đảng phí."),
        ("xong . chuyển mục hai", "Xong. Chuyển mục hai."),
        ("", ""),
    ],
)
def test_recognised_speech_becomes_sentences(heard: str, read: str) -> None:
    assert sentences(heard, ROSTER) == read


HEAP = sorted(word_set("dạ thưa các đồng chí tôi xin hết thứ nhất là một hai đảng của không ạ , . ?"))


@given(st.lists(st.sampled_from(HEAP)))
def test_no_word_is_added_dropped_or_changed(said: list[str]) -> None:
    text = " ".join(said)
    assert same_words(sentences(text, ROSTER), text)
