"""What a meeting's log holds about one person: for their own access to it (Law 91/2025/QH15), and nobody else's data.

Lists of people in an event (roster, base of a vote, blocks) are cut down to that person's own lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from minutes.record.events import Corrected, Entry, Event, Retranscribed, SpeakerAssigned, Spoke, utterance_id

NAMING = ("member", "speaker", "voter", "guest")


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry as it concerns the person: ``did`` (they were the actor) or ``named``. ``data`` is None once erased."""

    seq: int
    at: int
    kind: str
    part: Literal["did", "named"]
    data: dict[str, Any] | None


def about(entries: Iterable[Entry], person: str) -> tuple[Fact, ...]:
    """Everything about ``person`` (a member's or guest's id), in the order of the log.

    Entries erased since are told when the person was their actor: that something was there, and no more.
    """
    found: list[Fact] = []
    own: set[str] = set()
    for entry in entries:
        did = entry.actor == person
        if entry.event is None:
            if did:
                found.append(Fact(entry.seq, entry.at, entry.kind, "did", None))
            continue
        _follow(entry.event, person, own)
        data = _own_lines(asdict(entry.event), person)
        if did or _names(data, person) or getattr(entry.event, "utterance", None) in own:
            found.append(Fact(entry.seq, entry.at, entry.kind, "did" if did else "named", data))
    return tuple(found)


def _follow(event: Event, person: str, own: set[str]) -> None:
    """Keep the utterances that are the person's as speakers are assigned."""
    match event:
        case Spoke(speaker=speaker) if speaker == person:
            own.add(utterance_id(event.track, event.start))
        case SpeakerAssigned(utterance=key, member=member):
            (own.add if member == person else own.discard)(key)
        case Corrected() | Retranscribed():
            pass


def _own_lines(value: Any, person: str) -> Any:
    """The value without other people's lines in lists of people."""
    if isinstance(value, dict):
        return {key: _own_lines(item, person) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_own_lines(item, person) for item in value if not _somebody_elses(item, person)]
    return value


def _somebody_elses(item: Any, person: str) -> bool:
    if not isinstance(item, dict):
        return False
    named = [item[key] for key in NAMING if key in item]
    return bool(named) and person not in named


def _names(value: Any, person: str) -> bool:
    if isinstance(value, dict):
        return any(_names(item, person) for item in value.values())
    if isinstance(value, list):
        return any(_names(item, person) for item in value)
    return value == person if isinstance(value, str) else False
