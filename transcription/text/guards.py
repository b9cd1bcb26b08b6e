"""Guards against text that a recogniser invented: where the sound is doubtful, or where the text cannot be speech.

Words alone never condemn a sentence: "xin cảm ơn các đồng chí" and even a video's farewell may truly be said. A
known invention is dropped only when the acoustics are doubtful too. Loops and floods of words that nobody can speak
are dropped whatever the acoustics say, because the recogniser is surest of itself when it repeats.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from transcription.text.fold import fold, fold_words, nfc

_LIST = Path(__file__).with_name("inventions.txt")
_SENTENCE = re.compile(r"[.!?…\n]+")
_POLITE = re.compile(r"^xin (?=\S)|(?<=\S) (?:nhe|nha|a|ne)$")
_MAX_TEXT = 10_000

# Whisper's own thresholds (0.6, -1.0, 2.4) judge 30 s windows; utterances cut at pauses may be judged more strictly.
NO_SPEECH = 0.5
NO_SPEECH_SURE = 0.9
LOW_LOGPROB = -0.8
HOPELESS_LOGPROB = -1.35
COMPRESSION = 2.4
FASTEST = 9.0
"""Syllables a second; Vietnamese is read at 4–5 and gabbled at 7."""
SHORTEST_VOICED = 0.2
LOOP = 4


class Reason(Enum):
    """Why a text is held for invented."""

    KNOWN = "a known invention where the sound is doubtful"
    LOOP = "the same words over and over"
    COMPRESSED = "the text compresses too well to be speech"
    TOO_FAST = "more words than can be spoken in that time"
    SILENCE = "no speech in the sound"
    HOPELESS = "the recogniser itself does not believe it"


@dataclass(frozen=True, slots=True)
class Acoustics:
    """What the recogniser and the voice detector said of an utterance; None = not known.

    ``no_speech_prob`` 0–1; ``avg_logprob`` natural log, ≤ 0; ``voiced_seconds`` of ``seconds`` in all.
    """

    no_speech_prob: float = 0.0
    avg_logprob: float = 0.0
    voiced_seconds: float | None = None
    seconds: float | None = None

    @property
    def doubtful(self) -> bool:
        """Whether one of the signs says that nobody may have spoken."""
        if self.no_speech_prob >= NO_SPEECH or self.avg_logprob <= LOW_LOGPROB:
            return True
        if self.voiced_seconds is None:
            return False
        return self.voiced_seconds < 2 * SHORTEST_VOICED or (
            self.seconds is not None and self.voiced_seconds < 0.25 * self.seconds
        )


def inaudible(seconds: float) -> str:
    """What stands in the transcript for speech that nobody could read; never a guess."""
    return f"[không nghe rõ, {max(1, round(seconds))} giây]"


def is_inaudible(text: str) -> bool:
    """Whether a line is the mark of ``inaudible`` and nothing else."""
    return text.startswith("[không nghe rõ,") and text.endswith("giây]")


def compression_ratio(text: str) -> float:
    """Bytes of the text over bytes when compressed, as Whisper reckons it; 0.0 for no text."""
    data = nfc(text)[:_MAX_TEXT].encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def repeats(text: str) -> int:
    """How often at most a run of one to eight words follows upon itself: "cục cục cục" is 3, plain speech 1 or 2."""
    words = fold_words(text[:_MAX_TEXT])
    return max((_run(words, size) for size in range(1, 9)), default=1) if words else 0


def _run(words: tuple[str, ...], size: int) -> int:
    best = matching = 0
    for i in range(size, len(words)):
        matching = matching + 1 if words[i] == words[i - size] else 0
        best = max(best, matching)
    return best // size + 1


def without_loops(text: str, most: int = 2) -> str:
    """The text with each loop of ``LOOP`` or more turns cut down to ``most``; marks inside a cut loop go with it."""
    words = nfc(text).split()
    plain = [fold(w).strip(".,!?;:…\"'") for w in words]
    size = 1
    while size <= 8:
        i = 0
        while i + size * LOOP <= len(words):
            turns = _turns(plain, i, size)
            if turns >= LOOP:
                del words[i + size * most : i + size * turns], plain[i + size * most : i + size * turns]
            i += 1
        size += 1
    return " ".join(words)


def _turns(words: list[str], start: int, size: int) -> int:
    turns, phrase = 1, words[start : start + size]
    while words[start + turns * size : start + (turns + 1) * size] == phrase:
        turns += 1
    return turns


@cache
def _inventions() -> tuple[re.Pattern[str], ...]:
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return tuple(_pattern(line) for line in lines if line.strip() and not line.startswith("#"))


def _pattern(line: str) -> re.Pattern[str]:
    parts = [r"\S+(?: \S+){0,13}" if word == "*" else re.escape(word) for word in line.split()]
    tail = " ".join(parts)
    if line.split()[-1] == "*":
        tail = " ".join(parts[:-1]) + rf"(?: {parts[-1]})?"
    return re.compile(tail)


def is_known_invention(text: str) -> bool:
    """Whether every sentence of the text stands in the list of inventions. A text with anything else in it does not."""
    sentences = [" ".join(fold_words(s)) for s in _SENTENCE.split(text[:_MAX_TEXT])]
    said = [s for s in sentences if s]
    return bool(said) and (all(map(_is_listed, said)) or _is_listed(" ".join(said)))


def _is_listed(sentence: str) -> bool:
    """With or without a polite beginning and end."""
    bare = _POLITE.sub("", sentence)
    return any(pattern.fullmatch(said) for pattern in _inventions() for said in {sentence, bare})


def reason_invented(text: str, sound: Acoustics, ratio: float | None = None) -> Reason | None:
    """Why a text is invented, or None when it may stand. ``ratio``: compression ratio when the recogniser gave it."""
    words = fold_words(text)
    if not words:
        return None
    if sound.voiced_seconds is not None and len(words) > 3 + FASTEST * sound.voiced_seconds:
        return Reason.TOO_FAST
    if repeats(text) >= LOOP and _mostly_loop(text):
        return Reason.LOOP
    if (compression_ratio(text) if ratio is None else ratio) > COMPRESSION:
        return Reason.COMPRESSED
    if sound.voiced_seconds is not None and sound.voiced_seconds < SHORTEST_VOICED and sound.doubtful:
        return Reason.SILENCE
    if sound.no_speech_prob >= NO_SPEECH_SURE and sound.avg_logprob <= LOW_LOGPROB:
        return Reason.SILENCE
    if sound.avg_logprob <= HOPELESS_LOGPROB:
        return Reason.HOPELESS
    return Reason.KNOWN if sound.doubtful and is_known_invention(text) else None


def _mostly_loop(text: str) -> bool:
    """A loop that is the greater part of the text; one inside a true sentence is cut by ``without_loops``."""
    whole, left = len(fold_words(text)), len(fold_words(without_loops(text, most=1)))
    return whole - left >= whole / 2


def is_invented(
    text: str,
    no_speech_prob: float = 0.0,
    avg_logprob: float = 0.0,
    compression_ratio: float | None = None,
    voiced_seconds: float | None = None,
    seconds: float | None = None,
) -> bool:
    """Whether a text is to be dropped as invented. Units as in ``Acoustics``; "" is never invented."""
    sound = Acoustics(no_speech_prob, avg_logprob, voiced_seconds, seconds)
    return reason_invented(text, sound, compression_ratio) is not None
