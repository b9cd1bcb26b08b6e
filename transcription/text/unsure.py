"""Which characters of a written line rest on words that the recogniser itself doubted. Pure.

The recogniser doubts words as it heard them ("ba", "trăm", "mét"); a line is written in figures ("300 mét"). So
doubts are carried over: recognised word → spoken word → what minutes write for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from transcription.text.figures import figure_spans
from transcription.text.fold import fold_words

UNSURE = 400
"""Per mille of probability below which a word is marked."""
_WORD = re.compile(r"\S+")
Span = tuple[int, int]


@lru_cache(maxsize=4096)
def unsure(text: str, spoken: str, heard: tuple[tuple[str, int], ...], below: int = UNSURE) -> tuple[Span, ...]:
    """[start, end) in characters of ``text``; neighbours joined. ``heard``: words as recognised, with per mille.

    ``text`` is ``spoken`` in figures with case and marks mended, as ``to_figures`` and ``sentences`` make it.
    """
    if all(sure >= below for _, sure in heard):
        return ()
    doubted = _doubted(spoken.split(), heard, below)
    places = [(found.start(), found.end()) for found in _WORD.finditer(text)]
    spans: list[Span] = []
    at = 0
    for written in figure_spans(spoken):
        own = places[at : at + len(written.text.split())]
        at += len(own)
        if own and any(n in doubted for n in range(written.first, written.last)):
            spans.append((own[0][0], own[-1][1]))
    return _joined(text, spans)


def _doubted(spoken: Sequence[str], heard: Sequence[tuple[str, int]], below: int) -> set[int]:
    """Numbers of the spoken words that rest on a doubted one; where figures were put into words, all of them."""
    own, other = [_key(word) for word, _ in heard], [_key(word) for word in spoken]
    doubted: set[int] = set()
    for kind, a, b, c, d in SequenceMatcher(None, own, other, autojunk=False).get_opcodes():
        if kind == "equal":
            doubted.update(c + n - a for n in range(a, b) if heard[n][1] < below)
        elif kind == "replace" and any(sure < below for _, sure in heard[a:b]):
            doubted.update(range(c, d))
    return doubted


def _key(word: str) -> str:
    return " ".join(fold_words(word)) or word


def _joined(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)
