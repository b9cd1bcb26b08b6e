"""The append-only log of sealed versions (RFC 6962 form): leaves, signed heads, receipts.

A leaf is one sealed version: meeting, version, sha256 of its manifest. A head is the root over all leaves so far,
signed by the installation. A receipt proves that a package's leaf stands under a head. A bulletin is what the level
above keeps: a head with the leaves added since the one before, so that it can work out every root for itself and
sees a head replaced, a leaf changed and a record gone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from minutes.record import chain
from minutes.record.codec import MalformedEvent, canonical
from minutes.sealing.keys import key_id

LOG = "hopchibo-heads"
PATH_LIMIT = 64


class BadReceipt(Exception):
    """A receipt, head or bulletin is not what it claims to be; the message says why."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sealed version; ``manifest`` is the sha256 (hex) of its manifest.json."""

    meeting: str
    version: int
    manifest: str

    @property
    def hash(self) -> bytes:
        return _leaf_hash(self.meeting, self.version, self.manifest)


@lru_cache(maxsize=65_536)  # a province's year; every sealing walks over all leaves
def _leaf_hash(meeting: str, version: int, manifest: str) -> bytes:
    leaf = {"meeting": meeting, "version": version, "manifest": manifest}
    return hashlib.sha256(b"\x00" + canonical(leaf)).digest()


@dataclass(frozen=True, slots=True)
class Head:
    """The root (hex) over the first ``size`` leaves, at ``at`` ms, signed by the key named."""

    size: int
    root: str
    at: int
    key_id: str
    signature: str

    @property
    def signed_bytes(self) -> bytes:
        return canonical(
            {"v": 1, "log": LOG, "size": self.size, "root": self.root, "at": self.at, "key_id": self.key_id}
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """Leaf ``index`` (from 0) stands under ``head``; ``path`` (hex) leads there, nearest node first."""

    leaf: Leaf
    index: int
    path: tuple[str, ...]
    head: Head


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What is handed up: a head and the leaves from ``since`` (number of leaves before) to its size."""

    head: Head
    since: int
    leaves: tuple[Leaf, ...]
    certificates: str = ""

    @property
    def name(self) -> str:
        return f"head-{self.head.key_id}-{self.head.size:08}.json"


def signed_head(leaves: Sequence[Leaf], key: Ed25519PrivateKey, at: int) -> Head:
    """The head over all leaves as of now."""
    root = chain.root([leaf.hash for leaf in leaves]).hex()
    blank = Head(len(leaves), root, at, key_id(key.public_key()), "")
    return Head(blank.size, root, at, blank.key_id, key.sign(blank.signed_bytes).hex())


def receipt(leaves: Sequence[Leaf], index: int, head: Head) -> Receipt:
    """The receipt of a leaf under a head of the same leaves."""
    if head.size != len(leaves):
        raise AssertionError("a receipt is made under the head of the same leaves")
    path = chain.inclusion([leaf.hash for leaf in leaves], index)
    return Receipt(leaves[index], index, tuple(node.hex() for node in path), head)


def bulletin(leaves: Sequence[Leaf], since: int, head: Head, certificates: str) -> Bulletin:
    """What to hand up after leaf number ``since`` was the last one handed up."""
    return Bulletin(head, since, tuple(leaves[since : head.size]), certificates)


def check_head(head: Head, key: Ed25519PublicKey) -> None:
    """Raises BadReceipt unless the key signed this head."""
    if head.key_id != key_id(key):
        raise BadReceipt("the head names another key")
    try:
        key.verify(bytes.fromhex(head.signature), head.signed_bytes)
    except (InvalidSignature, ValueError) as error:
        raise BadReceipt("the head's signature does not fit") from error


def head_text(head: Head) -> str:
    """A head in one line, as the QR code of the month's sheet holds it: signed, so that a photograph proves it."""
    return f"HCBH1 {head.key_id} {head.size} {head.root} {head.at} {head.signature}"


def read_head_text(text: str) -> Head | None:
    """A head out of a QR code's text; None for any other code. Its signature is not checked here."""
    match text.split(" "):
        case ["HCBH1", key, size, root, at, signature] if size.isdecimal() and at.isdecimal():
            return Head(int(size), root, int(at), key, signature)
    return None


def check_receipt(found: Receipt, key: Ed25519PublicKey) -> None:
    """Raises BadReceipt unless the leaf stands under the head and the key signed it."""
    check_head(found.head, key)
    try:
        path = [bytes.fromhex(node) for node in found.path]
        root = chain.root_from(found.leaf.hash, found.index, found.head.size, path)
    except ValueError as error:
        raise BadReceipt(str(error)) from error
    if root.hex() != found.head.root:
        raise BadReceipt("the leaf does not stand under the head")


def receipt_bytes(found: Receipt) -> bytes:
    return canonical({"v": 1, **asdict(found), "path": list(found.path)})


def bulletin_bytes(found: Bulletin) -> bytes:
    return canonical({"v": 1, **asdict(found), "leaves": [asdict(leaf) for leaf in found.leaves]})


def read_receipt(data: bytes) -> Receipt:
    """Raises BadReceipt unless ``data`` is the one byte form of a receipt."""
    value = _object(data)
    try:
        found = Receipt(_leaf(value["leaf"]), _whole(value["index"]), _texts(value["path"]), _head(value["head"]))
    except (KeyError, TypeError, ValueError) as error:
        raise BadReceipt(str(error)) from error
    if receipt_bytes(found) != data or not all(map(_is_hex, (*found.path, found.head.signature))):
        raise BadReceipt("not in its one byte form")
    return found


def read_bulletin(data: bytes) -> Bulletin:
    """Raises BadReceipt unless ``data`` is the one byte form of a bulletin."""
    value = _object(data)
    try:
        leaves = tuple(_leaf(leaf) for leaf in value["leaves"])
        found = Bulletin(_head(value["head"]), _whole(value["since"]), leaves, str(value["certificates"]))
    except (KeyError, TypeError, ValueError) as error:
        raise BadReceipt(str(error)) from error
    if bulletin_bytes(found) != data or not _is_hex(found.head.signature):
        raise BadReceipt("not in its one byte form")
    return found


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
        if isinstance(value, dict) and canonical(value) == data:
            return value
    except (ValueError, RecursionError, MalformedEvent):
        pass
    raise BadReceipt("not canonical JSON")


def _leaf(value: Mapping[str, Any]) -> Leaf:
    return Leaf(_text(value["meeting"]), _whole(value["version"]), _text(value["manifest"]))


def _head(value: Mapping[str, Any]) -> Head:
    numbers = _whole(value["size"]), _text(value["root"]), _whole(value["at"])
    return Head(*numbers, _text(value["key_id"]), _text(value["signature"]))


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > PATH_LIMIT:
        raise TypeError("a short list was expected")
    return tuple(_text(item) for item in value)


def _is_hex(text: str) -> bool:
    """Lower-case, without spaces: a receipt is signed by nothing but its own hashes, so they have one form."""
    try:
        return bytes.fromhex(text).hex() == text
    except ValueError:
        return False


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError("a whole number was expected")
    return value
