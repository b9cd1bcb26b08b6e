"""How sure a part is: what was misheard, or heard with little confidence, is marked "doubtful" for the secretary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from minutes.drafting.scene import Scene
from minutes.drafting.turns import Turn
from minutes.drafting.value import DOUBTFUL, Conclusion, Minutes, Opinion, Orders, Task, Vote

LEAST = 600  # per mille: a recogniser's mean confidence below this makes a part doubtful
_Part = TypeVar("_Part", Opinion, Vote, Conclusion, Task)


def doubted(scene: Scene, turns: tuple[Turn, ...], minutes: Minutes) -> Minutes:
    """The minutes with every part's confidence lowered to what its turns bear."""
    garbled = any(speech.garbled for speech in scene.speeches)
    heard = {turn.order: turn.confidence for turn in turns if turn.confidence is not None}
    if not garbled and not heard:
        return _with_nameless(scene, minutes)
    marked = replace(
        minutes,
        opinions=tuple(_marked(part, heard, garbled) for part in minutes.opinions),
        votes=tuple(_marked(part, heard, garbled) for part in minutes.votes),
        conclusions=tuple(_marked(part, heard, garbled) for part in minutes.conclusions),
        tasks=tuple(_marked(part, heard, garbled) for part in minutes.tasks),
    )
    return _with_nameless(scene, marked)


def _marked(part: _Part, heard: Mapping[int, int], garbled: bool) -> _Part:
    mean = _mean(part.orders, heard)
    if not garbled and mean >= LEAST:
        return replace(part, confidence=min(part.confidence, mean))
    return replace(part, confidence=min(part.confidence, mean, DOUBTFUL), flags=(*part.flags, "doubtful"))


def _mean(orders: Orders, heard: Mapping[int, int]) -> int:
    known = [heard[order] for order in orders if order in heard]
    return sum(known) // len(known) if known else 1000


def _with_nameless(scene: Scene, minutes: Minutes) -> Minutes:
    """Speech that nobody was named for gives no line, so it is at least counted."""
    nameless = sum(1 for speech in scene.speeches if not speech.speaker and len(speech.words) > 8)
    if not nameless:
        return minutes
    return replace(minutes, doubts=(*minutes.doubts, f"Có {nameless} lượt phát biểu chưa rõ người nói."))
