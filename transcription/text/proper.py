"""Names that a text writes with capitals: people, hamlets, streams. Pure."""

from __future__ import annotations

import re

from transcription.text.tokens import word_set
from transcription.text.tones import normal

_RUN = re.compile(r"[^\W\d_]+(?:[ \t]+[^\W\d_]+)*")
_TITLES = word_set(
    "đồng chí bác anh chị ông bà cô chú cụ thầy thôn bản xã xóm phường huyện tỉnh làng ấp khu tổ suối cầu"
)
LONGEST = 6


def proper_names(text: str) -> tuple[str, ...]:
    """Runs of two to six capitalised words, each once, in order. A sentence's first capital alone begins no name."""
    found: dict[str, None] = {}
    for run in _RUN.finditer(normal(text)):
        words = run.group().split()
        begins = run.start() == 0 or text[: run.start()].rstrip()[-1:] in (".", "!", "?", ":", "…", "")
        for start, end in _capitals(words):
            first = start + 1 if begins and start == 0 and (end > 2 or words[0].lower() in _TITLES) else start
            if 2 <= end - first <= LONGEST:
                found[" ".join(words[first:end])] = None
    return tuple(found)


def _capitals(words: list[str]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for place, word in enumerate([*words, ""]):
        if not (word[:1].isupper() and (len(word) == 1 or word[1:].islower())):
            if place > start:
                spans.append((start, place))
            start = place + 1
    return spans
