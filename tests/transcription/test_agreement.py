"""Stable words are those that two passes agree on, and they stay."""

from __future__ import annotations

from transcription.agreement import Agreement
from transcription.wire import Result


def interim(text: str, id: str = "t:0") -> Result:
    return Result(id, "t", 0, 480, text, text, 900, "m", final=False)


def stable(result: Result) -> str:
    return result.text[: result.stable]


def test_the_first_pass_has_no_stable_words() -> None:
    assert Agreement().mark(interim("kính thưa")).stable == 0


def test_words_that_two_passes_share_are_stable() -> None:
    agreement = Agreement()
    agreement.mark(interim("Kính thưa các đồng."))
    assert stable(agreement.mark(interim("kính thưa các đồng chí"))) == "kính thưa các đồng"


def test_stable_words_stay_when_a_later_pass_thinks_otherwise() -> None:
    agreement = Agreement()
    agreement.mark(interim("kính thưa các"))
    agreement.mark(interim("kính thưa các đồng chí"))
    marked = agreement.mark(interim("kinh thưa cách đồng chí đại biểu"))
    assert marked.text == "kính thưa các đồng chí đại biểu"
    assert stable(marked) == "kính thưa các đồng chí"


def test_another_utterance_begins_anew() -> None:
    agreement = Agreement()
    agreement.mark(interim("kính thưa"))
    assert agreement.mark(interim("kính thưa", "t:960")).stable == 0
