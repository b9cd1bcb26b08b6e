"""Packets put together for weak lines: the decoder hears the same, losses stay visible, nothing waits for long."""

from __future__ import annotations

import itertools
from pathlib import Path

import av
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from meeting_server.media.bundle import CALM, FEW, FRAME, LOSSY, MOST, SILENCE, WAIT_MS, Bundled, Bundler, joined
from meeting_server.media.clock import Clock
from meeting_server.media.fanout import Fanout
from meeting_server.media.ogg import duration
from meeting_server.media.participant import Participant
from meeting_server.media.peer import Peer, new_certificate
from meeting_server.media.rtp import read_header
from meeting_server.media.settings import NodeSettings
from meeting_server.media.slots import SlotWriter
from meeting_server.media.sound import decoder, samples
from tests.meeting_server.media.clients import RATE, speech_like, until
from tests.meeting_server.media.test_sound import encoded
from transcription.opus import SOUND_RATE, Encoder


def put(bundler: Bundler, payloads: list[bytes], *, source: str = "a", first: int = 65_530) -> list[Bundled]:
    found: list[Bundled] = []
    for number, payload in enumerate(payloads):
        sequence, timestamp = (first + number) & 0xFFFF, (2**32 - 5000 + number * FRAME) & 0xFFFFFFFF
        found += bundler.add(source, payload, sequence, timestamp, 30, number == 0, number * 20)
    return found


def heard(payloads: list[bytes]) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    opus: av.AudioCodecContext = decoder()
    return np.concatenate([samples(opus, payload, duration(payload)) for payload in payloads])


def test_the_decoder_hears_the_same_samples() -> None:
    packets = [packet.payload for packet in encoded(speech_like(3))][:150]
    bundler = Bundler()
    bundles = [*put(bundler, packets), *bundler.expire(len(packets) * 20 + WAIT_MS)]
    assert len(bundles) <= 60, "the encoder changes its mode now and then"
    assert max(bundle.length for bundle in bundles) == MOST * FRAME
    assert np.array_equal(heard(packets), heard([bundle.payload for bundle in bundles]))
    size = sum(len(bundle.payload) for bundle in bundles) - sum(map(len, packets))
    assert size <= 2 * len(bundles), "hardly a byte more"
    assert len(heard(packets)) == 3 * RATE


@given(st.lists(st.binary(min_size=0, max_size=600), min_size=2, max_size=3))
def test_any_frames_come_apart_as_they_were(frames: list[bytes]) -> None:
    payload = joined(0x78, frames)
    assert duration(payload) == len(frames) * FRAME
    assert payload[0] & 3 == 3
    assert payload[1] == 0x80 | len(frames)
    at, sizes = 2, []
    for _ in frames[:-1]:
        size, at = payload[at], at + 1
        if size >= 252:
            size, at = size + 4 * payload[at], at + 1
        sizes.append(size)
    parts = []
    for size in [*sizes, len(payload) - at - sum(sizes)]:
        parts.append(payload[at : at + size])
        at += size
    assert parts == frames


packets = st.lists(
    st.tuples(
        st.sampled_from("ab"), st.integers(0, 3), st.sampled_from([0x78, 0x79, 0x08, 0x18]), st.integers(0, 3),
        st.sampled_from([0, 1, 5, 5, 5]),
    ),
    max_size=80,
)  # fmt: skip


@settings(deadline=None)
@given(packets)
def test_every_frame_goes_once_in_its_order_and_gaps_stay_gaps(told: list[tuple[str, int, int, int, int]]) -> None:
    bundler, out, now = Bundler(), list[Bundled](), 0
    sequence, timestamp = {"a": 10, "b": 900}, {"a": 0, "b": 77}
    given_frames = {"a": 0, "b": 0}
    for source, lost, toc, pause, size in told:
        sequence[source] += lost
        timestamp[source] += (lost + pause) * FRAME
        now += 20
        payload = bytes([toc]) + (b"\x01" + bytes(4) if toc & 3 else bytes(size))
        out += bundler.add(source, payload, sequence[source] & 0xFFFF, timestamp[source], 30, False, now)
        if len(payload) <= SILENCE:
            assert out[-1].payload == payload
            assert out[-1].timestamp == timestamp[source]
        given_frames[source] += duration(payload)
        sequence[source] += 1
        timestamp[source] += duration(payload)
        assert len(bundler._frames) < MOST
    out += bundler.expire(now + WAIT_MS)
    for source in "ab":
        own = [bundle for bundle in out if bundle.source == source]
        assert sum(bundle.length for bundle in own) == given_frames[source]
        for one, other in itertools.pairwise(own):
            assert other.timestamp >= one.timestamp + one.length
    numbers = [bundle.sequence for bundle in out]
    assert all(0 < (b - a) & 0xFFFF < 0x8000 for a, b in itertools.pairwise(numbers))


def test_what_waits_goes_when_the_source_falls_silent() -> None:
    bundler = Bundler()
    assert put(bundler, [b"\x78abc"]) == []
    assert list(bundler.expire(WAIT_MS - 1)) == []
    (bundle,) = bundler.expire(WAIT_MS)
    assert (bundle.payload, bundle.length, bundle.marker) == (b"\x78abc", FRAME, True)
    assert list(bundler.expire(10_000)) == []


def test_a_lost_packet_ends_the_bundle_and_a_late_one_is_left_out() -> None:
    bundler = Bundler()
    found = [
        *bundler.add("a", b"\x78aaaa", 1, 0, 30, False, 0),
        *bundler.add("a", b"\x78cccc", 3, 2 * FRAME, 30, False, 40),
    ]
    assert [bundle.payload for bundle in found] == [b"\x78aaaa"]
    assert list(bundler.add("a", b"\x78bbbb", 2, FRAME, 30, False, 45)) == []
    (rest,) = bundler.expire(200)
    assert (rest.payload, rest.sequence - found[0].sequence) == (b"\x78cccc", 2)


def test_a_pause_is_told_at_once_and_by_itself() -> None:
    """A browser takes a packet of two bytes at most for the beginning of a pause; in a bundle it would not be seen."""
    bundler = Bundler()
    found = put(bundler, [b"\x78a" * 9, b"\x78b" * 9, b"\x78", b"\x78c" * 9])
    assert [(len(bundle.payload) <= SILENCE, bundle.length) for bundle in found] == [(False, 2 * FRAME), (True, FRAME)]
    assert found[1].sequence - found[0].sequence == 1
    assert (found[1].timestamp - found[0].timestamp) & 0xFFFFFFFF == 2 * FRAME


def test_a_real_encoders_pauses_are_told_each_by_itself() -> None:
    encoder, tone = Encoder(dtx=True), speech_like(1)[::3].astype(np.float32) / 32_768
    sound = np.concatenate([tone, np.zeros(SOUND_RATE, np.float32), tone, np.zeros(SOUND_RATE, np.float32)])
    given_packets = [encoder.frame(sound[at : at + 320]) for at in range(0, len(sound) - 319, 320)]
    pauses = sum(len(packet) <= SILENCE for packet in given_packets)
    bundles = put(Bundler(), given_packets)
    assert pauses > 10, "the encoder falls silent"
    assert sum(len(bundle.payload) <= SILENCE for bundle in bundles) == pauses
    assert len(bundles) - pauses <= (len(given_packets) - pauses) * 0.6


def test_where_much_is_lost_two_go_together_until_the_line_is_good_again() -> None:
    bundler = Bundler()
    bundler.suit(LOSSY)
    assert [bundle.length for bundle in put(bundler, [b"\x78abc"] * 6)] == [FEW * FRAME] * 3
    bundler.suit(LOSSY - 1)
    assert [bundle.length for bundle in put(bundler, [b"\x78abc"] * 4, first=4)] == [FEW * FRAME] * 2
    bundler.suit(CALM)
    assert [bundle.length for bundle in put(bundler, [b"\x78abc"] * 6, first=8)] == [MOST * FRAME] * 2


spurts = st.lists(st.tuples(st.integers(1, 12), st.integers(2, 40)), min_size=1, max_size=12)


@settings(deadline=None)
@given(spurts)
def test_a_listener_gets_spurts_and_pauses_at_their_time(told: list[tuple[int, int]]) -> None:
    """Through bundler and slot: sequence without a hole, each frame at the source's time, none later than WAIT_MS."""
    bundler, slot = Bundler(), SlotWriter(77, 109, "1", 5, 3, 65_530, 2**32 - 5000)
    written: list[tuple[int, int, bool, int]] = []
    base, begins = None, []
    number = time = 0
    for count, pause in told:
        begins.append(time)
        for frame in range(count + 1):
            now, payload = time // 48 + 20, b"\x78" if frame == count else b"\x78abcdef"
            for bundle in bundler.add("a", payload, number, time, 30, frame == 0, now):
                assert now - (bundle.timestamp // 48 + 20) <= WAIT_MS
                head = slot.header(
                    "a", bundle.sequence, bundle.timestamp, 30, bundle.marker, now, bundle.length
                )  # fmt: skip
                assert head is not None
                _, sequence, at, _, _, marker, _ = read_header(head, 3) or (0,) * 7
                base = at - bundle.timestamp if base is None else base
                written.append((sequence, (at - base) & 0xFFFFFFFF, bool(marker), bundle.length))
            number, time = number + 1, time + FRAME
        assert bundler.due is None, "nothing waits through a pause"
        time += pause * FRAME
    for (one, at, _, length), (other, then, marker, _) in itertools.pairwise(written):
        assert (other - one) & 0xFFFF == 1
        assert then == at + length or then in begins
        assert marker == (then in begins)
    assert sum(length for *_, length in written) == sum(count + 1 for count, _ in told) * FRAME


async def test_what_waits_goes_by_the_rooms_timer_when_nothing_more_comes() -> None:
    listener = Participant(
        "b", "remote",
        Peer(
            NodeSettings(Path("/nowhere"), Path("/nowhere")), new_certificate(), on_rtp=print, on_rtcp=print,
            on_connected=print, on_ended=print,
        ),
        None, (SlotWriter(77, 109, "1", 5, 3, 0, 0),), 76, Clock(), bundlers=(Bundler(),),
    )  # fmt: skip
    fanout = Fanout()
    fanout.lay([listener], ["a"], lambda one: one.session)
    for number in range(4):
        fanout.bundle("a", "a", b"\x78abc", number, number * FRAME, 30, number == 0, Clock.steady())
    (writer,) = listener.writers
    assert writer.packets == 1
    assert 0 < await until(lambda: writer.packets == 2, 1) <= WAIT_MS / 1000 + 0.03
    fanout.bundle("a", "a", b"\x78abc", 4, 4 * FRAME, 30, False, Clock.steady())
    await until(lambda: writer.packets == 3, 1)
