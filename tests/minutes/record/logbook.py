"""A small log for tests: events in, chained entries out."""

from __future__ import annotations

from collections.abc import Iterable

from minutes.record import chain, codec
from minutes.record.events import Entry, Event, RosterLine

MINUTE = 60_000
START = 1_793_000_000_000


def log(events: Iterable[Event | tuple[int, Event]], *, actor: str = "m1", authority: str = "chair") -> list[Entry]:
    """Entries a minute apart, or at START + the given milliseconds."""
    entries: list[Entry] = []
    previous = chain.ZERO
    for seq, item in enumerate(events, 1):
        at, event = item if isinstance(item, tuple) else (seq * MINUTE, item)
        entry = chain.make_entry(
            previous=previous, meeting="m-1", seq=seq, at=START + at, actor=actor, authority=authority, event=event,
            body=codec.encode(event), kind=codec.kind_of(event), version=1, salt=seq.to_bytes(16, "big"),
        )  # fmt: skip
        entries.append(entry)
        previous = entry.digest
    return entries


def roster(*names: str) -> tuple[RosterLine, ...]:
    return tuple(RosterLine(member, f"Nguyễn Văn {member.upper()}") for member in names)
