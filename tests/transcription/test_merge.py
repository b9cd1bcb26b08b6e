"""One voice heard by two microphones is one line; two voices stay two."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from transcription.merge import Line, merge, nearer, same_speech

HALL = Line("h:0", "hall", 1000, 5000, "Kính thưa các đồng chí, tôi nhất trí với báo cáo", 700)
PHONE = Line("p:0", "phone", 1100, 4900, "kính thưa các đồng chí tôi nhất trí với báo cáo ạ", 900)


def test_the_same_words_at_the_same_time_are_one_line_with_both_sources() -> None:
    (one,) = merge([HALL, PHONE])
    assert one.shown == PHONE
    assert set(one.sources) == {HALL, PHONE}


def test_an_echo_that_comes_late_is_the_same_speech() -> None:
    assert same_speech(PHONE, replace(HALL, start_ms=1400, end_ms=5300))


def test_other_words_at_the_same_time_are_two_people() -> None:
    other = replace(PHONE, text="đề nghị hạ loa ngoài sân xuống một chút")
    assert len(merge([HALL, other])) == 2


def test_the_same_words_later_are_said_again() -> None:
    assert len(merge([HALL, replace(PHONE, start_ms=9000, end_ms=12800)])) == 2


def test_two_utterances_of_one_track_never_merge() -> None:
    assert len(merge([HALL, replace(HALL, id="h:1")])) == 2


def test_the_louder_microphone_is_the_nearer_one() -> None:
    assert nearer(replace(HALL, level=-20.0), replace(PHONE, level=-30.0)).track == "hall"
    assert nearer(replace(HALL, level=-20.0), replace(PHONE, level=-21.0)).track == "phone"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 50), st.integers(1, 40)), max_size=12))
def test_every_utterance_is_a_source_of_exactly_one_line(spans: list[tuple[str, int, int]]) -> None:
    lines = [
        Line(f"{n}", track, start * 100, (start + length) * 100, "xin cảm ơn các đồng chí", 500)
        for n, (track, start, length) in enumerate(spans)
    ]
    sources = [source.id for one in merge(lines) for source in one.sources]
    assert sorted(sources) == sorted(line.id for line in lines)
