"""A text cut into words with their stops, and into sentences; the ground on which cues and grammar work."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from minutes.drafting.sound import Sound, is_marked, is_syllable, parted, sound
from transcription.text.tokens import word_set

_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)*|(?<=\d)[:/-](?=\d)|%|[^\W\d_]+(?:['’][^\W\d_]+)*|\.\.\.|[.,;:?!…–]|(?<=\s)-(?=\s)"
)
_BREAKS = {"...": ",", "…": ",", ".": ".", "!": ".", "?": "?", ",": ",", ";": ",", ":": ":", "–": ",", "-": ","}


_LOANS = word_set("alô kilô mêga ôtô cátsét tivi xêmina mítinh")


# Words of the central provinces and the south by the standard word they stand for: heard as it, printed as said.
# Those that are names too are taken so only in small letters.
_REGIONAL = {"tui": "tôi", "rứa": "thế", "nỏ": "không", "mần": "làm", "răng": "sao", "hổng": "không", "hông": "không",
             "nhứt": "nhất", "zậy": "vậy", "dzậy": "vậy"}  # fmt: skip
_REGIONAL_SMALL = {"ni": "nay", "nớ": "đó", "chừ": "giờ"}


@dataclass(frozen=True, slots=True)
class Word:
    """One syllable (or figure) with the stop after it: "" none, "," soft, ":" , "." or "?" end of sentence.

    ``text`` is as said; ``low`` and ``sound`` are of the standard word where a regional one was said.
    """

    text: str
    sound: Sound
    stop: str
    low: str

    @property
    def is_name_like(self) -> bool:
        return self.text[:1].isupper()


@dataclass(frozen=True, slots=True)
class Span:
    """Words ``start`` up to but not including ``end`` of one speech."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def holds(self, at: int) -> bool:
        return self.start <= at < self.end


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of ``text``; joined syllables are parted, stops attached to the word before them."""
    words: list[tuple[str, str]] = []
    for piece in _TOKEN.findall(unicodedata.normalize("NFC", text)):
        stop = _BREAKS.get(piece)
        if stop is None or (piece == ":" and words and not words[-1][1] and words[-1][0].isdigit()):
            words += _syllables(piece)
        elif words and (not words[-1][1] or stop in ".?"):
            words[-1] = (words[-1][0], stop)
    return tuple(_word(piece, stop) for piece, stop in words)


@lru_cache(maxsize=32768)
def _syllables(piece: str) -> tuple[tuple[str, str], ...]:
    return tuple((part, "") for part in parted(piece))


@lru_cache(maxsize=32768)
def _word(text: str, stop: str) -> Word:
    heard = sound(_REGIONAL.get(text.lower()) or _REGIONAL_SMALL.get(text) or text)
    return Word(text, heard, stop, heard.low)


def sentences(words: tuple[Word, ...], breaks: tuple[int, ...] = ()) -> tuple[Span, ...]:
    """Spans between full stops; ``breaks`` are further places where a sentence must begin."""
    cuts = {0, len(words), *breaks} | {i + 1 for i, word in enumerate(words) if word.stop in (".", "?")}
    marks = sorted(cuts)
    return tuple(Span(a, b) for a, b in pairwise(marks) if b > a)


@lru_cache(maxsize=8192)
def sentences_of(text: str) -> tuple[Span, ...]:
    """The sentences of a text; kept, since every rule asks for them."""
    return sentences(words_of(text))


@lru_cache(maxsize=8192)
def vocabulary(text: str) -> frozenset[str]:
    """The words that a text has at all, in small letters."""
    return frozenset(word.low for word in words_of(text))


@lru_cache(maxsize=8192)
def stopped(text: str) -> tuple[int, int]:
    """How many words of a text have a stop behind them, and how many words it has."""
    words = words_of(text)
    return sum(1 for word in words if word.stop), len(words)


def plain(words: tuple[Word, ...], span: Span) -> str:
    """The words of a span as text, with their soft stops kept and the last stop left out."""
    out: list[str] = []
    for at in range(span.start, span.end):
        word = words[at]
        stop = word.stop if at < span.end - 1 else ""
        out.append(word.text + stop)
    return " ".join(out)


@lru_cache(maxsize=8192)
def roughness(text: str) -> tuple[int, int]:
    """How many marked words of ``text`` cannot be Vietnamese syllables, and how many words it has."""
    tokens = [t for t in _TOKEN.findall(unicodedata.normalize("NFC", text)) if t[0].isalpha()]
    return sum(1 for t in tokens if _is_impossible(t)), len(tokens)


@lru_cache(maxsize=32768)
def _is_impossible(token: str) -> bool:
    return is_marked(token) and not is_syllable(token) and token.lower() not in _LOANS


def clause_before(words: tuple[Word, ...], at: int, count: int) -> list[str]:
    """Up to ``count`` lower-case words right before ``at`` with no stop between."""
    found: list[str] = []
    while at > 0 and len(found) < count and not words[at - 1].stop:
        at -= 1
        found.insert(0, words[at].low)
    return found
