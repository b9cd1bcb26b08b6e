"""Words still being recognised: which track's are shown when two microphones hear one voice. Pure; never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from meeting_server.room.state import Room
from minutes.record.events import HALL
from minutes.record.transcript import SAMPLES_A_MS, Utterance
from minutes.record.twins import NEAR_MS, covers, same_speech, strength


@dataclass(frozen=True, slots=True)
class Interim:
    """A minutes.record.twins.Line that is not one yet. ``ends_at`` grows while somebody speaks."""

    track: str
    said_at: int
    ends_at: int
    text: str
    stable: int
    level: int
    channel: str

    id: str = ""
    spoken: str = ""
    method: str = "speech"
    confidence: int = 0
    corrected: bool = False
    assigned: bool = False


@dataclass(frozen=True, slots=True)
class Interims:
    """The newest of each track that has no final yet, and the tracks whose are on the screens."""

    newest: Mapping[str, Interim] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()


def interim(room: Room, track: str, start: int, end: int, text: str, stable: int, level: int) -> Interim:
    """``start``, ``end`` in samples of a track that the room knows."""
    base = room.tracks[track].at
    channel = "hall" if room.tracks[track].member == HALL else "remote"
    return Interim(track, base + start // SAMPLES_A_MS, base + end // SAMPLES_A_MS, text, stable, level, channel)


def heard(value: Interims, room: Room, new: Interim) -> tuple[Interims, tuple[str, ...]]:
    """With one more, and the tracks whose words leave the screens for it (its own, when another stands for it).

    The nearer microphone's are shown, by level; what is already a line stands for what another track still hears.
    """
    newest = {**value.newest, new.track: new}
    twins = [one for one in value.newest.values() if one.track != new.track and same_speech(new, one)]
    if any(strength(one) > strength(new) for one in twins) or _is_a_line(room, new):
        return Interims(newest, value.shown - {new.track}), (new.track,) if new.track in value.shown else ()
    behind = tuple(one.track for one in twins if one.track in value.shown)
    return Interims(newest, (value.shown | {new.track}) - set(behind)), behind


def over(value: Interims, tracks: Iterable[str]) -> tuple[Interims, tuple[str, ...]]:
    """Without these tracks, and those of them that must leave the screens."""
    gone = frozenset(tracks)
    newest = {track: one for track, one in value.newest.items() if track not in gone}
    return replace(value, newest=newest, shown=value.shown - gone), tuple(sorted(gone & value.shown))


def _is_a_line(room: Room, new: Interim) -> bool:
    place = new.said_at // NEAR_MS
    near = (key for n in (place - 1, place, place + 1) for key in room.transcript.places.get(n, ()))
    return any(_stands_for(room.transcript.by_id[key], new) for key in near)


def _stands_for(line: Utterance, new: Interim) -> bool:
    return same_speech(new, line) and covers(line, new)
