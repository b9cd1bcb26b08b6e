"""Which utterances are kept, and whose they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from meeting_server.room.speech_in import Heard, spoke, verdict
from meeting_server.room.state import with_span
from minutes.record.events import Approved, Closed, Erased, FloorGiven, FloorReturned, ItemStarted, OffRecord, OnRecord
from tests.meeting_server.room.given import HOP, LAN, Table, opened

SECOND = 48_000


def heard(table: Table, track: str, since: int, ms: int = 1_000, text: str = "xin chào") -> Heard:
    """Said from ``since`` ms after now."""
    start = (table.at + since - table.room.tracks[track].at) * 48
    return Heard(track, start, start + ms * 48, text)


def test_a_remote_voice_is_its_members_and_the_halls_belongs_to_who_had_the_floor() -> None:
    table = opened().happened(FloorGiven(LAN), later=5_000)
    table.at += 20_000
    assert spoke(table.room, heard(table, "t-hop", 0)).speaker == HOP
    assert spoke(table.room, heard(table, "t-hop", 0)).channel == "remote"
    assert spoke(table.room, heard(table, "t-hall", 0)).speaker == LAN
    table.happened(FloorReturned(LAN))
    assert spoke(table.room, heard(table, "t-hall", 500)).speaker == ""
    assert spoke(table.room, heard(table, "t-hall", -5_000)).speaker == LAN
    table.happened(FloorGiven(HOP, "remote"))
    assert spoke(table.room, heard(table, "t-hall", 500)).speaker == ""


def test_a_mark_made_shortly_after_the_first_words_still_names_the_speaker() -> None:
    table = opened()
    started = heard(table, "t-hall", 0, 8_000)
    table.happened(FloorGiven(LAN), later=2_000)
    assert spoke(table.room, started).speaker == LAN


def test_late_words_belong_to_the_item_that_was_on_when_they_were_said() -> None:
    table = opened().happened(ItemStarted("review"), later=10_000)
    early = heard(table, "t-hop", 2_000)
    table.happened(ItemStarted("plan"), later=60_000)
    assert spoke(table.room, early).item == "review"


def test_what_nobody_could_read_is_written_down_as_such_and_silence_is_not() -> None:
    table = opened()
    quiet = heard(table, "t-hop", 0, text="")
    assert verdict(table.room, quiet) == "silence"
    assert spoke(table.room, replace(quiet, inaudible=True)).text == "[không nghe rõ, 1 giây]"


def test_a_survey_that_cuts_elsewhere_loses_nothing_and_a_redelivery_comes_once() -> None:
    room = opened().room
    room = replace(room, heard=with_span(room.heard, "t-hop", 0, 10 * SECOND))
    assert verdict(room, Heard("t-hop", 9 * SECOND, 15 * SECOND, "còn lại")) == "take"
    assert verdict(room, Heard("t-hop", 2 * SECOND, 12 * SECOND, "lần nữa")) == "known"
    assert verdict(room, Heard("t-hop", 10 * SECOND, 10 * SECOND, "")) == "silence"


def test_an_unknown_track_must_be_sent_again_later() -> None:
    assert verdict(opened().room, Heard("t-new", 0, SECOND, "x")) == "later"


@pytest.mark.parametrize(
    ("since", "kept"), [(-3_000, True), (-1_200, True), (-400, False), (10, False), (5_000, False)]
)
def test_words_of_a_pause_are_dropped_also_while_it_lasts(since: int, kept: bool) -> None:
    table = opened()
    table.at += 30_000
    table.happened(OffRecord("pause"))
    said = heard(table, "t-hop", since)
    assert (verdict(table.room, said) == "take") is kept
    table.happened(OnRecord(), later=60_000)
    assert (verdict(table.room, said) == "take") is kept
    assert verdict(table.room, heard(table, "t-hop", 100)) == "take"


def test_words_of_an_erased_span_do_not_come_back() -> None:
    table = opened()
    table.at += 600_000
    said = heard(table, "t-hop", -30_000)
    table.happened(Erased(table.at - 60_000, table.at))
    assert verdict(table.room, said) == "dropped"


def test_without_a_decision_to_transcribe_or_after_approval_nothing_is_taken() -> None:
    table = opened(transcribe=False)
    assert verdict(table.room, heard(table, "t-hop", 0)) == "dropped"
    table = opened().happened(Closed())
    assert verdict(table.room, heard(table, "t-hop", -2_000)) == "take"
    table.happened(Approved(1))
    assert verdict(table.room, heard(table, "t-hop", -2_000)) == "dropped"


@given(some.lists(some.tuples(some.integers(0, 60), some.integers(1, 9)), max_size=30))
def test_of_what_is_accepted_at_least_half_was_never_accepted_before(spans: list[tuple[int, int]]) -> None:
    room, taken = opened().room, 0
    for start, length in spans:
        one = Heard("t-hop", start * SECOND, (start + length) * SECOND, "x")
        if verdict(room, one) == "take":
            room = replace(room, heard=with_span(room.heard, "t-hop", one.start, one.end))
            taken += length * SECOND
        assert verdict(room, one) == "known"
    covered = sum(end - start for start, end in room.heard.get("t-hop", ()))
    assert covered <= taken <= 2 * covered
