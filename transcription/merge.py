"""One voice, one line: the same words heard by two microphones. Pure.

The hall's device hears a member whose phone is on too, or a loudspeaker's echo of a remote voice. Two utterances of
different tracks that overlap by 70 % or more and read alike are the same speech; the nearer microphone's text wins
(it was surer of its words, or louder), and both stay as sources.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from transcription.text import similarity

OVERLAP = 0.7
"""Of the shorter utterance."""
ALIKE = 0.6
SPARE_MS = 400
"""An echo comes this late at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """An utterance on the meeting's clock; ``level`` in dB of full scale when it is known."""

    id: str
    track: str
    start_ms: int
    end_ms: int
    text: str
    confidence: int
    level: float | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """What is shown, and every utterance that it rests on (the shown one first)."""

    shown: Line
    sources: tuple[Line, ...]


def same_speech(one: Line, other: Line) -> bool:
    """Whether two microphones heard the same words."""
    if one.track == other.track or not one.text or not other.text:
        return False
    return overlap(one, other) >= OVERLAP and similarity(one.text, other.text) >= ALIKE


def overlap(one: Line, other: Line) -> float:
    """Share of the shorter utterance that the other covers, an echo's delay forgiven."""
    shorter = min(one.end_ms - one.start_ms, other.end_ms - other.start_ms)
    common = min(one.end_ms, other.end_ms + SPARE_MS) - max(one.start_ms, other.start_ms - SPARE_MS)
    common = max(common, min(other.end_ms, one.end_ms + SPARE_MS) - max(other.start_ms, one.start_ms - SPARE_MS))
    return min(1.0, max(0, common) / max(1, shorter))


def nearer(one: Line, other: Line) -> Line:
    """The utterance of the nearer microphone: clearly louder (3 dB), else surer, else the earlier."""
    if one.level is not None and other.level is not None and abs(one.level - other.level) >= 3:
        return max((one, other), key=lambda line: line.level or 0.0)
    if one.confidence != other.confidence:
        return max((one, other), key=lambda line: line.confidence)
    return min((one, other), key=lambda line: (line.start_ms, line.track))


def merge(lines: Iterable[Line]) -> list[Merged]:
    """Lines in order of their start, those of one speech as one."""
    merged: list[Merged] = []
    for line in sorted(lines, key=lambda one: (one.start_ms, one.track)):
        twin = next((n for n in range(len(merged) - 1, -1, -1) if _belongs(line, merged[n])), None)
        if twin is None:
            merged.append(Merged(line, (line,)))
            continue
        shown = nearer(merged[twin].shown, line)
        rest = [source for source in (*merged[twin].sources, line) if source != shown]
        merged[twin] = Merged(shown, (shown, *rest))
    return merged


def _belongs(line: Line, merged: Merged) -> bool:
    tracks = {source.track for source in merged.sources}
    return line.track not in tracks and same_speech(merged.shown, line)
