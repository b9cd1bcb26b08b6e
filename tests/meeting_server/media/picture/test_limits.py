"""Key frames are asked for, but seldom; bytes are let in, but not too many; weak lines rest, longer each time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from meeting_server.media.picture.limits import (
    FIRST_REST_MS,
    FORGET_MS,
    KEY_EVERY_MS,
    LONGEST_REST_MS,
    Allowance,
    Estimate,
    KeyWish,
    Patience,
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.booleans(), st.booleans()), max_size=200))
def test_key_frames_are_asked_for_at_most_once_in_their_time(steps: list[tuple[int, bool, bool]]) -> None:
    wish, now, asked = KeyWish(), 0, list[int]()
    for passed, wanted, came in steps:
        now += passed
        if wanted:
            wish.wish(now)
        if came:
            wish.came()
        if wish.due(now):
            asked.append(now)
    assert all(after - before >= KEY_EVERY_MS for before, after in pairwise(asked))


def test_a_wish_is_kept_until_a_key_frame_came() -> None:
    wish = KeyWish()
    assert not wish.due(0)
    wish.wish(0)
    assert wish.due(0)
    assert not wish.due(KEY_EVERY_MS - 1)
    assert wish.due(KEY_EVERY_MS)
    wish.came()
    assert not wish.due(9 * KEY_EVERY_MS)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5000)), max_size=300))
def test_never_more_is_let_in_than_the_rate_and_one_burst(steps: list[tuple[int, int]]) -> None:
    allowance, now, let_in = Allowance(10_000, 20_000), 0, 0
    for passed, size in steps:
        now += passed
        if allowance.take(size, now):
            let_in += size
    assert let_in <= 20_000 + 10 * now + 1


def test_a_weak_line_rests_and_longer_when_it_was_weak_again() -> None:
    patience, now, rests = Patience(), 0, list[int]()
    for _ in range(6):
        assert patience.judge(True, now)
        assert patience.resting
        begun = now
        while not patience.judge(False, now):
            now += 1000
        rests.append(now - begun)
        now += 5000
    assert rests == sorted(rests)
    assert rests[0] >= FIRST_REST_MS
    assert rests[-1] <= LONGEST_REST_MS + 1000
    now += FORGET_MS + 1000
    patience.judge(False, now)
    patience.judge(True, now)
    begun = now
    while not patience.judge(False, now):
        now += 1000
    assert now - begun == FIRST_REST_MS


def test_a_line_that_stays_weak_rests_on() -> None:
    patience = Patience()
    patience.judge(True, 0)
    for now in range(1000, 60_000, 1000):
        assert not patience.judge(True, now)
    assert patience.resting


def test_a_line_is_tight_when_its_browser_says_less_than_is_sent_for_some_seconds() -> None:
    estimate, octets = Estimate(), 0
    for second in range(5):
        octets += 60_000
        estimate.told(200_000)
        assert estimate.judge(octets) == (second >= 2)
    octets += 60_000
    estimate.told(900_000)
    assert not estimate.judge(octets)
    assert not estimate.judge(octets)
