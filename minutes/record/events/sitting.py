"""The meeting as such: called, opened, recorded or not, closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minutes.record.events.terms import Channel, MeetingKind, Status


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One content of the agenda (nội dung). ``secret`` items can never be opened online. ``draft``: of what the
    chair may conclude, for the desk only until it is concluded so."""

    id: str
    title: str
    secret: bool = False
    presenter: str = ""
    draft: str = ""


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A member as of the day of the meeting: membership is dated, the line is its snapshot.

    ``position`` is the office in the cell ("bí thư", "phó bí thư", "chi ủy viên") or free text.
    ``away`` = on temporary transfer elsewhere; ``temporary`` status = temporarily here, has no vote here.
    """

    member: str
    name: str
    status: Status = "official"
    exempt: bool = False
    suspended: bool = False
    away: bool = False
    position: str = ""
    channel: Channel = "hall"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheduled:
    cell: str
    cell_name: str
    parent_name: str
    kind: MeetingKind
    title: str
    starts_at: int
    place: str
    mode: Literal["hall", "hybrid", "online"]
    period: str  # "2026-11"
    agenda: tuple[AgendaItem, ...] = ()
    roster: tuple[RosterLine, ...] = ()
    number: str = ""
    province_name: str = ""


@dataclass(frozen=True, slots=True)
class Noticed:
    text: str


@dataclass(frozen=True, slots=True)
class RecordingDecided:
    """The chair's decision; there is no default. ``record`` keeps sound, ``transcribe`` makes text."""

    record: bool
    transcribe: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """``roster`` is the membership as of the opening and replaces Scheduled.roster when given. A later one only puts
    the time told right.

    ``typed``: written on the paper form first (a power cut) and entered afterwards, "nhập tay". ``happened_at``: when
    it was, as the paper has it; 0 = at Entry.at.
    """

    roster: tuple[RosterLine, ...] = ()
    typed: bool = False
    happened_at: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """A member's answer to the invitation; a later one replaces it, and takes an excuse back."""

    member: str
    coming: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RemoteAllowed:
    """Whether a member may take part from elsewhere, and why: the chair's decision for this meeting."""

    member: str
    allowed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChairAppointed:
    member: str


@dataclass(frozen=True, slots=True)
class SecretaryAppointed:
    member: str


@dataclass(frozen=True, slots=True)
class OffRecord:
    """``pause`` stops recording and recognition; ``secret`` cuts the sound of remote members too."""

    mode: Literal["pause", "secret"]
    topic: str = ""


@dataclass(frozen=True, slots=True)
class OnRecord:
    pass


@dataclass(frozen=True, slots=True)
class Erased:
    """What was said between ``since`` and ``until`` is gone everywhere; only span, reason and who remain."""

    since: int
    until: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """``typed`` and ``happened_at`` as of Opened; a later one only puts the time told right."""

    typed: bool = False
    happened_at: int = 0
