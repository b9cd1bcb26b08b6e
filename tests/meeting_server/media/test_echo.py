"""The device that gives back what others said is found by its levels; people who speak at once are not."""

from __future__ import annotations

import random

from meeting_server.media.echo import CLEAR, EVERY, Echoes

SILENT = 127


def syllables(seed: int, steps: int) -> list[int]:
    """Levels each 100 ms of somebody who speaks: loud and soft syllables, pauses between sentences."""
    chance, levels = random.Random(seed), list[int]()
    while len(levels) < steps:
        if chance.random() < 0.1:
            levels += [SILENT] * chance.randint(3, 8)
        levels += [chance.randint(20, 50)] * chance.randint(1, 2)
    return levels[:steps]


def late(levels: list[int], steps: int, softer: int) -> list[int]:
    chance = random.Random(9)
    return [SILENT] * steps + [min(SILENT, level + softer + chance.randint(-3, 3)) for level in levels[:-steps]]


def found(tracks: dict[str, list[int]]) -> list[tuple[str, bool]]:
    echoes, told = Echoes(), list[tuple[str, bool]]()
    for n in range(len(next(iter(tracks.values())))):
        told += echoes.step({session: levels[n] for session, levels in tracks.items()})
    return told


def test_a_device_that_repeats_another_is_named_however_late() -> None:
    for lag in (1, 3, 6):
        voice = syllables(lag, 300)
        assert found({"a": voice, "b": late(voice, lag, 12), "c": [SILENT] * 300}) == [("b", True)]


def test_when_it_is_muted_the_echo_is_over() -> None:
    voice = syllables(1, 300 + EVERY * (CLEAR + 4))
    back = late(voice, 3, 12)[:300] + [SILENT] * (len(voice) - 300)
    assert found({"a": voice, "b": back}) == [("b", True), ("b", False)]


def test_people_who_speak_at_once_echo_nobody() -> None:
    for seed in range(30):
        assert found({str(n): syllables(100 * seed + n, 600) for n in range(3)}) == []


def test_silence_a_steady_fan_and_what_is_too_faint_or_too_late_echo_nobody() -> None:
    voice = syllables(3, 300)
    assert found({"a": voice, "fan": [55] * 300, "quiet": [90] * 300}) == []
    assert found({"a": voice, "b": late(voice, 3, 50)}) == []
    assert found({"a": voice, "b": late(voice, 15, 10)}) == []


def test_who_left_is_forgotten() -> None:
    voice = syllables(5, 400)
    back, echoes = late(voice, 3, 12), Echoes()
    told = list[tuple[str, bool]]()
    for n in range(400):
        told += echoes.step({"a": voice[n], "b": back[n]} if n < 200 else {"a": voice[n]})
    assert told == [("b", True)]
