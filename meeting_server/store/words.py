"""Words as they are indexed, sought and marked: with and without diacritics, case never matters. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from transcription.text.fold import fold, fold_words, nfc

WORD = re.compile(r"[^\W_]+")
MAX_INDEXED = 600_000
MAX_WORDS, MAX_QUERY = 16, 200
SHOWN = 280


def written_words(text: str) -> tuple[str, ...]:
    """The words as written, in lower case."""
    return tuple(WORD.findall(nfc(text).lower()))


def indexed(texts: Iterable[str]) -> str:
    """What the index holds of some lines: every word without diacritics, then those lines that have any as written.

    A phrase of the one or the other kind stays a phrase. At most MAX_INDEXED characters.
    """
    kept = [(" ".join(fold_words(text)), " ".join(written_words(text))) for text in texts]
    bare, written = [one for one, _ in kept], [other for one, other in kept if other != one]
    return " ".join([*bare, *written])[:MAX_INDEXED]


@dataclass(frozen=True, slots=True)
class Sought:
    """A query: its words without diacritics, and as written when it has any diacritics."""

    folded: tuple[str, ...] = ()
    written: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Typed with diacritics: lines with just these words come first."""
        return self.written != self.folded


def sought(query: str) -> Sought:
    """At most MAX_WORDS words of the first MAX_QUERY characters."""
    cut = nfc(query[:MAX_QUERY])
    return Sought(fold_words(cut)[:MAX_WORDS], written_words(cut)[:MAX_WORDS])


Mark = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marked:
    """A line, or the part of it around what was found; ``marks`` are code point spans of ``text``."""

    text: str
    marks: tuple[Mark, ...]


def marked(text: str, query: Sought) -> Marked:
    """The words of ``query`` in a line. Where the line has all of them just as typed, only those are marked."""
    text = nfc(text)
    spans = [(found.start(), found.end(), found.group().lower()) for found in WORD.finditer(text)]
    exact = _all_in([word for _, _, word in spans], query.written) if query.exact else False
    wanted = query.written if exact else query.folded
    words = [word if exact else fold(word) for _, _, word in spans]
    marks = tuple((start, end) for (start, end, _), word in zip(spans, words, strict=True) if word in set(wanted))
    return _cut(text, marks)


def rank(text: str, folded: str, query: Sought) -> int:
    """How well a line fits, from its text and its folded text: all words together, just as typed, all, some."""
    low = text.lower()
    exact = query.exact and all(word in low for word in query.written)
    together = " ".join(query.written) in low if exact else " ".join(query.folded) in folded
    there = [word in folded for word in query.folded]
    return 4 * together + 2 * exact + all(there) if any(there) else -1


def _all_in(words: list[str], wanted: tuple[str, ...]) -> bool:
    return bool(wanted) and set(wanted) <= set(words)


def _cut(text: str, marks: tuple[Mark, ...]) -> Marked:
    """At most SHOWN characters, from a little before the first mark."""
    if len(text) <= SHOWN:
        return Marked(text, marks)
    since = max(0, (marks[0][0] if marks else 0) - SHOWN // 4)
    since = text.rfind(" ", 0, since) + 1 if since else 0
    until = since + SHOWN - 2
    head, tail = "…" if since else "", "…" if until < len(text) else ""
    shift = len(head) - since
    inside = tuple((start + shift, end + shift) for start, end in marks if since <= start and end <= until)
    return Marked(head + text[since:until] + tail, inside)
