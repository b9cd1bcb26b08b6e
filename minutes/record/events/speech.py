"""What is heard: tracks, floor, utterances and their corrections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minutes.record.events.terms import Channel


@dataclass(frozen=True, slots=True)
class TrackOpened:
    """One peer connection's audio; ``member`` is a member id or HALL; sample 0 is heard at Entry.at.

    ``session``: the connection it belongs to, so that a borrowed phone can be given to its speaker later.
    ``heard_at``: when sample 0 was heard, where the entry was written later; 0 = at Entry.at.
    """

    track: str
    member: str
    rtp0: int
    session: str = ""
    heard_at: int = 0


@dataclass(frozen=True, slots=True)
class HandRaised:
    member: str
    up: bool = True


@dataclass(frozen=True, slots=True)
class FloorGiven:
    """``member`` is a member or guest id, or "" for a hall speaker not yet known."""

    member: str
    channel: Channel = "hall"


@dataclass(frozen=True, slots=True)
class FloorReturned:
    member: str


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word: ``start``/``end`` in samples of its track, ``probability`` in per mille."""

    start: int
    end: int
    text: str
    probability: int


@dataclass(frozen=True, slots=True)
class Spoke:
    """One utterance. Its id is ``utterance_id(track, start)``; ``start``/``end`` are 48 kHz samples.

    ``text`` is as minutes write it (figures), ``spoken`` as it was said. ``speaker`` is "" when unknown.
    ``confidence`` per mille. Typed speech has ``method`` "typed" and a track of its own ("typed-…"). ``level`` =
    loudness of the voice in dB of full scale (-127 … -1), 0 = not known. ``typed``: on the paper form first and
    entered afterwards, so that ``said_at`` is only the order of entering.
    """

    track: str
    start: int
    end: int
    said_at: int
    speaker: str
    text: str
    spoken: str = ""
    confidence: int = 1000
    item: str = ""
    words: tuple[Word, ...] = ()
    method: Literal["speech", "typed"] = "speech"
    model: str = ""
    channel: Channel = "hall"
    also: tuple[str, ...] = ()  # never set: minutes.record.twins finds who else heard it
    level: int = 0
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Corrected:
    utterance: str
    text: str


@dataclass(frozen=True, slots=True)
class SpeakerAssigned:
    utterance: str
    member: str


@dataclass(frozen=True, slots=True)
class Retranscribed:
    utterance: str
    text: str
    spoken: str
    model: str
    confidence: int = 1000
    words: tuple[Word, ...] = ()


def utterance_id(track: str, start: int) -> str:
    """The name of an utterance: track and start sample never repeat."""
    return f"{track}:{start}"
