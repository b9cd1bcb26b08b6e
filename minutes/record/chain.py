"""Hashes that bind a log: salted bodies, leaves, a running chain and an RFC 6962 tree.

body_hash = SHA256(salt16 | body); leaf = SHA256(0x00 | JCS{v, meeting, seq, at, actor, authority, kind, body_hash});
digest_n = SHA256(0x02 | digest_{n-1} | leaf_n), digest_0 = 32 zero bytes; root = RFC 6962 tree over the leaves,
whose leaf hash is ``leaf`` itself and whose inner nodes are SHA256(0x01 | left | right).
Erasing takes body and salt away; every leaf, digest and root can still be recomputed or compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from minutes.record.codec import canonical, decode
from minutes.record.events import Entry, Event

ZERO = bytes(32)
EMPTY_ROOT = hashlib.sha256(b"").digest()


def body_hash(salt: bytes, body: bytes) -> bytes:
    if len(salt) != 16:
        raise AssertionError("a salt has 16 bytes")
    return hashlib.sha256(salt + body).digest()


def leaf_of(
    meeting: str, seq: int, at: int, actor: str, authority: str, kind: str, version: int, hashed: bytes
) -> bytes:
    head = {
        "v": version, "meeting": meeting, "seq": seq, "at": at, "actor": actor,
        "authority": authority, "kind": kind, "body_hash": hashed.hex(),
    }  # fmt: skip
    return hashlib.sha256(b"\x00" + canonical(head)).digest()


def link(previous: bytes, leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x02" + previous + leaf).digest()


def make_entry(
    *, previous: bytes, meeting: str, seq: int, at: int, actor: str, authority: str, event: Event,
    body: bytes, kind: str, version: int, salt: bytes,
) -> Entry:  # fmt: skip
    """The next entry after the one whose digest is ``previous`` (ZERO for the first)."""
    hashed = body_hash(salt, body)
    leaf = leaf_of(meeting, seq, at, actor, authority, kind, version, hashed)
    digest = link(previous, leaf)
    return Entry(meeting, seq, at, actor, authority, kind, version, body, salt, hashed, leaf, digest, event)


def read_entry(
    meeting: str, seq: int, at: int, actor: str, authority: str, kind: str, version: int,
    body: bytes | None, salt: bytes | None, hashed: bytes, leaf: bytes, digest: bytes,
) -> Entry:  # fmt: skip
    """An entry from its stored columns; its event is None once erased. Hashes are not checked here."""
    event = None if body is None else decode(kind, version, body)
    return Entry(meeting, seq, at, actor, authority, kind, version, body, salt, hashed, leaf, digest, event)


def faults(entries: Iterable[Entry]) -> list[str]:
    """What is wrong with a log, one sentence a fault; empty when whole. Erased bodies are no fault."""
    found, previous, expected = [], ZERO, 1
    for entry in entries:
        if entry.seq != expected:
            found.append(f"entry {expected} is missing before {entry.seq}")
        if altered(entry):
            found.append(f"entry {entry.seq} was altered")
        if link(previous, entry.leaf) != entry.digest:
            found.append(f"the chain breaks at entry {entry.seq}")
        previous, expected = entry.digest, entry.seq + 1
    return found


def altered(entry: Entry) -> bool:
    """Whether body, head or leaf of an entry no longer fit each other."""
    if entry.body is not None and body_hash(entry.salt or ZERO[:16], entry.body) != entry.body_hash:
        return True
    head = (entry.meeting, entry.seq, entry.at, entry.actor, entry.authority, entry.kind, entry.version)
    return leaf_of(*head, entry.body_hash) != entry.leaf


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1 tree hash over leaf hashes."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = _split(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))


@dataclass(slots=True)
class Range:
    """A tree that only grows: the roots of its full subtrees, largest first. Adding and asking take O(log n)."""

    peaks: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        size, value = 1, leaf
        while self.peaks and self.peaks[-1][0] == size:
            _, left = self.peaks.pop()
            size, value = 2 * size, node(left, value)
        self.peaks.append((size, value))

    def root(self) -> bytes:
        """``root`` of all leaves added so far."""
        if not self.peaks:
            return EMPTY_ROOT
        value = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            value = node(left, value)
        return value


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """RFC 6962 §2.1.1 audit path of leaf ``index`` (from 0), nearest node first."""
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion(leaves[:k], index), root(leaves[k:])]
    return [*inclusion(leaves[k:], index - k), root(leaves[:k])]


def root_from(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that an audit path leads to (RFC 9162 §2.1.3.2); ValueError if the path has the wrong length."""
    if not 0 <= index < size:
        raise ValueError("the leaf lies outside the tree")
    at, last, value = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ValueError("the path is too long")
        if at & 1 or at == last:
            value = node(sibling, value)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            value = node(value, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise ValueError("the path is too short")
    return value


def consistency(leaves: Sequence[bytes], older: int) -> list[bytes]:
    """RFC 6962 §2.1.2: what proves that the tree over all leaves only grew since it had ``older`` of them."""
    if not 0 < older <= len(leaves):
        raise AssertionError("a proof leads from a smaller tree that is not empty to a larger one")
    return _grown(leaves, older, known=True)


def _grown(leaves: Sequence[bytes], older: int, *, known: bool) -> list[bytes]:
    """``known``: the older tree as a whole stands at this node, so its root need not be told."""
    if older == len(leaves):
        return [] if known else [root(leaves)]
    k = _split(len(leaves))
    if older <= k:
        return [*_grown(leaves[:k], older, known=known), root(leaves[k:])]
    return [*_grown(leaves[k:], older - k, known=False), root(leaves[:k])]


def consistent(older: int, newer: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof leads from the older root to the newer one (RFC 9162 §2.1.4.2); False for one of any other
    length."""
    if not 0 < older <= newer:
        return False
    if older == newer:
        return not proof and old_root == new_root
    path = [old_root, *proof] if older & older - 1 == 0 else list(proof)
    if not path:
        return False
    at, last = older - 1, newer - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node(sibling, old), node(sibling, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node(new, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root
