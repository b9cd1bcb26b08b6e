"""Hands and the floor. The floor is advisory: it says who was called, not who may be heard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from minutes.record.events import Channel, Closed, Entry, FloorGiven, FloorReturned, HandRaised, Left
from minutes.record.folding import folded


@dataclass(frozen=True, slots=True)
class Hand:
    member: str
    since: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """``member`` is "" for somebody in the hall who is not known yet."""

    member: str
    channel: Channel
    since: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A floor that was given back or taken over; ``until`` in ms."""

    member: str
    channel: Channel
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Floor:
    """``hands`` in the order raised."""

    speaker: Speaker | None = None
    hands: tuple[Hand, ...] = ()
    turns: tuple[Turn, ...] = ()


EMPTY = Floor()


def fold(entries: Iterable[Entry], onto: Floor = EMPTY) -> Floor:
    return folded(step, onto, entries)


def step(floor: Floor, entry: Entry) -> Floor:
    match entry.event:
        case HandRaised(member=member, up=True):
            return _raised(floor, Hand(member, entry.at))
        case HandRaised(member=member):
            return _lowered(floor, member)
        case FloorGiven(member=member, channel=channel):
            given = _lowered(_ended(floor, entry.at), member) if member else _ended(floor, entry.at)
            return replace(given, speaker=Speaker(member, channel, entry.at))
        case FloorReturned(member=member):
            return _ended(floor, entry.at) if floor.speaker and floor.speaker.member == member else floor
        case Left(member=member, reason="left" | "removed"):
            return _gone(floor, member, entry.at)
        case Closed():
            return replace(_ended(floor, entry.at), hands=())
    return floor


def _raised(floor: Floor, hand: Hand) -> Floor:
    if any(other.member == hand.member for other in floor.hands):
        return floor
    return replace(floor, hands=(*floor.hands, hand))


def _lowered(floor: Floor, member: str) -> Floor:
    return replace(floor, hands=tuple(hand for hand in floor.hands if hand.member != member))


def _ended(floor: Floor, at: int) -> Floor:
    if floor.speaker is None:
        return floor
    turn = Turn(floor.speaker.member, floor.speaker.channel, floor.speaker.since, at)
    return replace(floor, speaker=None, turns=(*floor.turns, turn))


def _gone(floor: Floor, member: str, at: int) -> Floor:
    """Who goes on purpose takes the hand down; a lost line does not (the browser comes back by itself)."""
    lowered = _lowered(floor, member)
    return _ended(lowered, at) if lowered.speaker and lowered.speaker.member == member else lowered
