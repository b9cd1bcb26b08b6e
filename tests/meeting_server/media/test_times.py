"""Stretches of time: what is added and taken away is what is there."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from meeting_server.media.gates import Gates
from meeting_server.media.times import Times

STRETCH = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted)


@given(st.lists(st.tuples(st.booleans(), STRETCH), max_size=30), STRETCH)
def test_stretches_are_the_set_of_their_moments(steps: list[tuple[bool, list[int]]], asked: list[int]) -> None:
    times, moments = Times(), set[int]()
    for more, (since, until) in steps:
        (times.add if more else times.remove)(since, until)
        moments = moments | set(range(since, until)) if more else moments - set(range(since, until))
    assert {moment for since, until in times for moment in range(since, until)} == moments
    assert [times.has(moment) for moment in range(61)] == [moment in moments for moment in range(61)]
    span = set(range(*asked))
    assert times.meets(*asked) == bool(span & moments)
    if span:
        assert times.has(*asked) == (span <= moments)


def test_what_is_near_is_one() -> None:
    times = Times(600)
    for at in (0, 20, 400, 2_000):
        times.add(at, at + 20)
    assert list(times) == [(0, 420), (2_000, 2_020)]


def test_gates_are_known_after_a_crash_and_erased_time_is_shut(tmp_path: Path) -> None:
    gates = Gates(tmp_path / "gate")
    gates.opened(1_000)
    gates.opened(1_500)
    gates.shut(2_000)
    gates.opened(3_000)
    gates.purged(3_500, 3_600)
    gates.save()
    again = Gates(tmp_path / "gate")
    again.load()
    for known in (gates, again):
        assert known.was_open(1_000, 2_000)
        assert known.was_open(4_000, 5_000)  # not told that it was shut
        assert not any(known.was_open(*span) for span in ((900, 1_100), (1_900, 2_100), (2_500, 2_600), (3_550, 3_560)))
    again.shut(6_000)
    assert not again.was_open(5_900, 6_100)


def test_a_gate_that_nobody_knows_of_was_shut(tmp_path: Path) -> None:
    gates = Gates(tmp_path / "gate")
    gates.load()
    assert not gates.was_open(0, 1)
    (tmp_path / "gate").write_bytes(b"open 100\nshut \xff\n")
    gates.load()
    assert not gates.was_open(200, 300)
