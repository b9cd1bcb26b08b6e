"""Sober third person: what was said, as minutes print it."""

from __future__ import annotations

from functools import lru_cache

from minutes.drafting.speech import Speech
from minutes.drafting.words import Span, Word
from transcription.text.figures import to_figures
from transcription.text.tokens import word_set

_FILLERS = word_set("ờ ừ ừm à ơ ạ nhé nhỉ vâng dạ ơi")
_OPENERS = (
    "kính thưa đồng chí chủ trì", "kính thưa chi bộ", "kính thưa các đồng chí", "thưa các đồng chí", "thưa chi bộ",
    "thưa đồng chí chủ trì", "báo cáo đồng chí chủ trì", "báo cáo chi bộ", "báo cáo bí thư", "tôi xin phát biểu",
    "tôi xin có ý kiến", "xin có ý kiến", "cho tôi xin hai phút", "tôi xin hết", "xin cảm ơn các đồng chí",
    "tôi xin hết ý kiến", "cho tôi nói một câu", "tôi ý kiến",
)  # fmt: skip
_OPENER_KEYS = tuple(sorted((tuple(o.split()) for o in _OPENERS), key=len, reverse=True))
MAX_GIST = 110  # words


@lru_cache(maxsize=16384)
def in_figures(text: str) -> str:
    """The words with numbers, dates and sums in figures."""
    return to_figures(text)


def sentence(text: str) -> str:
    """A capital at the head and a full stop at the end."""
    text = text.strip(" ,;:–-")
    if not text:
        return ""
    return text[:1].upper() + text[1:] + ("" if text[-1] in ".?!…" else ".")


def spare(speech: Speech, span: Span) -> str:
    """The words of a span without fillers and forms of address, numbers in figures where recognition allows."""
    words = speech.words[span.start : span.end]
    low = tuple(w.low for w in words)
    kept: list[tuple[Word, str]] = []
    at = 0
    while at < len(words):
        skip = next((len(o) for o in _OPENER_KEYS if low[at : at + len(o)] == o), 0)
        if skip:
            at += skip
            continue
        if low[at] not in _FILLERS or (words[at].is_name_like and at and not words[at - 1].stop):
            kept.append((words[at], words[at].stop))
        at += 1
    text = " ".join(w.text + (_mark(stop) if i < len(kept) - 1 else "") for i, (w, stop) in enumerate(kept))
    return written(text, speech.rough)


def _mark(stop: str) -> str:
    return {".": ".", "?": "?"}.get(stop, stop)


def written(text: str, rough: bool) -> str:
    """Figures for numbers; roughly recognised speech keeps its words, for a misheard figure looks too sure."""
    return text if rough else in_figures(text)


def clipped(text: str, limit: int = MAX_GIST) -> str:
    parts = text.split()
    return text if len(parts) <= limit else " ".join(parts[:limit]) + " …"
