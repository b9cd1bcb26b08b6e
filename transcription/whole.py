"""A whole sound file to text, as ``python -m transcription file`` writes it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Protocol

from transcription.opus import SOUND_RATE, STEP, Sound
from transcription.segmenter import Cut
from transcription.sounds import part, passages, read, utterances
from transcription.text import to_figures


class Word(Protocol):
    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def text(self) -> str: ...
    @property
    def probability(self) -> float: ...


class Reading(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def words(self) -> tuple[Word, ...]: ...


class SoundReader(Protocol):
    """transcription.recogniser.Recogniser."""

    def read(self, sound: Sound, *, hot_words: tuple[str, ...] = ()) -> Reading: ...


def whole_file(reader: SoundReader, path: Path, hot_words: tuple[str, ...] = ()) -> dict[str, Any]:
    """path, text (in figures), spoken, seconds, cpu_seconds, segments with words. Raises BadSound."""
    began = time.process_time()
    sound = read(path)
    segments = [_segment(reader, sound, cut, hot_words) for cut in passages(list(utterances(sound)))]
    segments = [s for s in segments if s["text"]]
    spoken = " ".join(s["text"] for s in segments)
    return {
        "path": str(path),
        "text": to_figures(spoken),
        "spoken": spoken,
        "seconds": round(len(sound) / SOUND_RATE, 3),
        "cpu_seconds": round(time.process_time() - began, 3),
        "segments": segments,
    }


def _segment(reader: SoundReader, sound: Sound, cut: Cut, hot_words: tuple[str, ...]) -> dict[str, Any]:
    reading = reader.read(part(sound, cut), hot_words=hot_words)
    start = cut.start / STEP / SOUND_RATE
    words = [
        {"start": round(start + w.start, 2), "end": round(start + w.end, 2), "text": w.text,
         "probability": round(w.probability, 3)}
        for w in reading.words
    ]  # fmt: skip
    end = cut.end / STEP / SOUND_RATE
    return {"start": round(start, 2), "end": round(end, 2), "text": reading.text, "words": words}
