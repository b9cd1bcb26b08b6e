from __future__ import annotations

from minutes.drafting.speech import Speech, is_garbled, is_unstopped, speeches
from tests.minutes.drafting.said import CHAIR, SECRETARY, case, turns


def said(*pairs: tuple[str, str]) -> tuple[Speech, ...]:
    return speeches(turns(*pairs), rough=False)


def test_neighbouring_turns_of_one_speaker_are_one_speech_that_remembers_its_turns() -> None:
    [speech, other] = said((CHAIR, "Tôi kết luận."), (CHAIR, "Mỗi hộ hai công."), (SECRETARY, "Vâng."))
    assert speech.turns == (1, 2)
    assert [speech.orders_of(s) for s in speech.sentences()] == [(1,), (2,)]
    assert other.turns == (3,)


def test_an_utterance_cut_inside_a_sentence_goes_on_in_the_next() -> None:
    [speech] = said((CHAIR, "Giao đồng chí Tám, đồng chí Sơn"), (CHAIR, "lập danh sách trước ngày hai mươi."))
    assert len(speech.sentences()) == 1


def test_turns_of_nobody_are_never_joined() -> None:
    assert len(said(("", "Tôi nhất trí."), ("", "Tôi cũng vậy."))) == 2


def test_recognised_text_without_stops_is_known_from_misheard_text() -> None:
    clean, _, _ = case("dev_01")
    assert not is_unstopped(clean)
    assert not is_garbled(clean)
    bare = turns(*((t.speaker, t.text.lower().replace(",", "").replace(".", "")) for t in clean))
    assert is_unstopped(bare)
    assert not is_garbled(bare)
    wrong = turns((CHAIR, "báocáo chi bộ nhât trí " * 60))
    assert is_garbled(wrong)
