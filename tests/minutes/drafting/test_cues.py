from __future__ import annotations

import pytest

from minutes.drafting.cues import cues_in, spelled


def families(text: str, rough: bool = False) -> set[str]:
    return {hit.family for hit in cues_in(text, rough).hits}


def test_choices_and_options_of_a_phrase_are_spelled_out() -> None:
    assert set(spelled("tôi (xin) (đề nghị|kiến nghị)")) == {
        "tôi xin đề nghị", "tôi đề nghị", "tôi xin kiến nghị", "tôi kiến nghị",
    }  # fmt: skip


def test_the_longer_phrase_takes_the_place_of_the_one_inside() -> None:
    found = families("Tôi không nhất trí với ý kiến ấy.")
    assert "disagree" in found
    assert "agree" not in found


def test_self_criticism_is_no_criticism() -> None:
    found = families("Tôi xin tự phê bình việc này.")
    assert "own_up" in found
    assert "criticise" not in found


def test_clean_speech_is_read_word_for_word_and_rough_speech_by_ear() -> None:
    assert "propose" not in families("tôi đề nghi chi bộ")
    assert "propose" in families("tôi đề nghi chi bộ", rough=True)


@pytest.mark.parametrize("text", ["tôi nhất chí", "tôi nhât trí cao"])
def test_rough_agreement_is_heard(text: str) -> None:
    assert "agree" in families(text, rough=True)


def test_a_lost_negation_never_matches_a_denial() -> None:
    assert "disagree" not in families("tôi nhất trí với đồng chí", rough=True)
