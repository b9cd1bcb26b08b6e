"""Slots: who is heard, and that what a listener gets looks like one well-behaved sender."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from meeting_server.media.rtp import read_header
from meeting_server.media.slots import (
    CHALLENGE_MS,
    FLOOR,
    FRAME,
    HALL,
    MOST_AHEAD,
    QUIET_MS,
    SLOTS,
    VOICE_MS,
    Selection,
    SlotWriter,
    assign,
)

NAMES = "abcdefg"


def speak(selection: Selection, source: str, level: int, begin: int, until: int) -> None:
    for now in range(begin, until, 20):
        selection.voiced(source, level, now)


def test_a_free_place_is_taken_by_the_first_voiced_packet() -> None:
    selection = Selection()
    assert selection.voiced("a", 30, 1000)
    assert selection.active == ("a",)
    assert not selection.voiced("a", 30, 1020)


def test_a_voice_is_let_go_after_its_window() -> None:
    selection = Selection()
    selection.voiced("a", 30, 1000)
    assert not selection.expire(1000 + VOICE_MS)
    assert selection.expire(1001 + VOICE_MS)
    assert selection.active == ()


def test_a_full_room_gives_way_to_the_louder_only_after_a_while() -> None:
    selection = Selection()
    for now in range(0, 1000, 20):
        for source in "abc":
            selection.voiced(source, 30, now)
    selection.voiced("d", 20, 1000)
    assert selection.active[:SLOTS] == ("a", "b", "c")
    for now in range(1000, 1000 + CHALLENGE_MS + 200, 20):
        for source in "abc":
            selection.voiced(source, 30, now)
        selection.voiced("d", 20, now)
    assert "d" in selection.active[:SLOTS]


def test_a_voice_hardly_louder_never_takes_a_place() -> None:
    selection = Selection()
    for now in range(0, 5000, 20):
        for source, level in zip("abcd", (30, 30, 30, 27), strict=True):
            selection.voiced(source, level, now)
    assert set(selection.active[:SLOTS]) == {"a", "b", "c"}


def test_who_takes_a_silent_holders_place_is_heard_from_the_first_packet() -> None:
    selection = Selection()
    for source in "abcd":
        speak(selection, source, 30, 0, 1000)
    speak(selection, "a", 30, 1000, 1600)
    assert selection.voiced("e", 30, 1600)
    assert "e" in selection.active[:SLOTS]


def test_the_floor_takes_a_place_by_its_first_packet() -> None:
    selection = Selection()
    for source in "abc":
        selection.voiced(source, 10, 0)
    selection.rank("d", FLOOR)
    assert selection.voiced("d", 60, 20)
    assert selection.active[0] == "d"


def test_a_silent_holder_gives_way_at_once() -> None:
    selection = Selection()
    selection.voiced("a", 30, 0)
    speak(selection, "b", 30, 0, 1000)
    speak(selection, "c", 30, 0, 1000)
    selection.voiced("d", 30, 990)
    selection.voiced("d", 50, 1000)
    assert set(selection.active[:SLOTS]) == {"b", "c", "d"}


def test_the_floor_comes_first_then_the_hall() -> None:
    selection = Selection()
    for source in "abc":
        selection.voiced(source, 10, 0)
    selection.rank("hall", HALL)
    selection.voiced("hall", 60, 10)
    assert selection.active[0] == "hall"
    selection.rank("c", FLOOR)
    assert selection.active[:2] == ("c", "hall")


def test_who_speaks_hears_the_other_three() -> None:
    selection = Selection()
    for source in "abcd":
        selection.voiced(source, 30, 0)
    for own in "abcd":
        assert set(assign((None,) * 3, (s for s in selection.active if s != own))) == set("abcd") - {own}


events = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 127), st.integers(0, 300)), max_size=200)


@given(events)
def test_active_speakers_are_few_and_each_only_once(said: list[tuple[str, int, int]]) -> None:
    selection, now = Selection(), 0
    for source, level, pause in said:
        now += pause
        before = selection.active
        changed = selection.voiced(source, level, now)
        assert changed == (before != selection.active)
        selection.expire(now)
        assert len(selection.active) <= SLOTS + 1
        assert len(set(selection.active)) == len(selection.active)
        if len(selection._voices) <= SLOTS + 1:
            assert source in selection.active


@given(
    st.lists(st.one_of(st.none(), st.sampled_from(NAMES)), min_size=1, max_size=3, unique_by=lambda s: s or object()),
    st.lists(st.sampled_from(NAMES), max_size=6, unique=True),
)
def test_slots_keep_who_stays_and_take_the_best(held: list[str | None], wanted: list[str]) -> None:
    slots = assign(held, wanted)
    assert {s for s in slots if s} == set(wanted[: len(held)])
    assert all(new == old for old, new in zip(held, slots, strict=True) if old in wanted[: len(held)])


@given(events)
def test_who_may_have_a_place_has_it_by_the_packet_that_tells_it(said: list[tuple[str, int, int]]) -> None:
    """After each packet its source is heard, or there is nobody among the heard whom it may push out now."""
    selection, now = Selection(), 0
    for source, level, pause in said:
        now += pause
        selection.voiced(source, level, now)
        heard = selection.active[:SLOTS]
        if source not in heard:
            assert len(heard) == SLOTS
            assert all(now - selection._voices[other].last <= QUIET_MS for other in heard)


def writer(level_id: int = 3, mid_id: int = 5) -> SlotWriter:
    return SlotWriter(77, 109, "1", mid_id, level_id, 65_530, 2**32 - 5000)


runs = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.integers(0, 65_535),
        st.integers(0, 2**32 - 1),
        st.integers(1, 20),
        st.integers(0, 5000),
    ),
    min_size=1,
    max_size=12,
)


@given(runs)
def test_sequence_goes_on_and_time_never_back_across_speakers(spurts: list[tuple[str, int, int, int, int]]) -> None:
    slot, now, last = writer(), 0, None
    for source, sequence, timestamp, count, pause in spurts:
        slot.release()
        now += pause
        for number in range(count):
            now += 20
            packet = slot.header(
                source, (sequence + number) & 0xFFFF, (timestamp + number * 960) & 0xFFFFFFFF, 30, False, now
            )
            assert packet is not None
            read = read_header(packet, 3)
            assert read is not None
            kind, written, time, ssrc, level, marker, _ = read
            assert (kind, ssrc, level, marker) == (109, 77, 30, number == 0)
            if last is not None:
                assert (written - last[0]) & 0xFFFF == 1
                assert 0 < (time - last[1]) & 0xFFFFFFFF < 2**31
            last = written, time


def test_time_advances_by_the_servers_clock_between_runs() -> None:
    slot = writer()
    first = read_header(slot.header("a", 5, 1000, 30, False, 0) or b"", 0)
    slot.release()
    second = read_header(slot.header("b", 900, 77, 30, False, 10_000) or b"", 0)
    assert first is not None
    assert second is not None
    assert (second[2] - first[2]) & 0xFFFFFFFF == 10_000 * 48


steals = st.lists(st.tuples(st.integers(0, 40), st.integers(3, 15), st.sampled_from([480, 960, 2880])), max_size=80)


@settings(deadline=None)
@given(steals)
def test_however_often_a_slot_is_stolen_its_time_keeps_to_the_clock(turns: list[tuple[int, int, int]]) -> None:
    """Speakers who talk at once take the slot from each other: it is never ahead by more than MOST_AHEAD, and a pause
    in which the source says nothing makes up for it."""
    slot, now, base = writer(), 0.0, None
    sent = skipped = 0
    for turn, (shift, count, length) in enumerate(turns):
        slot.release()
        now += shift
        for number in range(count):
            now += length / 48
            head = slot.header(f"s{turn}", number, number * length, 30, False, round(now), length)
            sent, skipped = sent + 1, skipped + (head is None)
            if head is None:
                continue
            time = read_header(head, 0)[2]  # type: ignore[index]  # just written
            base = base if base is not None else time - round((now - length / 48) * 48)
            ahead = (time - base - round((now - length / 48) * 48) + 2**31) % 2**32 - 2**31
            assert -100 <= ahead <= MOST_AHEAD + 100  # a clock of whole milliseconds
    assert skipped <= len(turns) * 3
    if turns:
        last = turns[-1]
        now += 420
        head = slot.header(f"s{len(turns) - 1}", last[1], last[1] * last[2] + 400 * 48, 30, False, round(now), FRAME)
        assert head is not None
        time = read_header(head, 0)[2]  # type: ignore[index]  # just written
        assert base is not None
        assert abs((time - base - round(now * 48 - FRAME) + 2**31) % 2**32 - 2**31) <= 200


def test_a_lost_packet_is_no_pause() -> None:
    slot = writer()
    slot.header("a", 1, 0, 30, False, 20)
    slot.release()
    begun = read_header(slot.header("b", 1, 0, 30, False, 25) or b"", 0)
    after = read_header(slot.header("b", 3, 2 * FRAME, 30, False, 65) or b"", 0)
    assert begun is not None
    assert after is not None
    assert (after[2] - begun[2]) & 0xFFFFFFFF == 2 * FRAME


def test_losses_of_the_source_stay_visible_and_older_packets_of_a_run_are_dropped() -> None:
    slot = writer()
    first = read_header(slot.header("a", 5, 1000, 30, False, 0) or b"", 0)
    later = read_header(slot.header("a", 8, 1000 + 3 * 960, 30, False, 60) or b"", 0)
    assert first is not None
    assert later is not None
    assert (later[1] - first[1]) & 0xFFFF == 3
    assert slot.header("a", 4, 40, 30, False, 70) is None
    assert slot.header("a", 6, 1960, 30, False, 70) is not None  # late, but of this run


def test_only_the_listeners_extensions_are_written() -> None:
    plain = writer(0, 0).header("a", 1, 1, 30, False, 0)
    assert plain is not None
    assert len(plain) == 12
    assert not plain[0] & 0x10


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_a_leap_of_the_sources_clock_is_a_new_run(one: int, other: int) -> None:
    slot = writer()
    first = read_header(slot.header("a", 1, one, 30, False, 0) or b"", 0)
    second = read_header(slot.header("a", 2, other, 30, False, 20) or b"", 0)
    assert first is not None
    assert second is not None
    assert (
        0 < (second[2] - first[2]) & 0xFFFFFFFF < 3 * 48_000
        or (other - one) % 2**32 == 0
        or (-2 * 48_000 < ((other - one + 2**31) % 2**32) - 2**31 < 2 * 48_000 + 960)
    )
    assert (second[1] - first[1]) & 0xFFFF == 1
