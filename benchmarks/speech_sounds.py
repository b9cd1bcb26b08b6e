"""Sounds of the speech benchmark: clips, streams joined of them, and ten kinds of nothing said."""

from __future__ import annotations

import json
import os
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.voices import voice_samples
from transcription.opus import SOUND_RATE, Sound
from transcription.sounds import read

SHARED = Path(os.environ.get("HOPCHIBO_SHARED", Path(__file__).parent.parent.parent / "shared")) / "speech"


@dataclass(frozen=True)
class Clip:
    """A recording and what it says; ``kind``: human, human? (origin not stated) or package."""

    name: str
    sound: Sound
    text: str
    kind: str


@dataclass(frozen=True)
class Spoken:
    """A clip's place in a stream, in seconds."""

    start: float
    end: float
    text: str


def clips() -> list[Clip]:
    """The shared clips when they are there, else the package's samples."""
    manifest = SHARED / "manifest.jsonl"
    if not manifest.exists():
        return [Clip(path.name, read(path), text, "package") for path, text in voice_samples()]
    lines = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    return [Clip(line["id"], read(SHARED / line["path"]), line["text"], line["kind"]) for line in lines]


def room_noise(seconds: float, level: float = 0.001, seed: int = 0) -> Sound:
    dice = np.random.default_rng(seed)
    return (_brown(dice, round(seconds * SOUND_RATE)) * level).astype(np.float32)


def stream(parts: list[Clip], seconds: float, seed: int = 1) -> tuple[Sound, list[Spoken]]:
    """Clips in random order with gaps of 0.6–2 s, all over room noise, about ``seconds`` long."""
    dice = random.Random(seed)
    order = dice.sample(parts, len(parts))
    sounds, spoken, at = [np.zeros(SOUND_RATE, np.float32)], [], 1.0
    while at < seconds:
        for clip in order:
            gap = dice.uniform(0.6, 2)
            length = len(clip.sound) / SOUND_RATE
            spoken.append(Spoken(at, at + length, clip.text))
            sounds += [clip.sound, np.zeros(round(gap * SOUND_RATE), np.float32)]
            at += length + gap
            if at >= seconds:
                break
    whole = np.concatenate(sounds)
    return whole + room_noise(len(whole) / SOUND_RATE + 1, seed=seed)[: len(whole)], spoken


def nothing_said(seconds: float) -> dict[str, Sound]:
    """Silence, fan, rain, applause, music, speech-shaped noise."""
    count, dice = round(seconds * SOUND_RATE), np.random.default_rng(7)
    return {
        "silence": (dice.standard_normal(count) * 1e-4).astype(np.float32),
        "fan": _fan(dice, count),
        "rain": _rain(dice, count),
        "applause": _applause(dice, count),
        "music": _music(dice, count),
        "speech-shaped": _speech_shaped(dice, count),
    }


def _brown(dice: np.random.Generator, count: int) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(dice.standard_normal(count))
    spectrum /= np.maximum(np.arange(len(spectrum)) / len(spectrum), 0.002) ** 0.8
    noise: NDArray[np.float64] = np.fft.irfft(spectrum, count)
    return noise / np.std(noise)


def _fan(dice: np.random.Generator, count: int) -> Sound:
    t = np.arange(count) / SOUND_RATE
    hum = sum(np.sin(2 * np.pi * f * t + p) / k for k, (f, p) in enumerate(((50, 0), (100, 1), (150, 2), (23, 3)), 1))
    return (0.02 * _brown(dice, count) * (1 + 0.3 * np.sin(2 * np.pi * 11 * t)) + 0.02 * hum).astype(np.float32)


def _rain(dice: np.random.Generator, count: int) -> Sound:
    drops = (dice.random(count) < 0.003) * dice.standard_normal(count)
    return (0.02 * dice.standard_normal(count) + 0.3 * np.convolve(drops, np.exp(-np.arange(80) / 12), "same")).astype(
        np.float32
    )


def _applause(dice: np.random.Generator, count: int) -> Sound:
    claps = (dice.random(count) < 0.004) * dice.uniform(0.2, 1, count)
    burst = np.exp(-np.arange(400) / 60) * dice.standard_normal(400)
    waves = 0.5 + 0.5 * np.sin(2 * np.pi * np.arange(count) / SOUND_RATE / 9) ** 2
    return (0.2 * np.convolve(claps, burst, "same") * waves).astype(np.float32)


def _music(dice: np.random.Generator, count: int) -> Sound:
    """Plucked chords and a melody, pentatonic, a note each quarter second."""
    out, step = np.zeros(count), SOUND_RATE // 4
    t = np.arange(step * 4) / SOUND_RATE
    scale = [220 * 2 ** (n / 12) for n in (0, 2, 5, 7, 9, 12, 14, 17)]
    for at in range(0, count - len(t), step):
        pitch = float(dice.choice(scale)) * float(dice.choice([0.5, 1, 2]))
        note = sum(np.sin(2 * np.pi * pitch * k * t) / k**1.3 for k in range(1, 7)) * np.exp(-3 * t)
        out[at : at + len(t)] += 0.08 * note
    return out.astype(np.float32)


def _speech_shaped(dice: np.random.Generator, count: int) -> Sound:
    """Noise with the long-term spectrum and the syllable rhythm of speech."""
    spectrum = np.fft.rfft(dice.standard_normal(count))
    f = np.fft.rfftfreq(count, 1 / SOUND_RATE)
    spectrum *= 1 / (1 + (f / 500) ** 2) * (f > 80)
    noise = np.fft.irfft(spectrum, count)
    t = np.arange(count) / SOUND_RATE
    rhythm = np.clip(0.6 + 0.5 * np.sin(2 * np.pi * 4 * t) + 0.3 * np.sin(2 * np.pi * 0.7 * t), 0.05, None)
    return (0.08 * rhythm * noise / np.std(noise)).astype(np.float32)
