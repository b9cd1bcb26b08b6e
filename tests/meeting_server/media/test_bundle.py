"""Packets put together for weak lines: the decoder hears the same, losses stay visible, nothing waits for long."""

from __future__ import annotations

import itertools

import av
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from meeting_server.media.bundle import FRAME, MOST, WAIT_MS, Bundled, Bundler, joined
from meeting_server.media.ogg import duration
from meeting_server.media.sound import decoder, samples
from tests.meeting_server.media.clients import RATE, speech_like
from tests.meeting_server.media.test_sound import encoded


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
    st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.sampled_from([0x78, 0x79, 0x08, 0x18]), st.integers(0, 3)),
    max_size=80,
)


@settings(deadline=None)
@given(packets)
def test_every_frame_goes_once_in_its_order_and_gaps_stay_gaps(told: list[tuple[str, int, int, int]]) -> None:
    bundler, out, now = Bundler(), list[Bundled](), 0
    sequence, timestamp = {"a": 10, "b": 900}, {"a": 0, "b": 77}
    given_frames = {"a": 0, "b": 0}
    for source, lost, toc, pause in told:
        sequence[source] += lost
        timestamp[source] += (lost + pause) * FRAME
        now += 20
        payload = bytes([toc]) + (b"\x01" + bytes(4) if toc & 3 else bytes(5))
        out += bundler.add(source, payload, sequence[source] & 0xFFFF, timestamp[source], 30, False, now)
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
    found = [*bundler.add("a", b"\x78a", 1, 0, 30, False, 0), *bundler.add("a", b"\x78c", 3, 2 * FRAME, 30, False, 40)]
    assert [bundle.payload for bundle in found] == [b"\x78a"]
    assert list(bundler.add("a", b"\x78b", 2, FRAME, 30, False, 45)) == []
    (rest,) = bundler.expire(200)
    assert (rest.payload, rest.sequence - found[0].sequence) == (b"\x78c", 2)
