"""Made sounds for tests that need a voice but no words: a buzz through moving vowels, room noise, silence."""

from __future__ import annotations

import io
from functools import cache

import av
import numpy as np
from numpy.typing import NDArray

RATE = 16_000
Sound = NDArray[np.float32]
_VOWELS = ((700, 1200, 2500), (400, 2000, 2600), (300, 2300, 3000), (500, 900, 2400), (350, 750, 2300))


def quiet(seconds: float, level: float = 0.0005, seed: int = 0) -> Sound:
    """Room noise."""
    return (np.random.default_rng(seed).standard_normal(round(seconds * RATE)) * level).astype(np.float32)


@cache
def murmur(seconds: float, seed: int = 0) -> Sound:
    """A voice without words: syllables of 180 ms, glottal pulses through three formants, gliding tones."""
    dice = np.random.default_rng(seed)
    parts: list[Sound] = []
    size = round(0.18 * RATE)
    pitch = 120.0 + 60 * dice.random()
    while sum(map(len, parts)) < seconds * RATE:
        glide = np.linspace(pitch, pitch * dice.uniform(0.8, 1.3), size)
        phase = np.cumsum(glide) / RATE
        pulses = np.diff(np.floor(phase), prepend=0).astype(np.float64)
        breath = dice.standard_normal(size) * 0.02
        parts.append(_formants(pulses + breath, _VOWELS[dice.integers(len(_VOWELS))]) * _envelope(size))
    sound = np.concatenate(parts)[: round(seconds * RATE)]
    return (0.25 * sound / np.abs(sound).max() + quiet(seconds, 0.0005, seed)[: len(sound)]).astype(np.float32)


def _formants(source: NDArray[np.float64], peaks: tuple[int, ...]) -> Sound:
    spectrum, frequencies = np.fft.rfft(source), np.fft.rfftfreq(len(source), 1 / RATE)
    gain = sum(1 / (1 + ((frequencies - f) / (60 + 0.04 * f)) ** 2) / (k + 1) for k, f in enumerate(peaks))
    return np.fft.irfft(spectrum * gain, len(source)).astype(np.float32)


def _envelope(size: int) -> NDArray[np.float64]:
    edge = size // 5
    shape = np.ones(size)
    shape[:edge] = np.linspace(0.1, 1, edge)
    shape[-edge:] = np.linspace(1, 0.1, edge)
    return shape


def recorded(sound: Sound, rate: int = RATE, form: str = "webm", codec: str = "libopus") -> bytes:
    """A file as a browser's MediaRecorder would have made of it."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        whole = (np.clip(sound, -1, 1) * 32_767).astype(np.int16)[np.newaxis]
        frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return out.getvalue()
