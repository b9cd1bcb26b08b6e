"""What browsers' recorders make becomes Opus packets at their places; what they do not make is refused."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting_server.media.container import NoAudio, packets_of
from meeting_server.media.ogg import duration
from tests.sound import Sound, recorded
from transcription.opus import decode
from transcription.wire import RATE, Packet


def tone(seconds: float) -> Sound:
    return (0.3 * np.sin(np.arange(round(seconds * RATE)) * 2 * np.pi * 440 / RATE)).astype(np.float32)


def loudness(packets: list[Packet], seconds: float) -> float:
    sound = decode(packets, 0, round(seconds * RATE))
    return float(np.sqrt(np.mean(sound[2_000:-2_000] ** 2)))


def test_opus_of_a_webm_file_comes_out_as_it_went_in() -> None:
    packets = packets_of(recorded(tone(3), RATE), "webm")
    assert packets[0].position == 0
    ends = [packet.position + duration(packet.payload) for packet in packets]
    assert [packet.position for packet in packets[1:]] == ends[:-1]
    assert abs(ends[-1] - 3 * RATE) <= RATE // 25
    assert 0.15 < loudness(packets, 3) < 0.3


def test_a_file_whose_end_is_missing_gives_what_is_whole() -> None:
    data = recorded(tone(6), RATE)
    packets = packets_of(data[: len(data) * 2 // 3], "webm")
    assert 3 * RATE < packets[-1].position < 5 * RATE


def test_aac_in_mp4_is_made_opus() -> None:
    packets = packets_of(recorded(tone(3), RATE, "mp4", "aac"), "mp4")
    assert abs(packets[-1].position + duration(packets[-1].payload) - 3 * RATE) <= RATE // 5
    assert 0.15 < loudness(packets, 3) < 0.3


def test_no_other_decoder_is_begun() -> None:
    with pytest.raises(NoAudio):
        packets_of(recorded(tone(1), RATE, "matroska", "pcm_s16le"), "webm")


@pytest.mark.parametrize("data", [b"", b"\x1aE\xdf\xa3", b"RIFF....WAVE" * 20, bytes(5_000)])
def test_anything_else_is_no_sound(data: bytes) -> None:
    with pytest.raises(NoAudio):
        packets_of(data, "webm")


WHOLE = recorded(tone(0.5), RATE)


@given(st.data())
def test_damage_raises_nothing_else(data: st.DataObject) -> None:
    broken = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    try:
        packets = packets_of(bytes(broken), "webm")
    except NoAudio:
        return
    assert all(a.position < b.position for a, b in itertools.pairwise(packets))
