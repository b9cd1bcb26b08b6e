"""The words by which a meeting says what it is doing, as data, and a matcher that forgives recognition.

``data/cues.json`` holds families of phrases. ``(a|b)`` is a choice, ``(a)`` may be left out. A phrase is found
word for word; in rough speech (see turns.is_rough) where every syllable sounds like its own and enough of them
are exact, and of a phrase of four syllables or more one may be missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from itertools import product
from typing import Any

from minutes.drafting.sound import Sound, likeness, sound
from minutes.drafting.words import Span, Word, words_of
from transcription.text.tokens import word_set

_CHOICE = re.compile(r"\(([^()]*)\)")
_ROUGH_LEAST = {1: 1.0, 2: 0.88, 3: 0.8}  # mean likeness asked of a phrase by its length in rough speech
_ROUGH_LEAST_LONG = 0.75
_CLEAN_LEAST, _CLEAN_LEAST_LONG = 0.98, 0.93
_TURNING = word_set("không chưa chẳng đừng tự khác vẫn ghi")


@dataclass(frozen=True, slots=True)
class Phrase:
    """``gapped``: one syllable of the phrase is left out here, so the rest must be exact."""

    family: str
    sounds: tuple[Sound, ...]
    gapped: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found: its family, where, and how sure (0..1)."""

    family: str
    start: int
    end: int
    score: float

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues found in one text, in order of their place, and by family."""

    hits: tuple[Hit, ...]
    by_family: Mapping[str, tuple[Hit, ...]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, *families: str, within: Span | None = None) -> tuple[Hit, ...]:
        """Hits of the families, only those that begin inside ``within`` when given."""
        found = [self.by_family[family] for family in families if family in self.by_family]
        if not found:
            return ()
        hits = found[0] if len(found) == 1 else tuple(sorted((h for each in found for h in each), key=_place))
        if within is None:
            return hits
        start, end = within.start, within.end
        return tuple(h for h in hits if start <= h.start < end)

    def has(self, *families: str, within: Span | None = None) -> bool:
        known = self.by_family
        if within is None:
            return any(family in known for family in families)
        start, end = within.start, within.end
        return any(start <= hit.start < end for family in families for hit in known.get(family, ()))


def _place(hit: Hit) -> tuple[int, int]:
    """The order of hits: by their beginning, of those that begin together the longer first."""
    return hit.start, -hit.end


def in_order(hits: Iterable[Hit]) -> Cues:
    """The cues of a text out of its hits."""
    ordered = tuple(sorted(hits, key=_place))
    found: dict[str, list[Hit]] = {}
    for hit in ordered:
        found.setdefault(hit.family, []).append(hit)
    return Cues(ordered, {family: tuple(each) for family, each in found.items()})


def spelled(pattern: str) -> list[str]:
    """All phrases a pattern stands for: "(xin) mời" is "xin mời" and "mời"."""
    choices: list[list[str]] = []

    def keep(match: re.Match[str]) -> str:
        options = match.group(1).split("|")
        choices.append(options if len(options) > 1 else [*options, ""])
        return f" \0{len(choices) - 1}\0 "

    form = _CHOICE.sub(keep, pattern).split()
    slots = [choices[int(part.strip("\0"))] if "\0" in part else [part] for part in form]
    texts = (" ".join(" ".join(pick).split()) for pick in product(*slots))
    return [text for text in texts if text]


@lru_cache(maxsize=1)
def _data() -> Any:
    return json.loads(resources.files("minutes.drafting").joinpath("data/cues.json").read_text("utf-8"))


@lru_cache(maxsize=1)
def _rivals() -> dict[str, frozenset[str]]:
    """For each family those of which a longer phrase takes its place ("không nhất trí" over "nhất trí")."""
    return {family: frozenset(group) for group in _data()["exclusive"] for family in group}


@lru_cache(maxsize=1)
def table() -> dict[tuple[str, ...], tuple[Phrase, ...]]:
    """Phrases by the sound keys of their syllables, also with one syllable left out of the long ones."""
    raw = _data()
    found: dict[tuple[str, ...], dict[Phrase, None]] = {}
    for family, patterns in raw["families"].items():
        for text in (text for pattern in patterns for text in spelled(pattern)):
            sounds = tuple(sound(s) for s in text.split())
            for part in _with_gaps(sounds):
                found.setdefault(tuple(s.key for s in part), {})[Phrase(family, part, len(part) < len(sounds))] = None
    return {keys: tuple(phrases) for keys, phrases in found.items()}


def _with_gaps(sounds: tuple[Sound, ...]) -> list[tuple[Sound, ...]]:
    """The phrase itself and, when it is long, with one syllable lost; a word that turns its sense never is."""
    if len(sounds) < 4:
        return [sounds]
    lost = [i for i, part in enumerate(sounds) if part.low not in _TURNING]
    return [sounds, *(sounds[:i] + sounds[i + 1 :] for i in lost)]


forgotten_with_table: list[Callable[[], None]] = []  # how to empty what other modules keep of cues
_swapped: dict[str, dict[tuple[str, ...], tuple[Phrase, ...]]] = {}


def swap_table(other: dict[tuple[str, ...], tuple[Phrase, ...]] | None) -> None:
    """Read with another table (None: our own again); only for measuring what the phrases are worth."""
    _swapped.clear()
    if other is not None:
        _swapped["table"] = other
    for forget in (cues_in.cache_clear, *forgotten_with_table):
        forget()


@lru_cache(maxsize=1)
def _lengths() -> dict[str, tuple[int, ...]]:
    """How long the phrases are that begin with a sound, longest first."""
    found: dict[str, set[int]] = {}
    for keys in table():
        found.setdefault(keys[0], set()).add(len(keys))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}


@lru_cache(maxsize=8192)
def cues_in(text: str, rough: bool = False) -> Cues:
    """Every cue in a text. Of overlapping hits of one family only the longest (then surest) stays."""
    words = words_of(text)
    keys = tuple(word.sound.key for word in words)
    known, lengths, hits = _swapped.get("table") or table(), _lengths(), []
    for start, first in enumerate(keys):
        for length in lengths.get(first, ()):
            phrases = known.get(keys[start : start + length]) if start + length <= len(keys) else None
            for phrase in phrases or ():
                if (score := _score(phrase, words, start, rough)) > 0:
                    hits.append(Hit(phrase.family, start, start + length, score))
    return in_order(_unswallowed(_longest(hits)))


def _score(phrase: Phrase, words: tuple[Word, ...], start: int, rough: bool) -> float:
    """Mean likeness, or 0 when too far off or when a full stop stands inside the words."""
    count = len(phrase.sounds)
    if any(words[start + i].stop in (".", "?") for i in range(count - 1)):
        return 0.0
    parts = [likeness(s, words[start + i].sound) for i, s in enumerate(phrase.sounds)]
    mean = sum(parts) / count
    if not rough:
        return mean if not phrase.gapped and mean >= (_CLEAN_LEAST_LONG if count > 3 else _CLEAN_LEAST) else 0.0
    least = 1.0 if phrase.gapped else _ROUGH_LEAST.get(count, _ROUGH_LEAST_LONG)
    return mean if mean >= least and 2 * parts.count(1.0) >= count else 0.0


def _longest(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (-(h.end - h.start), -h.score, h.start)):
        if not any(k.family == hit.family and k.start < hit.end and hit.start < k.end for k in kept):
            kept.append(hit)
    return sorted(kept, key=lambda h: (h.start, -h.end))


def _unswallowed(hits: list[Hit]) -> list[Hit]:
    """Where rivals share a word the longer phrase stays, of equals the earlier."""

    def yields(hit: Hit, other: Hit) -> bool:
        if other.family == hit.family or other.family not in _rivals().get(hit.family, ()):
            return False
        if other.start >= hit.end or hit.start >= other.end:
            return False
        return (other.end - other.start, -other.start) > (hit.end - hit.start, -hit.start)

    return [hit for hit in hits if not any(yields(hit, other) for other in hits)]
