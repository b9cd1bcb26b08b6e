"""A sealed record opened for a correction: its text out of the sealed file, when the log has erased it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from minutes.record.events import Block, Drafted, RosterLine, Sealed
from minutes.sealing import archive
from minutes.sealing.archive import NotAPackage
from minutes.sealing.package import FROM_SEAL

SealedText = Callable[[Sealed, Sequence[RosterLine]], Drafted]


def no_sealed_text(sealed: Sealed, roster: Sequence[RosterLine]) -> Drafted:
    """Where no records are kept."""
    raise FileNotFoundError(sealed.file)


def sealed_text(records: Path) -> SealedText:
    """Reads minutes.json of the file that a seal names. Raises OSError, ValueError, KeyError."""

    def read(sealed: Sealed, roster: Sequence[RosterLine]) -> Drafted:
        try:
            told = json.loads(archive.unpack((records / sealed.file).read_bytes())["minutes.json"])
        except NotAPackage as error:
            raise ValueError("the sealed file is damaged") from error
        ids = {line.name: line.member for line in roster}
        blocks = tuple(
            Block(
                one["id"], one["kind"], one["text"], one["item"], tuple(one["sources"]), ids.get(one["speaker"], ""),
                origin=one["origin"],
            )
            for one in told["blocks"]
        )  # fmt: skip
        return Drafted(FROM_SEAL, blocks)

    return read
