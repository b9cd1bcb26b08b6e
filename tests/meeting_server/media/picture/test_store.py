"""What is kept is bounded in time, number and bytes; what is missing is asked for a few times and then given up."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from meeting_server.media.picture.payload import NOTHING
from meeting_server.media.picture.store import (
    AGAIN_MS,
    FIRST_MS,
    GONE_MS,
    KEPT_BYTES,
    KEPT_MS,
    KEPT_PACKETS,
    MISSING,
    TRIES,
    Kept,
    Missing,
)
from meeting_server.media.picture.writer import Shown


def shown(sequence: int, size: int = 1000) -> Shown:
    return Shown(1, "VP8", sequence & 0xFFFF, 0, False, bytes(size), NOTHING)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 65_535), st.integers(0, 100), st.integers(0, 1400)), max_size=1500))
def test_what_is_kept_is_bounded_whatever_comes(packets: list[tuple[int, int, int]]) -> None:
    kept, now = Kept(), 0
    for sequence, passed, size in packets:
        now += passed
        kept.put(shown(sequence, size), now)
        assert len(kept) <= KEPT_PACKETS
        assert 0 <= kept.bytes <= KEPT_BYTES
        assert kept.get(sequence, now) is not None


def test_old_packets_go() -> None:
    kept = Kept()
    kept.put(shown(1), 0)
    kept.put(shown(2), KEPT_MS + 1)
    assert kept.get(1, KEPT_MS + 1) is None
    assert kept.get(2, KEPT_MS + 1) is not None
    assert kept.get(2, 3 * KEPT_MS) is None


def test_a_missing_packet_is_asked_for_until_it_comes() -> None:
    missing = Missing()
    missing.came(65_534, 0)
    missing.came(1, 0)  # 65535 and 0 did not come
    assert missing.due(0) == ()
    assert missing.due(FIRST_MS) == (65_535, 0)
    assert missing.due(FIRST_MS + 1) == ()
    missing.came(65_535, 20)
    assert missing.due(FIRST_MS + AGAIN_MS) == (0,)
    missing.came(0, 90)
    assert len(missing) == 0
    assert not missing.lost(10_000)


def test_what_does_not_come_is_given_up_and_told_once() -> None:
    missing = Missing()
    missing.came(1, 0)
    missing.came(3, 0)
    asked = sum(bool(missing.due(now)) for now in range(0, GONE_MS, 5))
    assert asked == TRIES
    assert missing.lost(GONE_MS)
    assert not missing.lost(GONE_MS)
    assert missing.due(GONE_MS + AGAIN_MS) == ()


def test_a_large_hole_is_not_asked_for_packet_by_packet() -> None:
    missing = Missing()
    missing.came(1, 0)
    missing.came(5000, 0)
    assert missing.lost(1)
    assert len(missing) == 0


@settings(deadline=None)
@given(st.lists(st.integers(0, 65_535), max_size=300))
def test_the_missing_are_bounded_whatever_comes(sequences: list[int]) -> None:
    missing = Missing()
    for now, sequence in enumerate(sequences):
        missing.came(sequence, now)
        missing.lost(now)
        assert len(missing) <= MISSING
