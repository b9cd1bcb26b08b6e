"""What was said, as it now reads: corrections by hand over machine text, erased spans gone, ordered by time said.

What two microphones heard is one line (minutes.record.twins).
"""

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
from minutes.record.twins import NEAR_MS, hidden, same_speech

SAMPLES_A_MS = 48


@dataclass(frozen=True, slots=True)
class Utterance:
    """``text`` as minutes write it; ``corrected``/``assigned``: by hand. ``said_at``/``ends_at`` in ms.

    ``also``: ids of the same words from other microphones; ``level`` dB of full scale, 0 = not known; ``typed``: from
    the paper form, so that ``said_at`` is only the order of entering.
    """

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
    level: int = 0
    corrected: bool = False
    assigned: bool = False
    typed: bool = False

    @property
    def ends_at(self) -> int:
        return self.said_at + max(0, self.end - self.start) // SAMPLES_A_MS


@dataclass(frozen=True, slots=True)
class Transcript:
    """``by_id`` holds all utterances; ``items`` when which item began (ms, id; "" = none).

    ``cursors``: the sample up to which each track has been written down, erased speech included. ``twins``: ids of
    utterances that are the same speech, both ways; ``places``: ids by the half minute in which they began.
    """

    by_id: Mapping[str, Utterance] = field(default_factory=dict)
    cursors: Mapping[str, int] = field(default_factory=dict)
    items: tuple[tuple[int, str], ...] = ()
    erased: tuple[Erased, ...] = ()
    twins: Mapping[str, frozenset[str]] = field(default_factory=dict)
    places: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """In the order said; what several microphones heard once, with the others in ``also``."""
        return tuple(sorted(self.shown(), key=lambda said: (said.said_at, said.track, said.start)))

    def shown(self) -> list[Utterance]:
        """The same in no order."""
        if not self.twins:
            return list(self.by_id.values())
        behind = hidden(self.by_id, self.twins)
        others: dict[str, list[Utterance]] = {}
        for key, shown in behind.items():
            others.setdefault(shown, []).append(self.by_id[key])
        return [
            _with(said, others[said.id]) if said.id in others else said
            for said in self.by_id.values()
            if said.id not in behind
        ]

    def behind(self, key: str) -> str:
        """The id of the line that is shown for an utterance: mostly its own."""
        return hidden(self.by_id, self.twins).get(key, key) if key in self.twins else key


def _with(said: Utterance, others: list[Utterance]) -> Utterance:
    """A hall line that nobody is known to have said takes the owner of the phone that heard it too."""
    heard = sorted(others, key=lambda one: (one.said_at, one.track, one.start))
    owner = next((one.speaker for one in heard if one.speaker), "")
    speaker = said.speaker if said.speaker or said.assigned else owner
    return replace(said, speaker=speaker, also=tuple(one.id for one in heard))


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
        spoke.method, spoke.model, spoke.channel, spoke.also, seq, spoke.level, typed=spoke.typed,
    )  # fmt: skip
    cursors = {**value.cursors, said.track: max(said.end, value.cursors.get(said.track, 0))}
    if said.id in value.by_id or any(_inside(said, erased) for erased in value.erased):
        return replace(value, cursors=cursors)
    return _paired(replace(value, by_id={**value.by_id, said.id: said}, cursors=cursors), said)


def _paired(value: Transcript, said: Utterance) -> Transcript:
    """With the utterance's twins found anew."""
    place = said.said_at // NEAR_MS
    near = {key for n in (place - 1, place, place + 1) for key in value.places.get(n, ())} - {said.id}
    found = frozenset(key for key in near if same_speech(said, value.by_id[key]))
    places = {**value.places, place: value.places.get(place, frozenset()) | {said.id}}
    if not found and said.id not in value.twins:
        return replace(value, places=places)
    twins = {**_unpaired(value.twins, {said.id}), **({said.id: found} if found else {})}
    return replace(value, places=places, twins=twins | {key: twins.get(key, frozenset()) | {said.id} for key in found})


def _unpaired(twins: Mapping[str, frozenset[str]], gone: set[str]) -> dict[str, frozenset[str]]:
    left = {key: others - gone for key, others in twins.items() if key not in gone}
    return {key: others for key, others in left.items() if others}


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
    """What a hand corrected stays as it is, whole."""
    said = value.by_id.get(again.utterance)
    if said is None or said.corrected:
        return value
    new = replace(
        said, text=again.text, spoken=again.spoken, model=again.model, confidence=again.confidence, words=again.words,
    )  # fmt: skip
    return _paired(replace(value, by_id={**value.by_id, said.id: new}), new)


def _erased(value: Transcript, erased: Erased) -> Transcript:
    kept = {key: said for key, said in value.by_id.items() if not _inside(said, erased)}
    gone = set(value.by_id.keys() - kept.keys())
    places = {place: ids - gone for place, ids in value.places.items()}
    twins = _unpaired(value.twins, gone)
    return replace(value, by_id=kept, erased=(*value.erased, erased), twins=twins, places=places)


def _inside(said: Utterance, erased: Erased) -> bool:
    """Any part within the span counts: half an erased sentence would tell the other half."""
    return said.said_at < erased.until and max(said.ends_at, said.said_at + 1) > erased.since
