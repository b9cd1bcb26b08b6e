"""The log of sealed versions on disk: leaves.jsonl, appended and synced, and one bulletin a sealing in heads/.

Whoever seals appends the leaf before the log says ``Sealed``: killed in between, the record is sealed again and its
later leaf counts. ``heads/`` is what is handed to the level above, by whatever way files travel.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from minutes.record.codec import canonical
from minutes.sealing.keys import Keys
from minutes.sealing.tree import BadReceipt, Leaf, bulletin, bulletin_bytes, signed_head


class TreeFile:
    """One writer at a time (the sealer); ``directory`` is made when missing."""

    def __init__(self, directory: Path) -> None:
        self._file, self._heads = directory / "leaves.jsonl", directory / "heads"
        self._heads.mkdir(parents=True, exist_ok=True)

    @property
    def heads(self) -> Path:
        return self._heads

    def leaves(self) -> tuple[Leaf, ...]:
        """All leaves so far. A last line that a kill left half-written counts for nothing. Raises BadReceipt."""
        if not self._file.exists():
            return ()
        whole = self._file.read_bytes().rpartition(b"\n")[0]
        return tuple(_leaf(line) for line in whole.split(b"\n") if line)

    def append(self, leaf: Leaf, keys: Keys, at: int) -> Path:
        """Put a leaf on disk and write its bulletin; the bulletin's path."""
        before = self.leaves()
        self._append(leaf, sum(len(canonical(asdict(known))) + 1 for known in before))
        return self._hand((*before, leaf), keys, at)

    def catch_up(self, keys: Keys, at: int) -> bool:
        """Whether the newest leaf had no bulletin (a kill came between the two): it has one now."""
        leaves = self.leaves()
        if self._told(keys.key_id, len(leaves)) == len(leaves):
            return False
        self._hand(leaves, keys, at)
        return True

    def _hand(self, leaves: tuple[Leaf, ...], keys: Keys, at: int) -> Path:
        head = signed_head(leaves, keys.manifest_key, at)
        handed = bulletin(leaves, self._told(keys.key_id, len(leaves) - 1), head, keys.chain_pem.decode())
        path = self._heads / handed.name
        fresh = self._heads / "bulletin.new"  # of one name, so that a kill leaves at most one, and not for long
        _write(fresh, bulletin_bytes(handed))
        fresh.replace(path)
        return path

    def _told(self, key: str, before: int) -> int:
        """How many leaves the bulletins hold: one fewer where a kill came between a leaf and its bulletin."""
        sizes = [int(path.stem.rpartition("-")[2]) for path in self._heads.glob(f"head-{key}-*.json")]
        return max((size for size in sizes if size <= before), default=0)

    def _append(self, leaf: Leaf, end: int) -> None:
        with self._file.open("r+b" if self._file.exists() else "w+b") as file:
            file.truncate(end)  # a half line of an earlier kill
            file.seek(end)
            file.write(canonical(asdict(leaf)) + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _leaf(line: bytes) -> Leaf:
    try:
        value = json.loads(line)
        leaf = Leaf(str(value["meeting"]), int(value["version"]), str(value["manifest"]))
    except (ValueError, KeyError, TypeError) as error:
        raise BadReceipt(f"leaves.jsonl: {error}") from error
    if canonical(asdict(leaf)) != line:
        raise BadReceipt("leaves.jsonl: a line is not in its one byte form")
    return leaf
