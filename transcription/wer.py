"""How much of a text was recognised: word and character error rates, as papers count them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from transcription.spoken import in_words


def plain(text: str) -> list[str]:
    """Words in NFC and lower case, numbers in words, without punctuation."""
    said = unicodedata.normalize("NFC", in_words(text)).lower()
    return re.sub(r"[^\w\s]", " ", said).split()


@dataclass(frozen=True, slots=True)
class Errors:
    """Edits against a reference of ``length`` units."""

    edits: int
    length: int

    @property
    def percent(self) -> float:
        return 100 * self.edits / max(1, self.length)

    def __add__(self, other: Errors) -> Errors:
        return Errors(self.edits + other.edits, self.length + other.length)


NONE = Errors(0, 0)


def word_errors(reference: str, heard: str) -> Errors:
    expected = plain(reference)
    return Errors(distance(expected, plain(heard)), len(expected))


def character_errors(reference: str, heard: str) -> Errors:
    expected = " ".join(plain(reference))
    return Errors(distance(expected, " ".join(plain(heard))), len(expected))


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Least number of insertions, deletions and substitutions (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]
