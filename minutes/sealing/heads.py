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


def read_series(directory: Path, key: Ed25519PublicKey, name: str) -> Series | None:
    """The bulletins of the key named ``name`` in a directory, None when there are none. Raises BadHeads."""
    files = sorted(directory.glob(f"head-{name}-*.json"))
    found = [_read(file) for file in files]
    if not found:
        return None
    return joined([bulletin for _, bulletin in found], [file.name for file, _ in found], key)


def _read(file: Path) -> tuple[Path, Bulletin]:
    if file.stat().st_size > FILE_LIMIT:
        raise BadHeads(f"{file.name}: too large")
    try:
        return file, read_bulletin(file.read_bytes())
    except BadReceipt as error:
        raise BadHeads(f"{file.name}: {error}") from error


def joined(bulletins: Sequence[Bulletin], names: Sequence[str], key: Ed25519PublicKey) -> Series:
    """One series out of bulletins in order of size. Raises BadHeads at the first that does not fit."""
    leaves: list[Leaf] = []
    grown, roots = chain.Range(), dict[int, str]()
    wanted = {bulletin.head.size for bulletin in bulletins}
    for bulletin, name in zip(bulletins, names, strict=True):
        if bulletin.since > len(leaves) or bulletin.head.size != bulletin.since + len(bulletin.leaves):
            raise BadHeads(f"{name}: a bulletin before it is missing")
        known = leaves[bulletin.since :]
        if list(bulletin.leaves[: len(known)]) != known[: len(bulletin.leaves)]:
            raise BadHeads(f"{name}: says otherwise than the bulletins before it")
        for leaf in bulletin.leaves[len(known) :]:
            leaves.append(leaf)
            grown.add(leaf.hash)
            if len(leaves) in wanted:
                roots[len(leaves)] = grown.root().hex()
        try:
            check_head(bulletin.head, key)
        except BadReceipt as error:
            raise BadHeads(f"{name}: {error}") from error
        if bulletin.head.root != roots.get(bulletin.head.size, chain.EMPTY_ROOT.hex()):
            raise BadHeads(f"{name}: its root is not that of its leaves")
    return Series(tuple(leaves), tuple(bulletin.head for bulletin in bulletins))


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
