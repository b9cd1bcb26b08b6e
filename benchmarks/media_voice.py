"""What is spoken in the media benchmark: recorded Vietnamese where it has been fetched, else tones that swell."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av import AudioFrame, AudioResampler
from numpy.typing import NDArray

from tests.voices import voice_samples
from transcription.models import ModelError

RATE, FRAME = 48_000, 960


def voice(seconds: int = 12) -> NDArray[np.int16]:
    """Samples at 48 kHz, mono."""
    try:
        clips = [path for path, _ in voice_samples()]
    except (OSError, ModelError):
        clips = []
    if not clips:
        return tones(seconds)
    joined = np.concatenate([_samples(clip) for clip in clips])
    return np.tile(joined, seconds * RATE // len(joined) + 1)[: seconds * RATE]


def speaking(file: Path) -> list[str]:
    """Arguments with which Chromium speaks a sound file once, and plays what it hears."""
    return [
        "--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
        "--autoplay-policy=no-user-gesture-required", f"--use-file-for-fake-audio-capture={file}%noloop",
        "--allow-loopback-in-peer-connection",
    ]  # fmt: skip


def tones(seconds: int) -> NDArray[np.int16]:
    random, count = np.random.default_rng(1), seconds * RATE
    swell = np.interp(np.arange(count), np.linspace(0, count, seconds * 6), random.uniform(0.02, 1, seconds * 6))
    tone = sum(np.sin(2 * np.pi * f * np.arange(count) / RATE) / n for n, f in enumerate((180, 370, 720, 1500), 1))
    return (swell * (tone + random.normal(0, 0.3, count)) * 5000).astype(np.int16)


def packets(samples: NDArray[np.int16] | None = None, bit_rate: int = 24_000) -> list[bytes]:
    """Opus as browsers send it: mono, 20 ms, 24 kbit/s, voice."""
    sound = voice() if samples is None else samples
    encoder = av.CodecContext.create("libopus", "w")
    encoder.bit_rate, encoder.sample_rate, encoder.time_base = bit_rate, RATE, Fraction(1, RATE)
    encoder.format, encoder.layout, encoder.options = "s16", "mono", {"application": "voip", "fec": "1"}
    found: list[bytes] = []
    for start in range(0, len(sound) - FRAME + 1, FRAME):
        frame = AudioFrame.from_ndarray(sound[start : start + FRAME].reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        found += [bytes(packet) for packet in encoder.encode(frame)]
    return found


def _samples(clip: Path) -> NDArray[np.int16]:
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(clip)) as file:
        blocks = [part.to_ndarray()[0] for frame in file.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate(blocks).astype(np.int16)
