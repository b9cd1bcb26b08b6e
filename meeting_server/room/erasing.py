"""Which entries lose their bodies when a span is erased: what was said in it, and everything written from that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from minutes.record.events import (
    BlockInserted,
    BlockSaved,
    Corrected,
    Drafted,
    Entry,
    Erased,
    Retranscribed,
    SpeakerAssigned,
    Spoke,
    utterance_id,
)
from minutes.record.transcript import SAMPLES_A_MS


def touched(entries: Sequence[Entry], erased: Erased) -> list[int]:
    """The seqs whose body and salt must go. A draft made of an erased utterance goes whole and is made again."""
    gone = {utterance_id(said.track, said.start) for said in _spoken(entries) if _within(said, erased)}
    blocks = _blocks(entries, gone)
    return [entry.seq for entry in entries if _holds(entry, erased, gone, blocks)]


def _spoken(entries: Iterable[Entry]) -> Iterator[Spoke]:
    for entry in entries:
        if isinstance(entry.event, Spoke):
            yield entry.event


def _within(said: Spoke, erased: Erased) -> bool:
    until = said.said_at + max(1, (said.end - said.start) // SAMPLES_A_MS)
    return said.said_at < erased.until and until > erased.since


def _blocks(entries: Iterable[Entry], gone: set[str]) -> set[str]:
    """Ids of blocks that rest on an erased utterance."""
    drafted = (block for e in entries if isinstance(e.event, Drafted) for block in e.event.blocks)
    return {block.id for block in drafted if gone.intersection(block.sources)}


def _holds(entry: Entry, erased: Erased, gone: set[str], blocks: set[str]) -> bool:
    in_span = erased.since <= entry.at <= erased.until
    match entry.event:
        case Spoke() as said:
            return _within(said, erased)
        case Corrected(utterance=key) | Retranscribed(utterance=key) | SpeakerAssigned(utterance=key):
            return key in gone
        case Drafted(blocks=drafted):
            return in_span or any(gone.intersection(block.sources) for block in drafted)
        case BlockSaved(block=key):
            return in_span or key in blocks
        case BlockInserted():
            return in_span
    return False
