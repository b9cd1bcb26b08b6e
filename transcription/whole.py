"""A whole sound file to text, as ``python -m transcription file`` writes it."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from transcription.opus import SOUND_RATE, STEP, Sound
from transcription.recogniser import Reading, guarded
from transcription.segmenter import Cut
from transcription.sounds import part, passages, read, utterances
from transcription.spoken import in_words
from transcription.text import is_inaudible, sentences, to_figures
from transcription.vad import voiced_seconds


class Reader(Protocol):
    """transcription.recogniser.Recogniser."""

    def read(self, sound: Sound, *, hot_words: tuple[str, ...] = ()) -> Reading: ...


def whole_file(
    reader: Reader, path: Path, hot_words: tuple[str, ...] = (), tell: Callable[[str], None] | None = None
) -> dict[str, Any]:
    """path, text (in figures), spoken, seconds, cpu_seconds, segments with words; ``tell`` hears of damage in the file.
    Raises BadSound."""
    return {"path": str(path), **whole_sound(reader, read(path, tell), hot_words)}


def whole_sound(reader: Reader, sound: Sound, hot_words: tuple[str, ...] = ()) -> dict[str, Any]:
    """The same without its path."""
    began = time.process_time()
    segments = [_segment(reader, sound, cut, hot_words) for cut in passages(list(utterances(sound)))]
    segments = [s for s in segments if s["text"]]
    runs = [(is_inaudible(text), text) for text in (str(s["text"]) for s in segments)]
    said = [(mark, " ".join(text for _, text in some)) for mark, some in groupby(runs, key=lambda run: run[0])]
    spoken = [(mark, text if mark else in_words(text)) for mark, text in said]
    return {
        "text": " ".join(text if mark else sentences(to_figures(text), hot_words) for mark, text in spoken),
        "spoken": " ".join(text for _, text in spoken),
        "seconds": round(len(sound) / SOUND_RATE, 3),
        "cpu_seconds": round(time.process_time() - began, 3),
        "segments": segments,
    }


def _segment(reader: Reader, sound: Sound, cut: Cut, hot_words: tuple[str, ...]) -> dict[str, Any]:
    clip = part(sound, cut)
    reading = reader.read(clip, hot_words=hot_words)
    text, _ = guarded(reading, len(clip) / SOUND_RATE, voiced_seconds(clip))
    start = cut.start / STEP / SOUND_RATE
    words = [
        {"start": round(start + w.start, 2), "end": round(start + w.end, 2), "text": w.text,
         "probability": round(w.probability, 3)}
        for w in reading.words
    ]  # fmt: skip
    end = min(cut.end // STEP, len(sound)) / SOUND_RATE
    return {"start": round(start, 2), "end": round(end, 2), "text": text, "words": words if text else []}
