"""Decoded sound is as long as RTP says, through DTX, loss and reordering."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sound import murmur
from transcription.opus import SOUND_RATE, Sound, Unrolled, decode, encode
from transcription.wire import RATE, Packet


def tone(seconds: float, pitch: float = 300.0) -> Sound:
    t = np.arange(round(seconds * SOUND_RATE)) / SOUND_RATE
    return (0.3 * np.sin(2 * np.pi * pitch * t) * (1 + 0.5 * np.sin(2 * np.pi * 4 * t))).astype(np.float32)


def test_a_clean_stream_comes_back_alike_and_of_equal_length() -> None:
    sound = tone(2)
    heard = decode(encode(sound), 0, 2 * RATE)
    assert len(heard) == len(sound)
    delay = max(range(200), key=lambda d: float(np.dot(heard[d : d + 20000], sound[:20000])))
    correlation = np.corrcoef(heard[delay : delay + 20000], sound[:20000])[0, 1]
    assert correlation > 0.95


def test_silence_that_dtx_left_out_keeps_its_length() -> None:
    sound = np.concatenate([tone(1), np.zeros(3 * SOUND_RATE, np.float32), tone(1)])
    packets = encode(sound, dtx=True)
    assert len(packets) < 5 * 50 - 80
    heard = decode(packets, 0, 5 * RATE)
    assert len(heard) == len(sound)
    assert float(np.abs(heard[int(4.2 * SOUND_RATE) :]).max()) > 0.2
    assert float(np.abs(heard[2 * SOUND_RATE : 3 * SOUND_RATE]).max()) < 0.05


@given(st.sets(st.integers(1, 98), max_size=40), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_loss_and_small_disorder_never_change_the_length(lost: set[int], random: object) -> None:
    packets = [p for i, p in enumerate(PACKETS) if i not in lost]
    for i in range(0, len(packets) - 1, 2):
        if random.random() < 0.3:  # type: ignore[attr-defined]
            packets[i], packets[i + 1] = packets[i + 1], packets[i]
    track = Unrolled(0)
    total = sum(len(track.push(p)) for p in packets) + len(track.flush())
    assert total == track.position // 3 == 2 * SOUND_RATE


def likeness_of_the_lost(loss: int) -> float:
    """How like itself a voiced packet sounds that was lost alone, in the middle of all such packets."""
    packets = encode(murmur(2.0), loss=loss)
    whole = decode(packets, 0, 2 * RATE)
    found = []
    for lost in range(20, 90):
        place = slice(lost * 320, (lost + 1) * 320)
        if np.abs(whole[place]).max() > 0.05:
            heard = decode([p for i, p in enumerate(packets) if i != lost], 0, 2 * RATE)
            found.append(float(np.corrcoef(heard[place], whole[place])[0, 1]))
    assert len(found) > 30
    return float(np.median(found))


def test_a_lost_packet_is_restored_from_the_next_not_only_guessed() -> None:
    """Concealment alone, all there is without redundancy, goes on as it sounded before."""
    assert likeness_of_the_lost(loss=0) < 0.8
    assert likeness_of_the_lost(loss=30) > 0.95


def test_warm_up_lets_a_cut_sound_like_the_whole() -> None:
    whole = decode(PACKETS, 0, 2 * RATE)
    start = 60 * 960
    cut = decode([p for p in PACKETS if p.position >= start - 4 * 960], start, 2 * RATE)
    assert np.corrcoef(cut[:3200], whole[start // 3 : start // 3 + 3200])[0, 1] > 0.95


def test_broken_packets_are_holes() -> None:
    packets = [Packet(p.position, b"\xff\xff\xff" if i == 30 else p.payload) for i, p in enumerate(PACKETS)]
    assert len(decode(packets, 0, 2 * RATE)) == 2 * SOUND_RATE


@pytest.mark.parametrize("start", [0, 48_000, 2**40])
def test_positions_may_begin_anywhere(start: int) -> None:
    packets = [Packet(p.position + start, p.payload) for p in PACKETS]
    assert len(decode(packets, start, start + RATE)) == SOUND_RATE


PACKETS = encode(tone(2), loss=10)
