"""One voice, one line: the same words heard by two microphones. Pure.

The hall's device hears a member whose phone is on too, or a loudspeaker's echo of a remote voice. Two utterances of
different tracks that overlap by 70 % or more and read alike are the same speech; the nearer microphone's line is
shown and both stay as sources. What is shown depends on the set of utterances only, never on their order of arrival.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from rapidfuzz import fuzz

from transcription.text import fold_words, similarity

OVERLAP = 0.7
"""Of the shorter utterance, for two to be the same speech; of the hidden one, for a line to stand for it."""
ALIKE, ALIKE_PART, ALIKE_REMOTE = 0.6, 0.8, 0.8
"""Whole against whole; a shorter text within a longer one; two remote tracks, which are mostly two places."""
LEAST_WORDS = 3
""""Nhất trí" said by two at once is two people's word: such short lines are never put together."""
SPARE_MS = 400
"""An echo comes this late at most."""
NEAR_MS = 30_000
"""Utterances are cut at 28 s: what begins farther away cannot overlap."""
LOUDER_DB = 3


class Line(Protocol):
    """transcript.Utterance, as far as it matters here. ``level`` in dB of full scale, 0 = not known."""

    @property
    def id(self) -> str: ...
    @property
    def track(self) -> str: ...
    @property
    def said_at(self) -> int: ...
    @property
    def ends_at(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def spoken(self) -> str: ...
    @property
    def confidence(self) -> int: ...
    @property
    def level(self) -> int: ...
    @property
    def method(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def corrected(self) -> bool: ...
    @property
    def assigned(self) -> bool: ...


def same_speech(one: Line, other: Line) -> bool:
    """Whether two microphones heard the same words. What a hand changed is judged by what was recognised."""
    if one.track == other.track or "typed" in (one.method, other.method):
        return False
    shorter = min(_length(one), _length(other))
    return _common(one, other) >= OVERLAP * shorter and _alike(one, other)


def _length(line: Line) -> int:
    return max(1, line.ends_at - line.said_at)


def _common(one: Line, other: Line) -> int:
    """Milliseconds that both cover, an echo's delay forgiven, at most the shorter's length."""
    plain = min(one.ends_at, other.ends_at) - max(one.said_at, other.said_at)
    late = min(one.ends_at, other.ends_at + SPARE_MS) - max(one.said_at, other.said_at - SPARE_MS)
    return min(max(0, plain, late), _length(one), _length(other)) if plain > 0 else 0


def _alike(one: Line, other: Line) -> bool:
    texts = sorted((one.spoken or one.text, other.spoken or other.text), key=len)
    words = [fold_words(text) for text in texts]
    if len(words[0]) < LEAST_WORDS:
        return False
    remote = one.channel == other.channel == "remote"
    if similarity(*texts) >= (ALIKE_REMOTE if remote else ALIKE):
        return True
    part = fuzz.partial_ratio(" ".join(words[0]), " ".join(words[1])) / 100
    return not remote and len(words[0]) > LEAST_WORDS and part >= ALIKE_PART


def strength(line: Line) -> tuple[bool, int, int, int, str, str]:
    """Greatest first: changed by hand, clearly louder (3 dB), surer, earlier. A total order: ids differ."""
    louder = (line.level or -200) // LOUDER_DB
    return line.corrected or line.assigned, louder, line.confidence, -line.said_at, line.track, line.id


def covers(shown: Line, hidden: Line) -> bool:
    """Whether nothing much of ``hidden`` goes unsaid when only ``shown`` is read."""
    return _common(shown, hidden) >= OVERLAP * _length(hidden)


def hidden(lines: Mapping[str, Line], twins: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Hidden line → the line that is shown for it. ``twins``: ids that are the same speech, both ways.

    The strongest line hides the twins that it covers, then the next that is left; a line changed by hand never hides.
    """
    behind: dict[str, str] = {}
    for line in sorted((lines[key] for key in twins), key=strength, reverse=True):
        if line.id in behind:
            continue
        for key in twins[line.id]:
            other = lines[key]
            by_hand = other.corrected or other.assigned
            if not by_hand and key not in behind and strength(other) < strength(line) and covers(line, other):
                behind[key] = line.id
    # A long line that a louder part of it could not stand for still hides that part when it covers it.
    for key in sorted(twins.keys() - behind.keys(), key=lambda name: strength(lines[name])):
        line = lines[key]
        over = [lines[name] for name in twins[key] if name not in behind and _longer(lines[name], line)]
        if over and not (line.corrected or line.assigned):
            behind[key] = max(over, key=strength).id
    return {key: _last(behind, key) for key in behind}


def _last(behind: Mapping[str, str], key: str) -> str:
    while key in behind:
        key = behind[key]
    return key


def _longer(one: Line, other: Line) -> bool:
    return covers(one, other) and not covers(other, one)
