"""A place in a text where figures may be written, and what is written there: the shape of every rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from transcription.text.numerals import Reading, Value, at, read
from transcription.text.tokens import Token

Found = tuple[int, str]
"""(index after the last token, what minutes write for the tokens)."""


@dataclass(frozen=True, slots=True)
class Place:
    """The tokens of a text, their keys, and the index a rule looks at. ``after``: a number ends right before."""

    items: tuple[Token, ...]
    k: tuple[str, ...]
    i: int
    after: bool = False
    known: dict[bool, Reading | None] = field(default_factory=dict, compare=False, repr=False)  # of reading_here

    def key(self, offset: int = 0) -> str:
        return at(self.k, self.i + offset)

    def match(self, *phrases: str, start: int | None = None) -> int | None:
        """The index after the longest of the phrases that stands at ``start``."""
        i = self.i if start is None else start
        for phrase in by_first_word(phrases).get(at(self.k, i), ()):
            if self.k[i : i + len(phrase)] == phrase:
                return i + len(phrase)
        return None


@lru_cache(maxsize=256)
def by_first_word(phrases: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The phrases in words, longest first, under their first word."""
    split = sorted((tuple(p.split()) for p in phrases), key=len, reverse=True)
    return {p[0]: tuple(q for q in split if q[0] == p[0]) for p in split}


Rule = Callable[[Place], Found | None]


def written(value: Value) -> str:
    """1.140 and 92,5: points between thousands, a comma before decimals."""
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    whole, _, part = f"{value.normalize():f}".partition(".")
    return written(int(whole)) + (f",{part}" if part else "")


def written_reading(reading: Reading) -> str:
    """As ``written``, but digits said one by one stay as they were said."""
    return reading.digits if reading.form == "digits" else written(reading.value)


def small(k: tuple[str, ...], i: int, most: int = 999) -> tuple[int, int] | None:
    """(end, value) of a whole number up to ``most``, neighbours taken literally."""
    found = read(k, i, exact=True)
    if found is None or isinstance(found.value, Decimal) or found.value > most:
        return None
    return found.end, found.value


def roman(n: int) -> str:
    """1 to 39 in Roman figures, for quarters and congresses."""
    units = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
    return "X" * (n // 10) + units[n % 10]


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
