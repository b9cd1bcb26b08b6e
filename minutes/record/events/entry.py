"""The union of all kinds, and the entry that carries one of them in the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minutes.record.events.decisions import (
    BallotsCounted,
    ItemConcluded,
    ItemStarted,
    MotionClosed,
    MotionPut,
    Petitioned,
    PetitionWithdrawn,
    Reserved,
    SelfScored,
    TaskGiven,
    TaskWithdrawn,
    VoteCast,
)
from minutes.record.events.paper import (
    Amended,
    Approved,
    BlockDeleted,
    BlockInserted,
    BlockMoved,
    BlockSaved,
    Drafted,
    Passed,
    ReadBack,
    Reopened,
    Returned,
    ScanAttached,
    Sealed,
    Submitted,
)
from minutes.record.events.presence import (
    Excused,
    GuestCame,
    Joined,
    Left,
    RollCalled,
)
from minutes.record.events.sitting import (
    Answered,
    ChairAppointed,
    Closed,
    Erased,
    Noticed,
    OffRecord,
    OnRecord,
    Opened,
    RecordingDecided,
    RemoteAllowed,
    Scheduled,
    SecretaryAppointed,
)
from minutes.record.events.speech import (
    Corrected,
    FloorGiven,
    FloorReturned,
    HandRaised,
    Retranscribed,
    SpeakerAssigned,
    Spoke,
    TrackOpened,
)

Event = (
    Scheduled | Noticed | RecordingDecided | Opened | TrackOpened | Joined | Left | RollCalled | Excused | GuestCame
    | Answered | Reserved | Amended | RemoteAllowed | BallotsCounted | SelfScored
    | ChairAppointed | SecretaryAppointed | ItemStarted | ItemConcluded | HandRaised | FloorGiven | FloorReturned
    | Spoke | Corrected | SpeakerAssigned | Retranscribed | MotionPut | VoteCast | MotionClosed | TaskGiven
    | TaskWithdrawn | PetitionWithdrawn
    | Petitioned | OffRecord | OnRecord | Erased | ReadBack | Passed | Closed | Drafted | BlockSaved | BlockInserted
    | BlockDeleted | BlockMoved | Submitted | Approved | Returned | Reopened | Sealed | ScanAttached
)  # fmt: skip

Authority = Literal["own", "chair", "secretary", "for_chair", "hall", "system", "admin"]
"""By what right the actor acted: for themselves, as chair, as secretary, by the chair's word, …"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. ``body``, ``salt`` and ``event`` are None once erased; the hashes stay.

    ``seq`` counts from 1. ``body`` is kept byte for byte as it was appended. ``body_hash`` is salted, so it
    says nothing of an erased body, and with it the leaf still proves time, actor and kind of an erased entry.
    """

    meeting: str
    seq: int
    at: int
    actor: str
    authority: str
    kind: str
    version: int
    body: bytes | None
    salt: bytes | None
    body_hash: bytes
    leaf: bytes
    digest: bytes
    event: Event | None = None
