from __future__ import annotations

from dataclasses import replace

from minutes.drafting.draft import draft
from tests.minutes.drafting.said import CHAIR, ROSTER, turns

SAID = turns(
    (CHAIR, "Chương trình có hai phần. Một là bàn làm đường. Hai là công tác khác. Mời đồng chí Tám."),
    ("Lê Văn Tám", "Tôi đề nghị mỗi hộ góp hai công làm đường."),
    ("", "Tôi cũng thấy mỗi hộ góp hai công là vừa sức dân."),
)


def test_what_was_heard_with_little_confidence_is_marked_doubtful() -> None:
    low = tuple(replace(turn, confidence=450) for turn in SAID)
    [opinion] = draft(low, ROSTER).opinions
    assert opinion.flags == ("doubtful",)
    assert opinion.confidence == 450


def test_what_was_heard_well_is_not() -> None:
    [opinion] = draft(tuple(replace(turn, confidence=930) for turn in SAID), ROSTER).opinions
    assert opinion.flags == ()
    assert opinion.confidence == 930


def test_speech_without_a_speaker_is_counted_among_the_doubts() -> None:
    assert draft(SAID, ROSTER).doubts == ("Có 1 lượt phát biểu chưa rõ người nói.",)
