"""Words, figures and marks of a text with their places: what all readers of numbers, dates and times walk over."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W\d_]+|[^\w\s]|_")


def is_digits(text: str) -> bool:
    """Whether a text is figures 0 to 9 only, and few enough for a number."""
    return 0 < len(text) <= 24 and text.isascii() and text.isdigit()


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a run of figures or one mark. ``key`` is the lower-case text that rules compare with."""

    start: int
    end: int
    text: str
    key: str

    @property
    def is_figure(self) -> bool:
        return is_digits(self.text[0])

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of an NFC text in order; white space is left out."""
    return tuple(Token(m.start(), m.end(), m.group(), m.group().lower()) for m in _TOKEN.finditer(text))


def keys(items: tuple[Token, ...]) -> tuple[str, ...]:
    return tuple(item.key for item in items)


def word_set(text: str) -> frozenset[str]:
    """The words of a blank-separated list."""
    return frozenset(text.split())
