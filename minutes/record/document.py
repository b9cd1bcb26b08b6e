"""The minutes as ordered blocks: drafted, edited by hand, redrafted without ever overwriting a hand.

``version`` counts every change. A block knows the version of its last change, so an edit is stale only when its
own block moved on. Drafting again replaces untouched blocks and only proposes to touched ones; a block deleted by
hand stays deleted. Reading back freezes what was read in the same way: a block that a later draft would add is only
offered, and stands in the minutes when a hand takes it over. Block kinds and their order of sections
stand in ``SECTIONS``: drafting writes them, export prints them, nobody else invents any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from minutes.record.events import (
    Approved,
    Block,
    BlockDeleted,
    BlockInserted,
    BlockMoved,
    BlockSaved,
    Drafted,
    Entry,
    Petitioned,
    ReadBack,
    Reopened,
    TaskGiven,
)
from minutes.record.folding import folded

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "I": ("time", "place", "mode"),
    "II": ("attendance", "present", "absent", "guests", "chair", "secretary"),
    "III": (
        "opening", "dues", "news", "documents", "study", "review", "ideology", "item", "report", "opinion",
        "conclusion", "petition", "upper", "note",
    ),
    "IV": ("vote",),
    "V": ("summary", "resolution", "task"),
    "VI": ("quality",),
    "VII": ("readback", "closing"),
}  # fmt: skip


STILL_TO_COME = frozenset({"quality", "readback", "closing"})


KINDS = tuple(kind for kinds in SECTIONS.values() for kind in kinds)


def section_of(kind: str) -> str:
    """The section a block kind stands in; an unknown kind is part of the proceedings (III)."""
    return next((section for section, kinds in SECTIONS.items() if kind in kinds), "III")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block in its place. ``drafted``: the machine's last text; ``proposal``: the redraft not yet taken over."""

    block: Block
    changed: int
    touched: bool = False
    moved: bool = False
    drafted: Block | None = None
    proposal: Block | None = None

    @property
    def id(self) -> str:
        return self.block.id

    @property
    def offered(self) -> bool:
        """Drafted anew after the read-back and not taken over: no part of the minutes yet."""
        return self.proposal is not None and self.drafted is None and not self.block.text


@dataclass(frozen=True, slots=True)
class Document:
    """``approved``: the version last approved; ``read``: the entry that read it back to the meeting; 0 before.
    ``amended``: entries since that changed a task or petition, each with its reason."""

    version: int = 0
    paragraphs: tuple[Paragraph, ...] = ()
    missing: tuple[str, ...] = ()
    drafter: str = ""
    data: str = ""
    deleted: frozenset[str] = frozenset()
    changed_at: int | None = None
    approved: int = 0
    read: int = 0
    amended: frozenset[str] = frozenset()

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(paragraph.block for paragraph in self.paragraphs if not paragraph.offered)

    def paragraph(self, key: str) -> Paragraph | None:
        return next((paragraph for paragraph in self.paragraphs if paragraph.id == key), None)

    def stale(self, key: str, base_version: int) -> bool:
        """Whether an edit made on ``base_version`` missed a change of that block (or the block is gone)."""
        paragraph = self.paragraph(key)
        return paragraph is None or paragraph.changed > base_version


EMPTY = Document()


def fold(entries: Iterable[Entry], onto: Document = EMPTY) -> Document:
    return folded(step, onto, entries)


EDITS = frozenset({"Drafted", "BlockSaved", "BlockInserted", "BlockDeleted", "BlockMoved"})


def step(document: Document, entry: Entry) -> Document:
    if entry.event is None and entry.kind in EDITS:  # erased: versions still count it, so that none is given twice
        return replace(document, version=document.version + 1)
    match entry.event:
        case Drafted() as drafted:
            return _at(entry, _drafted(document, drafted))
        case BlockSaved() as saved if document.paragraph(saved.block):
            return _at(entry, _saved(document, saved))
        case BlockInserted() as inserted if document.paragraph(inserted.block.id) is None:
            return _at(entry, _inserted(document, inserted))
        case BlockDeleted(block=key) if document.paragraph(key):
            return _at(entry, _deleted(document, key))
        case BlockMoved() as moved if document.paragraph(moved.block) and moved.block != moved.after:
            return _at(entry, _moved(document, moved))
        case Approved(document=version):
            return replace(document, approved=version)
        case TaskGiven(reason=reason) | Petitioned(reason=reason) if reason and document.read:
            return replace(document, amended=document.amended | {f"entry:{entry.seq}"})
        case ReadBack() | Reopened():
            whole = isinstance(entry.event, Reopened)
            paragraphs = tuple(_as_read(one, whole) for one in document.paragraphs)
            return replace(document, read=entry.seq, paragraphs=paragraphs)
    return document


def _at(entry: Entry, document: Document) -> Document:
    return replace(document, version=document.version + 1, changed_at=entry.at)


def _as_read(paragraph: Paragraph, whole: bool) -> Paragraph:
    """What the meeting heard is frozen: a redraft only proposes. The end of the meeting was still to come, unless the
    ``whole`` was approved."""
    return paragraph if paragraph.block.kind in STILL_TO_COME and not whole else replace(paragraph, touched=True)


def _drafted(document: Document, drafted: Drafted) -> Document:
    new = {block.id: block for block in drafted.blocks if block.id not in document.deleted}
    old = {paragraph.id: paragraph for paragraph in document.paragraphs}
    after, heard = document.version + 1, document.read if document.paragraphs else 0  # 0: the text was erased
    redrafted = {key: _redrafted(old.get(key), block, after, heard, document.amended) for key, block in new.items()}
    placed = [paragraph for paragraph in redrafted.values() if not paragraph.moved]
    for place, paragraph in enumerate(document.paragraphs):
        kept = paragraph.touched and not paragraph.offered
        if (paragraph.moved and paragraph.id in new) or (kept and paragraph.id not in new):
            before = [other.id for other in document.paragraphs[:place]]
            _place(placed, redrafted.get(paragraph.id, paragraph), before)
    return replace(
        document, paragraphs=tuple(placed), missing=drafted.missing, drafter=drafted.drafter, data=drafted.data
    )


def _redrafted(
    old: Paragraph | None, block: Block, version: int, read: int, amended: frozenset[str]
) -> Paragraph:  # fmt: skip
    """The redraft of a block: taken over where no hand was or where the room recorded it anew with a reason, proposed
    where a hand was, and offered where the meeting had heard none when the minutes were read back."""
    if old is None and read and not _came_later(block, read):
        return Paragraph(replace(block, text=""), version, touched=True, proposal=block)
    if old is None:
        return Paragraph(block, version, drafted=block)
    if not old.touched:
        changed = old.changed if old.block == block else version
        return Paragraph(block, changed, moved=old.moved, drafted=block)
    if old.block.origin == "draft" and amended & set(block.sources) - set(old.block.sources):
        return Paragraph(block, version, touched=True, moved=old.moved, drafted=block)
    same_as_known = old.drafted is not None and old.drafted.text == block.text
    if same_as_known or old.block.text == block.text:
        return replace(old, drafted=block, proposal=None)
    return replace(old, proposal=block)


def _came_later(block: Block, read: int) -> bool:
    """The end of the meeting, and what the room recorded after the read-back: no difference from what was read."""
    recorded = [int(source[6:]) for source in block.sources if source.startswith("entry:") and source[6:].isdigit()]
    return block.kind in STILL_TO_COME or bool(recorded and min(recorded) > read)


def _place(placed: list[Paragraph], paragraph: Paragraph, before: list[str]) -> None:
    """Put a paragraph behind its nearest former neighbour that is still there; first when none is."""
    ids = [other.id for other in placed]
    near = next((ids.index(key) + 1 for key in reversed(before) if key in ids), 0)
    placed.insert(near, paragraph)


def _saved(document: Document, saved: BlockSaved) -> Document:
    version = document.version + 1
    return replace(
        document,
        paragraphs=tuple(
            _as_saved(paragraph, saved, version, document.read) if paragraph.id == saved.block else paragraph
            for paragraph in document.paragraphs
        ),
    )


def _as_saved(paragraph: Paragraph, saved: BlockSaved, version: int, read: int) -> Paragraph:
    """Saving the proposal's own words takes the proposal over: the block is the machine's again, to be replaced by
    the next draft unless the minutes were read back. A kind that a hand gave stays with the block."""
    speaker = saved.speaker or paragraph.block.speaker
    if paragraph.proposal and saved.text == paragraph.proposal.text and not (saved.speaker or saved.kind):
        given = paragraph.drafted is not None and paragraph.block.kind != paragraph.drafted.kind
        block = replace(paragraph.proposal, kind=paragraph.block.kind) if given else paragraph.proposal
        return replace(
            paragraph, block=block, changed=version, touched=bool(read) or given, drafted=paragraph.proposal,
            proposal=None,
        )  # fmt: skip
    known = paragraph.proposal or paragraph.drafted
    kind = saved.kind or paragraph.block.kind
    block = replace(paragraph.block, text=saved.text, speaker=speaker, kind=kind, origin="hand")
    return Paragraph(block, version, touched=True, moved=paragraph.moved, drafted=known)


def _inserted(document: Document, inserted: BlockInserted) -> Document:
    block = replace(inserted.block, origin="hand")
    paragraph = Paragraph(block, document.version + 1, touched=True)
    return replace(
        document,
        paragraphs=_put_after(document.paragraphs, paragraph, inserted.after),
        deleted=document.deleted - {block.id},
    )


def _put_after(paragraphs: tuple[Paragraph, ...], paragraph: Paragraph, after: str) -> tuple[Paragraph, ...]:
    """Behind ``after``; first when it is "", last when it is gone."""
    if after == "":
        return (paragraph, *paragraphs)
    place = next((n + 1 for n, other in enumerate(paragraphs) if other.id == after), len(paragraphs))
    return (*paragraphs[:place], paragraph, *paragraphs[place:])


def _deleted(document: Document, key: str) -> Document:
    kept = tuple(paragraph for paragraph in document.paragraphs if paragraph.id != key)
    return replace(document, paragraphs=kept, deleted=document.deleted | {key})


def _moved(document: Document, moved: BlockMoved) -> Document:
    paragraph = document.paragraph(moved.block)
    if paragraph is None:
        raise AssertionError("a moved block was found before it is moved")
    rest = tuple(other for other in document.paragraphs if other.id != moved.block)
    changed = replace(paragraph, changed=document.version + 1, moved=True)
    return replace(document, paragraphs=_put_after(rest, changed, moved.after))
