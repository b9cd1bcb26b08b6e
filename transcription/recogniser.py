"""One utterance to text with faster-whisper: stateless, Vietnamese, one pass over the whole clip.

faster-whisper's own loop seeks on from the last time stamp and so hears the end of a short clip twice; an utterance
has at most 28 s, so one pass without time stamps is the same text for half the work (measured). Words get their
times by alignment. Nothing of one utterance is carried into the next: invented text cannot spread.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from transcription.models import ModelError
from transcription.opus import SOUND_RATE, STEP, Sound, decode
from transcription.spoken import in_words
from transcription.text import Acoustics, Reason, reason_invented, sentences, similarity, to_figures, without_loops
from transcription.text import inaudible as inaudible_text
from transcription.vad import voiced_seconds
from transcription.wire import RATE, Heard, Job, Result

_FRAMES_PER_SECOND = 100
_WHOLE = 30 * _FRAMES_PER_SECOND
_FINAL_MARGIN = 10 * _FRAMES_PER_SECOND
"""Live finals: encoder context = clip + 10 s: WER 26.1 instead of 25.1 (with whole) at half the CPU (measured)."""
_THOROUGH_BEAM = 5
_GPU_BATCH = 8
_TOKENS_SPARE, _TOKENS_A_SECOND = 24, 20
"""Nobody says more: bounds what a loop costs."""
_INTERIM_MARGIN = 6 * _FRAMES_PER_SECOND
"""Interims: encoder context = clip + 6 s: WER 28.0 instead of 25.7 at less than half the CPU (measured)."""
_LEAST_INAUDIBLE = 0.8
"""Seconds of voice below which what cannot be read is nothing rather than "[không nghe rõ]"."""
_ALIKE = 0.7
"""Likeness to what is heard without hot words, below which what is heard with them is not believed."""
_LEVEL_FRAME = SOUND_RATE // 50
_PUNCTUATION = ".,!?…:;\"'“”‘’()[]{}-–—。，！？"


@dataclass(frozen=True, slots=True)
class Limits:
    """Past these a pass is tried again at a higher temperature, or held to have heard no speech."""

    temperatures: tuple[float, ...] = (0.0,)
    log_probability: float = -1.0
    compression: float = 2.4
    no_speech: float = 0.6


THOROUGH = Limits(temperatures=(0.0, 0.4))


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


@dataclass(frozen=True, slots=True)
class _Passage:
    """What is to be read: sound, the decoder's first tokens, whether it is final; ``plain``: without hot words."""

    sound: Sound
    prompt: tuple[int, ...]
    final: bool
    plain: tuple[int, ...]

    @property
    def frames(self) -> int:
        return min(_WHOLE, len(self.sound) * _FRAMES_PER_SECOND // SOUND_RATE)


_Pass = tuple[list[int], Reading]
"""Tokens and what they say."""


class Recogniser:
    """A loaded model; ``read`` may be called from ``workers`` threads at once. ``batch``: passages read together.
    ``thorough``: nobody waits, so everything is read with the whole context and what was read badly once more.
    Raises transcription.models.ModelError when the model cannot be loaded."""

    def __init__(
        self,
        model: Path | str,
        *,
        device: str = "cpu",
        compute: str = "int8",
        beam: int = 3,
        workers: int = 1,
        hot_words: int = 0,
        prompt: bool = False,
        batch: int = 0,
        thorough: bool = False,
    ) -> None:
        self.name = Path(model).name
        self.beam, self.limits = (max(beam, _THOROUGH_BEAM), THOROUGH) if thorough else (beam, Limits())
        self._thorough = thorough
        self.batch = batch or (1 if device == "cpu" else _GPU_BATCH)
        # Five names cost 0.9 points on ordinary speech and a gain could not be shown: a job's words are used for
        # capitals, and only so many of them in recognition; its prompt only when it is told to.
        self._hot_words, self._prompted = hot_words, prompt
        self._model: Any = _loaded(model, device, compute, workers)
        self._tokenizer = Tokenizer(self._model.hf_tokenizer, True, task="transcribe", language="vi")

    def recognise(self, job: Job) -> Result:
        """A job's result. Raises transcription.opus.OpusError when there is no decoder."""
        (result,) = self.recognise_many((job,))
        return result

    def recognise_many(self, jobs: Sequence[Job]) -> list[Result]:
        """The jobs' results; on a GPU (``batch``) those of one kind in one pass. Raises OpusError."""
        sounds = [decode(job.packets, job.start, job.end) for job in jobs]
        asked = [
            self._passage(sound, job.hot_words[: self._hot_words], job.prompt if self._prompted else "", job.final)
            for job, sound in zip(jobs, sounds, strict=True)
        ]
        return [
            replace(result_of(job, reading, self.name, voiced_seconds(sound)), level=level(sound))
            for job, sound, reading in zip(jobs, sounds, self._read(asked), strict=True)
        ]

    def read(self, sound: Sound, *, hot_words: tuple[str, ...] = (), prompt: str = "", final: bool = True) -> Reading:
        """``sound``: 16 kHz mono, at most 30 s (the rest is not read)."""
        (reading,) = self._read([self._passage(sound, hot_words, prompt, final)])
        return reading

    def _passage(self, sound: Sound, hot_words: tuple[str, ...], prompt: str, final: bool) -> _Passage:
        told, plain = self._prompt(hot_words, prompt), self._prompt((), prompt)
        return _Passage(sound, tuple(told if final else plain), final, tuple(plain))

    def _read(self, passages: Sequence[_Passage]) -> list[Reading]:
        """Together what may go together; alone what the first pass could not read well."""
        readings: dict[int, Reading] = {}
        alike: dict[tuple[int, bool], list[int]] = {}
        for number, passage in enumerate(passages):
            alike.setdefault((self._context(passage), passage.final), []).append(number)
        for (context, final), numbers in alike.items():
            some = [passages[number] for number in numbers]
            encoded = self._encode(some, context)
            passes = self._pass(encoded, some, 0.0)
            plain = [replace(passage, prompt=passage.plain) for passage in some]
            if plain != some:
                passes = [_helped(*both) for both in zip(passes, self._pass(encoded, plain, 0.0), strict=True)]
            good = [not final or self._good(reading, context) for _, reading in passes]
            aligned = self._aligned(encoded, some, passes) if final and any(good) else [r for _, r in passes]
            for n, number in enumerate(numbers):
                readings[number] = aligned[n] if good[n] else self._alone(plain[n], context, passes[n])
        return [readings[number] for number in range(len(passages))]

    def _alone(self, passage: _Passage, context: int, first: _Pass) -> Reading:
        """A final that was not read well: with the whole context, then at higher temperatures; the best is kept."""
        encoded = self._encode([passage], _WHOLE)
        tried = [first] if context == _WHOLE else []
        for temperature in self.limits.temperatures[len(tried) :]:
            tried += self._pass(encoded, [passage], temperature)
            if self._good(tried[-1][1], _WHOLE):
                return self._aligned(encoded, [passage], [tried[-1]])[0]
        fluent = [t for t in tried if t[1].compression <= self.limits.compression]
        best = max(fluent or tried, key=lambda t: t[1].log_probability)
        return self._aligned(encoded, [passage], [best])[0]

    def _context(self, passage: _Passage) -> int:
        """Frames that the encoder is given: its cost grows with them. Whole seconds, since what the library keeps for
        each length that it has seen grew by a third in an hour of speech (measured)."""
        if self._thorough or self.batch > 1:  # on a GPU the context is cheap, and alike passes go together
            return _WHOLE
        wanted = passage.frames + (_FINAL_MARGIN if passage.final else _INTERIM_MARGIN)
        return min(_WHOLE, -(-wanted // _FRAMES_PER_SECOND) * _FRAMES_PER_SECOND)

    def _good(self, reading: Reading, context: int) -> bool:
        """Whether a pass may stand: surely read, or with the whole context surely silence."""
        limits = self.limits
        sure = reading.log_probability >= limits.log_probability
        if reading.no_speech > limits.no_speech and not sure:
            return context == _WHOLE
        return reading.compression <= limits.compression and sure

    def _prompt(self, hot_words: tuple[str, ...], prompt: str) -> list[int]:
        before = self._tokenizer.encode(" " + prompt.strip()) if prompt.strip() else []
        tokens: list[int] = self._model.get_prompt(
            self._tokenizer, before, without_timestamps=True, hotwords=", ".join(hot_words) or None
        )
        return tokens

    def _encode(self, passages: Sequence[_Passage], context: int) -> Any:
        """The sound's end is filled up with silence as the features know it, not with noughts (which are loud)."""
        stacked = []
        for passage in passages:
            features = self._model.feature_extractor(passage.sound)[:, : passage.frames]
            missing = ((0, 0), (0, context - features.shape[-1]))
            stacked.append(np.pad(features, missing, constant_values=features.min(initial=0.0)))
        return self._model.encode(np.stack(stacked))

    def _pass(self, encoded: Any, passages: Sequence[_Passage], temperature: float) -> list[_Pass]:
        beam = self.beam if passages[0].final else 1
        search = (
            {"beam_size": 1, "num_hypotheses": 3, "sampling_topk": 0, "sampling_temperature": temperature}
            if temperature
            else {"beam_size": beam, "patience": 1}
        )
        longest = max(
            len(p.prompt) + _TOKENS_SPARE + _TOKENS_A_SECOND * p.frames // _FRAMES_PER_SECOND for p in passages
        )
        got = self._model.model.generate(
            encoded, [list(p.prompt) for p in passages], max_length=min(448, longest), return_scores=True,
            return_no_speech_prob=True, suppress_blank=True, suppress_tokens=[-1], **search,
        )  # fmt: skip
        return [self._passed(one, temperature) for one in got]

    def _passed(self, got: Any, temperature: float) -> _Pass:
        tokens = [t for t in got.sequences_ids[0] if t < self._tokenizer.eot]
        text = self._tokenizer.decode(tokens).strip()
        raw = text.encode()
        compression = len(raw) / len(zlib.compress(raw)) if raw else 0.0
        log_probability = got.scores[0] * len(got.sequences_ids[0]) / (len(got.sequences_ids[0]) + 1)
        return tokens, Reading(text, (), log_probability, got.no_speech_prob, compression, temperature)

    def _aligned(self, encoded: Any, passages: Sequence[_Passage], passes: Sequence[_Pass]) -> list[Reading]:
        if not any(tokens for tokens, _ in passes):
            return [reading for _, reading in passes]
        found = self._model.find_alignment(
            self._tokenizer, [tokens for tokens, _ in passes], encoded, [passage.frames for passage in passages]
        )
        return [
            replace(reading, words=_words(alignment)) if tokens else reading
            for alignment, (tokens, reading) in zip(found, passes, strict=True)
        ]


def _helped(told: _Pass, plain: _Pass) -> _Pass:
    """What hot words made of an utterance, where they made it surer and only put some of its words right: told many
    names, a model says them instead of what it hears."""
    surer = told[1].log_probability >= plain[1].log_probability
    return told if surer and similarity(told[1].text, plain[1].text) >= _ALIKE else plain


def _loaded(model: Path | str, device: str, compute: str, workers: int) -> Any:
    try:
        return WhisperModel(str(model), device=device, compute_type=compute, cpu_threads=1, num_workers=workers)
    except Exception as error:  # the libraries below raise whatever they like
        said = str(error).lower()
        if "compute type" in said:
            why = f"máy này không tính được kiểu {compute!r} (SPEECH_COMPUTE)"
        elif device != "cpu" and any(word in said for word in ("cuda", "cudnn", "cublas", "device")):
            why = f"không dùng được thiết bị {device!r} (SPEECH_DEVICE): thiếu card đồ họa hoặc thư viện của nó"
        elif "unsupported device" in said:
            why = f"không có thiết bị {device!r} (SPEECH_DEVICE): chọn cpu, cuda hoặc auto"
        else:
            why = "tệp mô hình hỏng hoặc thiếu: hãy tải lại (hopchibo models get …)"
        raise ModelError(f"không mở được mô hình {model}: {why}") from error


def _words(alignment: list[dict[str, Any]]) -> tuple[Word, ...]:
    """Words with their punctuation."""
    words: list[Word] = []
    for item in alignment:
        text = str(item["word"])
        if words and not text.strip(_PUNCTUATION + " "):
            last = words.pop()
            words.append(Word(last.start, last.end, last.text + text.strip(), last.probability))
        elif text.strip():
            words.append(Word(float(item["start"]), float(item["end"]), text.strip(), float(item["probability"])))
    return tuple(words)


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
