"""Streaming by LocalAgreement-2, the published method, in its smallest form: the anchor of the speech benchmark.

A growing buffer is decoded again and again; words on which two passes agree are final; past 15 s the buffer is cut at
the last agreed word. The clock is virtual: the CPU time that each pass really took is added, and sound waits meanwhile.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from transcription.opus import SOUND_RATE, Sound
from transcription.wer import plain

_CHUNK = 1.0
_TRIM = 15.0


@dataclass(frozen=True)
class Agreed:
    text: str
    end: float
    emitted_at: float


def local_agreement(model: Any, sound: Sound) -> tuple[list[Agreed], float]:
    """Words with the time of their emission, and CPU seconds."""
    now, offset, agreed_to = _CHUNK, 0.0, 0.0
    before: list[tuple[str, float]] = []
    out: list[Agreed] = []
    length, spent = len(sound) / SOUND_RATE, 0.0
    while True:
        upto = min(now, length)
        cpu = time.process_time()
        words = _words(model, sound[round(offset * SOUND_RATE) : round(upto * SOUND_RATE)], offset, agreed_to)
        took = time.process_time() - cpu
        spent += took
        now = max(now + took, upto)
        last = upto >= length
        for word, end in words if last else _common(before, words):
            out.append(Agreed(word, end, now))
            agreed_to = end
        before = [w for w in words if w[1] > agreed_to]
        if last:
            return out, spent
        if upto - offset > _TRIM and agreed_to > offset:
            offset = agreed_to
        now = max(now, upto + _CHUNK)


def _words(model: Any, sound: Sound, offset: float, after: float) -> list[tuple[str, float]]:
    segments, _ = model.transcribe(
        sound, language="vi", beam_size=1, condition_on_previous_text=False, word_timestamps=True
    )
    words = [(w.word.strip(), offset + w.end) for s in segments for w in s.words or ()]
    return [w for w in words if w[1] > after + 0.1]


def _common(one: list[tuple[str, float]], other: list[tuple[str, float]]) -> list[tuple[str, float]]:
    shared = []
    for a, b in zip(one, other, strict=False):
        if plain(a[0]) != plain(b[0]):
            break
        shared.append(b)
    return shared
