"""A track from packets to jobs: the same cuts from any cut on, through loss, DTX and silence."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from tests.sound import murmur, quiet
from transcription.hearing import Hearing
from transcription.opus import SOUND_RATE, STEP, Sound, encode
from transcription.wire import RATE, Job, Packet


def stream(seed: int = 1, utterances: int = 6) -> Sound:
    dice = random.Random(seed)
    parts = [quiet(1.0)]
    for _ in range(utterances):
        parts += [murmur(dice.uniform(1, 6), seed=dice.randrange(99)), quiet(dice.uniform(0.7, 3))]
    return np.concatenate(parts)


def finals(jobs: list[Job]) -> list[tuple[int, int]]:
    return [(j.start, j.end) for j in jobs if j.final and not j.speculative]


def heard(packets: list[Packet], cursor: int = 0) -> list[Job]:
    hearing = Hearing("t-1", "room", cursor)
    return hearing.push(packets) + hearing.starve()


@pytest.fixture(scope="module")
def packets() -> list[Packet]:
    return encode(stream(), dtx=True)


def test_each_utterance_becomes_one_job_in_order(packets: list[Packet]) -> None:
    spans = finals(heard(packets))
    assert len(spans) >= 6
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_a_listener_started_at_a_cut_finds_the_same_cuts(packets: list[Packet]) -> None:
    spans = finals(heard(packets))
    for at in range(len(spans) - 1):
        assert finals(heard(packets, spans[at][1])) == spans[at + 1 :]


def test_loss_moves_nothing_by_more_than_a_third_of_a_second(packets: list[Packet]) -> None:
    dice = random.Random(3)
    spans = finals(heard(packets))
    lossy = finals(heard([p for p in packets if dice.random() > 0.1]))
    assert len(lossy) == len(spans)
    for one, other in zip(spans, lossy, strict=True):
        assert abs(one[0] - other[0]) <= RATE // 3
        assert abs(one[1] - other[1]) <= RATE // 3


def test_a_job_carries_its_packets_and_eighty_milliseconds_before(packets: list[Packet]) -> None:
    for job in heard(packets):
        assert list(job.packets) == [p for p in packets if job.start - RATE * 80 // 1000 <= p.position < job.end]


def test_a_speculative_job_is_offered_before_each_final_one(packets: list[Packet]) -> None:
    jobs = heard(packets)
    guessed = {(j.start, j.end) for j in jobs if j.speculative}
    assert len(guessed & set(finals(jobs))) >= len(finals(jobs)) - 1


def test_minutes_without_packets_end_the_utterance_and_cost_nothing(packets: list[Packet]) -> None:
    later = [Packet(p.position + 3600 * RATE, p.payload) for p in packets]
    spans = finals(heard([*packets, *later]))
    first = finals(heard(packets))
    assert spans[: len(first)] == first
    assert len(spans) >= 2 * len(first) - 1
    assert spans[len(first)][0] >= 3600 * RATE


def test_a_track_that_starves_gives_its_last_words() -> None:
    hearing = Hearing("t-1", "room")
    jobs = hearing.push(encode(np.concatenate([quiet(1), murmur(3)])))
    assert finals(jobs) == []
    assert hearing.speaking_since is not None
    assert len(finals(hearing.starve())) == 1
    assert hearing.speaking_since is None


def test_skipping_forgets_what_is_open() -> None:
    hearing = Hearing("t-1", "room")
    hearing.push(encode(np.concatenate([quiet(1), murmur(3)])))
    hearing.skip_to(hearing.position)
    assert hearing.starve() == []
    assert hearing.interim() is None


def test_the_open_utterance_can_be_had_meanwhile() -> None:
    hearing = Hearing("t-1", "room")
    sound = np.concatenate([quiet(1), murmur(3)])
    hearing.push(encode(sound))
    interim = hearing.interim()
    assert interim is not None
    assert not interim.final
    assert interim.end <= len(sound) * STEP
    assert SOUND_RATE == 16_000


def test_minutes_of_silence_do_not_fill_the_memory_and_speech_after_them_is_heard(packets: list[Packet]) -> None:
    hush = encode(quiet(0.02))[0].payload
    silence = [Packet(n * 960, hush) for n in range(25_000)]
    hearing = Hearing("t-1", "room")
    assert finals(hearing.push(silence)) == []
    assert len(hearing._packets) <= 1000
    at = len(silence) * 960
    later = [Packet(p.position + at, p.payload) for p in packets]
    assert len(finals(hearing.push(later) + hearing.starve())) == len(finals(heard(packets)))
