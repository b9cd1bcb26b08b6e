"""What was said, as it now reads: corrections by hand over machine text, erased spans gone, ordered by time said."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from minutes.record.events import (
    Channel,
    Corrected,
    Entry,
    Erased,
    ItemConcluded,
    ItemStarted,
    Retranscribed,
    SpeakerAssigned,
    Spoke,
    Word,
    utterance_id,
)
from minutes.record.folding import folded

SAMPLES_A_MS = 48


@dataclass(frozen=True, slots=True)
class Utterance:
    """``text`` as minutes write it; ``corrected``/``assigned``: by hand. ``said_at``/``ends_at`` in ms."""

    id: str
    track: str
    start: int
    end: int
    said_at: int
    speaker: str
    text: str
    spoken: str
    confidence: int
    item: str
    words: tuple[Word, ...]
    method: str
    model: str
    channel: Channel
    also: tuple[str, ...]
    seq: int
    corrected: bool = False
    assigned: bool = False

    @property
    def ends_at(self) -> int:
        return self.said_at + max(0, self.end - self.start) // SAMPLES_A_MS


@dataclass(frozen=True, slots=True)
class Transcript:
    """``by_id`` holds the utterances; ``items`` when which item began (ms, id; "" = none).

    ``cursors``: the sample up to which each track has been written down, erased speech included.
    """

    by_id: Mapping[str, Utterance] = field(default_factory=dict)
    cursors: Mapping[str, int] = field(default_factory=dict)
    items: tuple[tuple[int, str], ...] = ()
    erased: tuple[Erased, ...] = ()

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """In the order said."""
        return tuple(sorted(self.by_id.values(), key=lambda said: (said.said_at, said.track, said.start)))


EMPTY = Transcript()


def fold(entries: Iterable[Entry], onto: Transcript = EMPTY) -> Transcript:
    return folded(step, onto, entries)


def step(value: Transcript, entry: Entry) -> Transcript:
    match entry.event:
        case Spoke() as spoke:
            return _spoke(value, spoke, entry.seq)
        case Corrected(utterance=key, text=text):
            return _changed(value, key, text=text, corrected=True)
        case SpeakerAssigned(utterance=key, member=member):
            return _changed(value, key, speaker=member, assigned=True)
        case Retranscribed() as again:
            return _retranscribed(value, again)
        case Erased() as erased:
            return _erased(value, erased)
        case ItemStarted(item=item):
            return replace(value, items=(*value.items, (entry.at, item)))
        case ItemConcluded(item=item) if value.items and value.items[-1][1] == item:
            return replace(value, items=(*value.items, (entry.at, "")))
    return value


def _spoke(value: Transcript, spoke: Spoke, seq: int) -> Transcript:
    said = Utterance(
        utterance_id(spoke.track, spoke.start), spoke.track, spoke.start, spoke.end, spoke.said_at, spoke.speaker,
        spoke.text, spoke.spoken, spoke.confidence, spoke.item or item_at(value, spoke.said_at), spoke.words,
        spoke.method, spoke.model, spoke.channel, spoke.also, seq,
    )  # fmt: skip
    cursors = {**value.cursors, said.track: max(said.end, value.cursors.get(said.track, 0))}
    if said.id in value.by_id or any(_inside(said, erased) for erased in value.erased):
        return replace(value, cursors=cursors)
    return replace(value, by_id={**value.by_id, said.id: said}, cursors=cursors)


def item_at(value: Transcript, at: int) -> str:
    """The item under discussion at a moment: recognition comes seconds after the words."""
    place = bisect_right([since for since, _ in value.items], at)
    return value.items[place - 1][1] if place else ""


def _changed(value: Transcript, key: str, **fields: object) -> Transcript:
    said = value.by_id.get(key)
    if said is None:
        return value
    return replace(value, by_id={**value.by_id, key: replace(said, **fields)})  # type: ignore[arg-type]  # names above


def _retranscribed(value: Transcript, again: Retranscribed) -> Transcript:
    said = value.by_id.get(again.utterance)
    if said is None:
        return value
    new = replace(
        said, text=said.text if said.corrected else again.text, spoken=again.spoken, model=again.model,
        confidence=again.confidence, words=again.words,
    )  # fmt: skip
    return replace(value, by_id={**value.by_id, said.id: new})


def _erased(value: Transcript, erased: Erased) -> Transcript:
    kept = {key: said for key, said in value.by_id.items() if not _inside(said, erased)}
    return replace(value, by_id=kept, erased=(*value.erased, erased))


def _inside(said: Utterance, erased: Erased) -> bool:
    """Any part within the span counts: half an erased sentence would tell the other half."""
    return said.said_at < erased.until and max(said.ends_at, said.said_at + 1) > erased.since
