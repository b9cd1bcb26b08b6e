from __future__ import annotations

from minutes.record import transcript
from minutes.record.events import Corrected, Erased, ItemStarted, Retranscribed, SpeakerAssigned, Spoke
from tests.minutes.record.logbook import START, log


def said(start: int, text: str, at: int = 0) -> Spoke:
    return Spoke("t1", start, start + 48_000, START + (at or start // 48), "m1", text, text)


def texts(*events: object) -> list[str]:
    return [line.text for line in transcript.fold(log(events)).utterances]  # type: ignore[arg-type]


def test_utterances_stand_in_the_order_said_not_the_order_recognised() -> None:
    assert texts(said(96_000, "hai"), said(0, "một")) == ["một", "hai"]


def test_a_correction_by_hand_outlives_a_second_recognition() -> None:
    value = transcript.fold(
        log(
            [
                said(0, "mot"),
                Corrected("t1:0", "một"),
                Retranscribed("t1:0", "mốt", "mốt", "m2"),
                SpeakerAssigned("t1:0", "m7"),
            ]
        )
    )
    line = value.utterances[0]
    assert (line.text, line.spoken, line.speaker, line.corrected, line.assigned) == ("một", "mot", "m7", True, True)


def test_an_erased_span_is_gone_and_stays_gone_for_late_results() -> None:
    events = [
        said(0, "giữ", 1),
        said(480_000, "bỏ", 10_000),
        Erased(START + 9_000, START + 12_000),
        said(500_000, "muộn", 11_000),
    ]
    assert texts(*events) == ["giữ"]
    assert transcript.fold(log(events)).cursors["t1"] == 548_000


def test_a_sentence_half_inside_the_erased_span_goes_whole() -> None:
    assert texts(said(0, "nửa", 1_000), Erased(START + 1_500, START + 9_000)) == []


def test_an_utterance_belongs_to_the_item_under_discussion_when_it_was_said() -> None:
    value = transcript.fold(log([(0, ItemStarted("i1")), (60_000, ItemStarted("i2")), (61_000, said(0, "cũ", 30_000))]))
    assert value.utterances[0].item == "i1"


def test_an_utterance_arrives_once() -> None:
    assert texts(said(0, "một"), said(0, "một nữa")) == ["một"]
