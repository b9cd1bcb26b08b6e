"""What changed between two versions of the minutes: for the chair before approving, and for the archive afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from minutes.record.document import Document, fold
from minutes.record.events import Block, Drafted, Entry


@dataclass(frozen=True, slots=True)
class Change:
    """One block that differs. ``pieces``: the new text with what was taken out and put in, word by word."""

    block: str
    what: Literal["added", "deleted", "changed", "moved"]
    before: Block | None
    after: Block | None
    pieces: tuple[tuple[Literal["same", "out", "in"], str], ...] = ()


def changes(before: Document, after: Document) -> tuple[Change, ...]:
    """Differences in the order of the newer version; deleted blocks at the end."""
    old = {block.id: block for block in before.blocks}
    new = {block.id: block for block in after.blocks}
    stayed = [block.id for block in before.blocks if block.id in new]
    moved = _moved(stayed, [block.id for block in after.blocks if block.id in old])
    found = [change for block in after.blocks if (change := _change(old.get(block.id), block, block.id in moved))]
    gone = [Change(block.id, "deleted", block, None) for block in before.blocks if block.id not in new]
    return (*found, *gone)


def _change(old: Block | None, new: Block, moved: bool) -> Change | None:
    if old is None:
        return Change(new.id, "added", None, new)
    if (old.text, old.speaker) != (new.text, new.speaker):
        return Change(new.id, "changed", old, new, pieces(old.text, new.text))
    return Change(new.id, "moved", old, new) if moved else None


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Blocks that do not stand in the longest run of unchanged order."""
    match = SequenceMatcher(None, before, after, autojunk=False)
    kept = {after[n] for block in match.get_matching_blocks() for n in range(block.b, block.b + block.size)}
    return set(after) - kept


def pieces(before: str, after: str) -> tuple[tuple[Literal["same", "out", "in"], str], ...]:
    """Word by word: what stayed, what went out, what came in."""
    old, new = before.split(), after.split()
    found: list[tuple[Literal["same", "out", "in"], str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", " ".join(new[c:d])))
            continue
        if b > a:
            found.append(("out", " ".join(old[a:b])))
        if d > c:
            found.append(("in", " ".join(new[c:d])))
    return tuple(found)


def at_version(entries: Sequence[Entry], version: int) -> Document:
    """The document as it was in that version (0: empty), from the log."""
    document = fold(())
    for entry in entries:
        if document.version >= version:
            break
        document = fold((entry,), document)
    return document


def last_draft(entries: Sequence[Entry]) -> Document:
    """What the machine last drafted, before any hand."""
    drafts = [entry for entry in entries if isinstance(entry.event, Drafted)]
    return fold(drafts[-1:])
