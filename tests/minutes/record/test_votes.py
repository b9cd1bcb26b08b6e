from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.record import votes
from minutes.record.events import HALL, Event, MotionClosed, MotionPut, VoteCast, Voter
from tests.minutes.record.logbook import log

BASE = (Voter("a", "hall"), Voter("b", "hall"), Voter("c", "hall"), Voter("r", "remote"), Voter("s", "remote"))


def put(**more: Any) -> MotionPut:
    return MotionPut("v1", "i1", "Mức đóng góp", "hands", BASE, **more)


def motion(*events: Event) -> votes.Motion:
    return votes.fold(log([put(), *events])).motions[0]


def test_hall_and_own_votes_add_up() -> None:
    value = motion(VoteCast("v1", HALL, "for", 2), VoteCast("v1", HALL, "against", 1), VoteCast("v1", "r", "for"))
    assert (value.counted.in_favour, value.counted.against, value.missing) == (3, 1, 1)
    assert value.carried


def test_a_later_hall_count_replaces_the_earlier() -> None:
    value = motion(VoteCast("v1", HALL, "for", 3), VoteCast("v1", HALL, "for", 2))
    assert value.hall_counted.in_favour == 2


def test_a_hall_count_over_its_base_counts_for_nothing_and_says_by_how_many() -> None:
    value = motion(VoteCast("v1", HALL, "for", 3), VoteCast("v1", HALL, "against", 1))
    assert (value.excess, value.counted.total, value.missing) == (1, 0, 5)


def test_who_was_counted_in_the_hall_has_no_own_vote() -> None:
    assert motion(VoteCast("v1", "a", "for")).counted.total == 0


def test_nothing_changes_after_closing() -> None:
    value = motion(VoteCast("v1", "r", "for"), MotionClosed("v1", 1, 0, 0, False), VoteCast("v1", "s", "for"))
    assert value.counted.in_favour == 1


def test_two_thirds_of_all_official_members_is_rounded_up() -> None:
    value = votes.fold(log([put(threshold="two_thirds_official", official=25)])).motions[0]
    assert value.needed == 17


choices: Any = st.sampled_from(["for", "against", "other"])
casts: Any = st.one_of(
    st.builds(VoteCast, st.just("v1"), st.sampled_from([HALL, "a", "r", "s", "x"]), choices, st.integers(-3, 9)),
    st.builds(MotionClosed, st.just("v1"), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.booleans()),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(casts, max_size=20), st.integers(0, 20))
def test_no_vote_counts_more_than_its_base(happened: list[Event], cut: int) -> None:
    entries = log([put(), *happened])
    value = votes.fold(entries).motions[0]
    assert 0 <= value.counted.total <= value.base
    assert value.hall_counted.total <= value.base_of("hall")
    assert value.remote_counted.total <= value.base_of("remote")
    assert value.missing == value.base - value.counted.total
    assert votes.fold(entries[cut:], votes.fold(entries[:cut])) == votes.fold(entries)
