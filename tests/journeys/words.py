"""Word errors, as recognition counts them."""

from __future__ import annotations

import re


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def errors(said: list[str], heard: list[str]) -> int:
    """The edit distance of two lists of words."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        last, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (word != other))
    return row[-1]


def errors_within(said: list[str], heard: list[str]) -> int:
    """The edit distance of ``said`` and that stretch of ``heard`` which is nearest to it."""
    row = [0] * (len(heard) + 1)
    for i, word in enumerate(said, 1):
        last, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (word != other))
    return min(row)
