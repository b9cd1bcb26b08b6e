"""The minutes as a paper: drafted, edited, read back, passed, approved, sealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


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
    speaker: str = ""  # "" = as it was, and so is ``kind``
    kind: str = ""


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
class ReadBack:
    document: int
    owed_ms: int = 0
    reader: str = ""
    typed: bool = False  # from the paper form, afterwards


@dataclass(frozen=True, slots=True)
class Passed:
    document: int
    in_favour: int
    against: int = 0
    other: int = 0
    corrections: str = ""
    typed: bool = False  # from the paper form, afterwards


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
