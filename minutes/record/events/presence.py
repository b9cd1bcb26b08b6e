"""Who is there: joined, left, ticked at the roll, excused, guests.

``typed``: written on the paper form first (a power cut) and entered afterwards, "nhập tay". ``happened_at``: when
somebody came or went, as the paper has it; 0 = at Entry.at, or not known where it is typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minutes.record.events.terms import Channel


@dataclass(frozen=True, slots=True)
class Joined:
    """``private`` and ``informed``: what the participant ticked (alone in the room; told of recording). ``notice``:
    which text told them (docs/record.md)."""

    member: str
    session: str
    channel: Channel
    device: Literal["phone", "computer", "hall"] = "computer"
    informed: bool = False
    private: bool = False
    name: str = ""  # a guest's name; empty for members
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    member: str
    session: str
    reason: Literal["left", "lost", "removed", "replaced", "closed"] = "left"
    typed: bool = False
    happened_at: int = 0


@dataclass(frozen=True, slots=True)
class RollCalled:
    member: str
    present: bool
    channel: Channel = "hall"
    method: Literal["tick", "voice", "typed"] = "tick"
    late: bool = False
    happened_at: int = 0


@dataclass(frozen=True, slots=True)
class Excused:
    member: str
    excused: bool
    reason: str = ""
    typed: bool = False


@dataclass(frozen=True, slots=True)
class GuestCame:
    guest: str
    name: str
    title: str = ""
    upper: bool = False
    channel: Channel = "hall"
    typed: bool = False
