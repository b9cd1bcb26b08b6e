"""What can happen in a meeting: one frozen dataclass a kind, and the entry that carries it.

Names may be added, meanings never change (a changed meaning is a new kind). Positions within a track are
48 kHz samples from its first packet; times of day are milliseconds since the epoch; shares are per mille.
Members are named by their id; ``HALL`` stands for the hall device, which is a place and never a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HALL = "hall"

Channel = Literal["hall", "remote"]
Status = Literal["official", "probationary", "temporary"]
Choice = Literal["for", "against", "other"]
MeetingKind = Literal["regular", "thematic", "admission", "annual", "extraordinary", "practice"]
VoteMethod = Literal["hands", "cards", "handbook", "ballot"]
Outcome = Literal["concluded", "open"]


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One content of the agenda (nội dung). ``secret`` items can never be opened online."""

    id: str
    title: str
    secret: bool = False
    presenter: str = ""


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
class Word:
    """A recognised word: ``start``/``end`` in samples of its track, ``probability`` in per mille."""

    start: int
    end: int
    text: str
    probability: int


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
    """``roster`` is the membership as of the opening and replaces Scheduled.roster when given."""

    roster: tuple[RosterLine, ...] = ()


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


@dataclass(frozen=True, slots=True)
class RollCalled:
    member: str
    present: bool
    channel: Channel = "hall"
    method: Literal["tick", "voice", "typed"] = "tick"
    late: bool = False


@dataclass(frozen=True, slots=True)
class Excused:
    member: str
    excused: bool
    reason: str = ""


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
class GuestCame:
    guest: str
    name: str
    title: str = ""
    upper: bool = False
    channel: Channel = "hall"


@dataclass(frozen=True, slots=True)
class ChairAppointed:
    member: str


@dataclass(frozen=True, slots=True)
class SecretaryAppointed:
    member: str


@dataclass(frozen=True, slots=True)
class ItemStarted:
    item: str
    title: str = ""  # given when the item is new


@dataclass(frozen=True, slots=True)
class ItemConcluded:
    item: str
    outcome: Outcome
    text: str = ""
    sources: tuple[str, ...] = ()


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
class Spoke:
    """One utterance. Its id is ``utterance_id(track, start)``; ``start``/``end`` are 48 kHz samples.

    ``text`` is as minutes write it (figures), ``spoken`` as it was said. ``speaker`` is "" when unknown.
    ``confidence`` per mille. Typed speech has ``method`` "typed" and a track of its own ("typed-…"). ``level`` =
    loudness of the voice in dB of full scale (-127 … -1), 0 = not known.
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


@dataclass(frozen=True, slots=True)
class Voter:
    member: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class MotionPut:
    """``base`` is frozen by name and channel at this moment. ``threshold`` "majority" | "two_thirds_official".

    ``official`` is the number of all official members, the base of two_thirds_official.
    """

    motion: str
    item: str
    text: str
    method: VoteMethod
    base: tuple[Voter, ...]
    threshold: str = "majority"
    official: int = 0
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VoteCast:
    """A remote member's own vote (``voter`` = member id, count 1) or the hall's count (``voter`` = HALL).

    For the hall one entry per choice; a later one for the same voter and choice replaces the earlier.
    """

    motion: str
    voter: str
    choice: Choice
    count: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class BallotsCounted:
    """The paper ballots of a motion as its counting board found them; the choices stand in VoteCast of HALL.

    ``returned`` = ``valid`` + ``invalid``; ``board``: names. Remote members take no part in a paper ballot.
    """

    motion: str
    issued: int
    returned: int
    valid: int
    invalid: int
    board: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MotionClosed:
    motion: str
    in_favour: int
    against: int
    other: int
    passed: bool
    wording: str = ""
    not_cast: int = 0


@dataclass(frozen=True, slots=True)
class Reserved:
    """A member keeps a different opinion on a motion (bảo lưu); a later one replaces it, "" takes it back."""

    motion: str
    member: str
    text: str


@dataclass(frozen=True, slots=True)
class TaskGiven:
    """``due`` is an ISO date, or the words said where no date can be worked out, or "".

    ``before``: "trước ngày …", the day itself is too late.
    """

    task: str
    item: str
    what: str
    who: tuple[str, ...] = ()
    due: str = ""
    sources: tuple[str, ...] = ()
    before: bool = False


@dataclass(frozen=True, slots=True)
class Petitioned:
    petition: str
    text: str
    to: str = ""
    sources: tuple[str, ...] = ()


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
class ReadBack:
    document: int
    owed_ms: int = 0
    reader: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    document: int
    in_favour: int
    against: int = 0
    other: int = 0
    corrections: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A criterion of a scoring sheet and the points given, in tenths."""

    criterion: str
    tenths: int


@dataclass(frozen=True, slots=True)
class SelfScored:
    """The meeting's own assessment by a local scoring sheet; a later one replaces it."""

    sheet: str
    points: tuple[Point, ...]
    total_tenths: int
    band: str


@dataclass(frozen=True, slots=True)
class Closed:
    pass


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of the minutes; its place in the list is its order.

    ``id`` is a hash of kind, item and first source. ``sources`` are utterance ids or entry ids ("entry:12").
    ``origin``: who wrote the words. ``flags`` are short machine words ("doubtful", "differs-from-ledger").
    """

    id: str
    kind: str
    text: str
    item: str = ""
    sources: tuple[str, ...] = ()
    speaker: str = ""
    confidence: int = 1000
    origin: Literal["draft", "hand"] = "draft"
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafted:
    """A whole draft: blocks in order, what is missing, and the drafter's version. Folding never drafts."""

    drafter: str
    blocks: tuple[Block, ...]
    missing: tuple[str, ...] = ()
    data: str = ""  # canonical JSON of the structured minutes (cases' form), "" if none


@dataclass(frozen=True, slots=True)
class BlockSaved:
    block: str
    base_version: int
    text: str
    reason: str = ""
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class BlockInserted:
    after: str  # "" = first
    block: Block
    base_version: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BlockDeleted:
    block: str
    base_version: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BlockMoved:
    block: str
    after: str
    base_version: int


@dataclass(frozen=True, slots=True)
class Change:
    """A block that differs from what was read back; "" = it was not there, or is no more."""

    block: str
    kind: str
    before: str
    after: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Amended:
    """What differs from the minutes as the meeting passed them, kept for good: written when they are submitted."""

    document: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Submitted:
    document: int


@dataclass(frozen=True, slots=True)
class Approved:
    """The chair approves document version ``document``; the record number is taken in this append."""

    document: int
    number: str = ""
    version: int = 1  # 1, then 2… for corrections of an approved record
    reason: str = ""  # of a correction


@dataclass(frozen=True, slots=True)
class Returned:
    document: int
    remarks: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """An approved and sealed record is opened for a correction: version ``version``, for ``reason``. What was sealed
    stays sealed and kept."""

    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """The package made of the first ``entries`` entries; ``state`` is shown in words by the UI.

    ``signers``: the roles of those who signed its PDF so far, in their order (``secretary``, ``chair``).
    """

    sha256: str
    entries: int
    root: str
    key_id: str
    state: Literal["sealed", "signed", "hand_signed"] = "sealed"
    version: int = 1
    file: str = ""
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScanAttached:
    sha256: str
    pages: int
    version: int
    file: str = ""


Event = (
    Scheduled | Noticed | RecordingDecided | Opened | TrackOpened | Joined | Left | RollCalled | Excused | GuestCame
    | Answered | Reserved | Amended | RemoteAllowed | BallotsCounted | SelfScored
    | ChairAppointed | SecretaryAppointed | ItemStarted | ItemConcluded | HandRaised | FloorGiven | FloorReturned
    | Spoke | Corrected | SpeakerAssigned | Retranscribed | MotionPut | VoteCast | MotionClosed | TaskGiven
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


def utterance_id(track: str, start: int) -> str:
    """The name of an utterance: track and start sample never repeat."""
    return f"{track}:{start}"
