"""Bulletins as somebody else keeps them: checked against each other, then asked about a record.

``BadHeads`` names the bulletin that does not fit the others: replaced, missing, or signed by somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from minutes.record import chain
from minutes.sealing.tree import BadReceipt, Bulletin, Head, Leaf, check_head, read_bulletin

FILE_LIMIT = 64 * 1024 * 1024


class BadHeads(Exception):
    """The bulletins contradict each other or are forged; the message names the file."""


@dataclass(frozen=True, slots=True)
class Series:
    """All leaves and heads of one installation's log as handed up, in order."""

    leaves: tuple[Leaf, ...]
    heads: tuple[Head, ...]

    @property
    def latest(self) -> Head:
        return self.heads[-1]

    def versions(self, meeting: str) -> dict[int, Leaf]:
        """The sealed versions of a meeting; for one sealed again (a scan added) the last leaf."""
        return {leaf.version: leaf for leaf in self.leaves if leaf.meeting == meeting}

    def first_head_with(self, leaf: Leaf) -> Head | None:
        """The first head under which a leaf stands: proof that it was there at that head's time."""
        try:
            index = self.leaves.index(leaf)
        except ValueError:
            return None
        return next((head for head in self.heads if head.size > index), None)

    def root_at(self, size: int) -> str:
        return chain.root([leaf.hash for leaf in self.leaves[:size]]).hex()

    def proof(self, older: int, newer: int) -> tuple[str, ...]:
        """That the log of ``newer`` leaves holds the one of ``older`` unchanged, for whoever has the heads only."""
        return tuple(node.hex() for node in chain.consistency([leaf.hash for leaf in self.leaves[:newer]], older))


def read_series(directory: Path, key: Ed25519PublicKey, name: str) -> Series | None:
    """The bulletins of the key named ``name`` in a directory, or in its folder ``name`` as they are dropped and
    received; None when there are none. Raises BadHeads."""
    found = {file.name: file for folder in (directory / name, directory) for file in folder.glob(f"head-{name}-*.json")}
    if not found:
        return None
    growing = Growing(key)
    for called in sorted(found):
        growing.add(_read(found[called]), called)
    return growing.series()


def _read(file: Path) -> Bulletin:
    if file.stat().st_size > FILE_LIMIT:
        raise BadHeads(f"{file.name}: too large")
    try:
        return read_bulletin(file.read_bytes())
    except BadReceipt as error:
        raise BadHeads(f"{file.name}: {error}") from error


class Missing(BadHeads):
    """A bulletin before this one is missing: nothing is said against it."""


class Contradicts(BadHeads):
    """The key did sign this bulletin, and it says otherwise than the ones before it."""


class Growing:
    """One installation's bulletins, taken in order of size; each new one costs the leaves it brings.

    Each head is held against the leaves by its root, and against the head before it by the peaks of a tree that only
    grew: what ``chain.consistent`` proves to somebody who holds the two heads alone.
    """

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key, self._tree = key, chain.Range()
        self._leaves, self._heads = list[Leaf](), list[Head]()

    @property
    def size(self) -> int:
        return len(self._leaves)

    @property
    def latest(self) -> Head | None:
        return self._heads[-1] if self._heads else None

    def series(self) -> Series:
        return Series(tuple(self._leaves), tuple(self._heads))

    def add(self, bulletin: Bulletin, name: str) -> bool:
        """Whether it was new. Raises BadHeads, and then nothing has changed; ``name`` is what its message calls it."""
        try:
            check_head(bulletin.head, self._key)
        except BadReceipt as error:
            raise BadHeads(f"{name}: {error}") from error
        if bulletin.since < 0 or bulletin.head.size != bulletin.since + len(bulletin.leaves):
            raise BadHeads(f"{name}: its size is not that of its leaves")
        if bulletin.since > self.size:
            raise Missing(f"{name}: a bulletin before it is missing")
        known = self._leaves[bulletin.since :]
        if list(bulletin.leaves[: len(known)]) != known[: len(bulletin.leaves)]:
            raise Contradicts(f"{name}: says otherwise than the bulletins before it")
        if bulletin.head.size < self.size or bulletin.head in self._heads[-1:]:
            return self._older(bulletin.head, name)
        grown = chain.Range(list(self._tree.peaks))
        new = bulletin.leaves[len(known) :]
        for leaf in new:
            grown.add(leaf.hash)
        if bulletin.head.root != grown.root().hex():
            raise Contradicts(f"{name}: its root is not that of its leaves")
        self._tree = grown
        self._leaves += new
        self._heads.append(bulletin.head)
        return True

    def _older(self, head: Head, name: str) -> bool:
        """A head from before the latest, come again or late."""
        if head.root != self.series().root_at(head.size):
            raise Contradicts(f"{name}: its root is not that of its leaves")
        return False


def joined(bulletins: Sequence[Bulletin], names: Sequence[str], key: Ed25519PublicKey) -> Series:
    """One series out of bulletins in order of size. Raises BadHeads at the first that does not fit."""
    growing = Growing(key)
    for bulletin, name in zip(bulletins, names, strict=True):
        growing.add(bulletin, name)
    return growing.series()


def public_key(certificate: x509.Certificate) -> Ed25519PublicKey:
    """The manifest key of a certificate. Raises BadHeads for another kind of key."""
    key = certificate.public_key()
    if not isinstance(key, Ed25519PublicKey):
        raise BadHeads("the certificate holds another kind of key")
    return key


def absent(series: Series, manifests: Iterable[str]) -> tuple[Leaf, ...]:
    """Sealed versions that the bulletins know and an archive (sha256 of its manifests) does not hold."""
    held = set(manifests)
    return tuple(leaf for leaf in series.leaves if leaf.manifest not in held)
