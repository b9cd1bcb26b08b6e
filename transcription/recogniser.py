"""One utterance to text with faster-whisper: stateless, Vietnamese, one pass over the whole clip.

faster-whisper's own loop seeks on from the last time stamp and so hears the end of a short clip twice; an utterance
has at most 28 s, so one pass without time stamps is the same text for half the work (measured). Words get their
times by alignment. Nothing of one utterance is carried into the next: invented text cannot spread.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer

from transcription.opus import SOUND_RATE, STEP, Sound, decode
from transcription.spoken import in_words
from transcription.text import Acoustics, Reason, reason_invented, sentences, to_figures, without_loops
from transcription.text import inaudible as inaudible_text
from transcription.vad import voiced_seconds
from transcription.wire import RATE, Heard, Job, Result

_FRAMES_PER_SECOND = 100
_WHOLE = 30 * _FRAMES_PER_SECOND
_INTERIM_MARGIN = 6 * _FRAMES_PER_SECOND
"""Interims: encoder context = clip + 6 s: WER 28.0 instead of 25.7 at less than half the CPU (measured)."""
_LEAST_INAUDIBLE = 0.8
"""Seconds of voice below which what cannot be read is nothing rather than "[không nghe rõ]"."""
_LEVEL_FRAME = SOUND_RATE // 50
_PUNCTUATION = ".,!?…:;\"'“”‘’()[]{}-–—。，！？"


@dataclass(frozen=True, slots=True)
class Limits:
    """Past these a pass is tried again at a higher temperature, or held to have heard no speech."""

    temperatures: tuple[float, ...] = (0.0, 0.4)
    log_probability: float = -1.0
    compression: float = 2.4
    no_speech: float = 0.6


@dataclass(frozen=True, slots=True)
class Word:
    """Times in seconds from the start of the sound; probability 0…1."""

    start: float
    end: float
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What one pass read. ``log_probability`` is the mean over tokens."""

    text: str
    words: tuple[Word, ...]
    log_probability: float
    no_speech: float
    compression: float
    temperature: float


class Recogniser:
    """A loaded model; ``read`` may be called from ``workers`` threads at once."""

    def __init__(
        self,
        model: Path | str,
        *,
        device: str = "cpu",
        compute: str = "int8",
        beam: int = 5,
        workers: int = 1,
        hot_words: int = 0,
        prompt: bool = False,
    ) -> None:
        self.name = Path(model).name
        self.beam, self.limits = beam, Limits()
        # Five names cost 0.9 points on ordinary speech and a gain could not be shown: a job's words are used for
        # capitals, and only so many of them in recognition; its prompt only when it is told to.
        self._hot_words, self._prompted = hot_words, prompt
        self._model: Any = WhisperModel(
            str(model), device=device, compute_type=compute, cpu_threads=1, num_workers=workers
        )
        self._tokenizer = Tokenizer(self._model.hf_tokenizer, True, task="transcribe", language="vi")

    def recognise(self, job: Job) -> Result:
        """A job's result. Raises transcription.opus.OpusError when there is no decoder."""
        sound = decode(job.packets, job.start, job.end)
        prompt = job.prompt if self._prompted else ""
        reading = self.read(sound, hot_words=job.hot_words[: self._hot_words], prompt=prompt, final=job.final)
        return replace(result_of(job, reading, self.name, voiced_seconds(sound)), level=level(sound))

    def read(self, sound: Sound, *, hot_words: tuple[str, ...] = (), prompt: str = "", final: bool = True) -> Reading:
        """``sound``: 16 kHz mono, at most 30 s (the rest is not read)."""
        frames = min(_WHOLE, len(sound) * _FRAMES_PER_SECOND // SOUND_RATE)
        features = self._model.feature_extractor(sound)[:, :frames]
        context = _WHOLE if final else min(_WHOLE, frames + _INTERIM_MARGIN)
        encoded = self._model.encode(pad_or_trim(features, context))
        tokens = self._prompt(hot_words, prompt)
        reading = self._generate(encoded, tokens, self.limits.temperatures if final else (0.0,))
        return self._aligned(reading, encoded, frames) if final else reading[1]

    def _prompt(self, hot_words: tuple[str, ...], prompt: str) -> list[int]:
        before = self._tokenizer.encode(" " + prompt.strip()) if prompt.strip() else []
        tokens: list[int] = self._model.get_prompt(
            self._tokenizer, before, without_timestamps=True, hotwords=", ".join(hot_words) or None
        )
        return tokens

    def _generate(self, encoded: Any, prompt: list[int], temperatures: tuple[float, ...]) -> tuple[list[int], Reading]:
        tried = []
        for temperature in temperatures:
            tokens, reading = self._try(encoded, prompt, temperature)
            tried.append((tokens, reading))
            silent = reading.no_speech > self.limits.no_speech and reading.log_probability < self.limits.log_probability
            good = reading.compression <= self.limits.compression
            if silent or (good and reading.log_probability >= self.limits.log_probability):
                return tokens, reading
        fluent = [t for t in tried if t[1].compression <= self.limits.compression]
        return max(fluent or tried, key=lambda t: t[1].log_probability)

    def _try(self, encoded: Any, prompt: list[int], temperature: float) -> tuple[list[int], Reading]:
        search = (
            {"beam_size": 1, "num_hypotheses": 3, "sampling_topk": 0, "sampling_temperature": temperature}
            if temperature
            else {"beam_size": self.beam, "patience": 1}
        )
        (got,) = self._model.model.generate(
            encoded, [prompt], max_length=448, return_scores=True, return_no_speech_prob=True,
            suppress_blank=True, suppress_tokens=[-1], **search,
        )  # fmt: skip
        tokens = [t for t in got.sequences_ids[0] if t < self._tokenizer.eot]
        text = self._tokenizer.decode(tokens).strip()
        raw = text.encode()
        compression = len(raw) / len(zlib.compress(raw)) if raw else 0.0
        log_probability = got.scores[0] * len(got.sequences_ids[0]) / (len(got.sequences_ids[0]) + 1)
        return tokens, Reading(text, (), log_probability, got.no_speech_prob, compression, temperature)

    def _aligned(self, generated: tuple[list[int], Reading], encoded: Any, frames: int) -> Reading:
        tokens, reading = generated
        if not tokens:
            return reading
        (alignment,) = self._model.find_alignment(self._tokenizer, [tokens], encoded, frames)
        words: list[Word] = []
        for item in alignment:
            text = str(item["word"])
            if words and not text.strip(_PUNCTUATION + " "):
                last = words.pop()
                words.append(Word(last.start, last.end, last.text + text.strip(), last.probability))
            elif text.strip():
                words.append(Word(float(item["start"]), float(item["end"]), text.strip(), float(item["probability"])))
        return Reading(
            reading.text, tuple(words), reading.log_probability, reading.no_speech, reading.compression,
            reading.temperature,
        )  # fmt: skip


def level(sound: Sound) -> int:
    """Loudness of the voice in it: RMS of the louder half of its frames, in dB of full scale (-127 … -1)."""
    count = len(sound) // _LEVEL_FRAME
    if not count:
        return -127
    power = np.sort(np.mean(np.square(sound[: count * _LEVEL_FRAME].reshape(count, _LEVEL_FRAME)), axis=1))
    loud = float(np.mean(power[count // 2 :]))
    return max(-127, min(-1, round(10 * math.log10(loud)))) if loud > 0 else -127


def _mean(reading: Reading) -> float:
    """Probability of a word, on the whole."""
    if not reading.words:
        return math.exp(min(0.0, reading.log_probability))
    return float(np.mean([w.probability for w in reading.words]))


def result_of(job: Job, reading: Reading, model: str, voiced: float | None = None) -> Result:
    """The reading in positions of the track, in words and in figures. ``voiced`` = seconds of voice in the sound."""
    seconds = (job.end - job.start) / RATE
    text, inaudible = guarded(reading, seconds, voiced)
    if inaudible or not text:
        return Result(job.id, job.track, job.start, job.end, text, text, 0, model, job.final, inaudible)
    spoken = in_words(text)
    figures = sentences(to_figures(spoken), job.hot_words) if job.final else spoken
    return Result(
        job.id, job.track, job.start, job.end, figures, spoken, round(_mean(reading) * 1000), model, job.final,
        words=tuple(_heard(job, word) for word in reading.words),
    )  # fmt: skip


def guarded(reading: Reading, seconds: float, voiced: float | None) -> tuple[str, bool]:
    """The text that may stand, and whether there was speech that nobody could read."""
    sound = Acoustics(reading.no_speech, reading.log_probability, voiced, seconds)
    reason = reason_invented(reading.text, sound, reading.compression)
    if reason is None:
        return without_loops(" ".join(reading.text.split())), False
    if reason in (Reason.KNOWN, Reason.SILENCE) or (voiced or 0.0) < _LEAST_INAUDIBLE:
        return "", False
    return inaudible_text(seconds), True


def _heard(job: Job, word: Word) -> Heard:
    start, end = (min(job.end, job.start + round(t * SOUND_RATE) * STEP) for t in (word.start, word.end))
    return Heard(start, end, word.text, round(word.probability * 1000))
