"""Bulletins that the servers below handed up: held against what each sent before, kept as they came, never changed.

``records/received/<key>/head-….json`` is a directory as ``verify --heads`` reads it. What contradicts an earlier one is
kept apart in ``refused/`` and told to the level above in words.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509.oid import NameOID

from meeting_server.whole_file import write_whole
from minutes.sealing.heads import BadHeads, Contradicts, Growing, public_key
from minutes.sealing.keys import key_id
from minutes.sealing.tree import BadReceipt, Bulletin, read_bulletin

MOST_KEYS, MOST_REFUSED, MOST_HELD = 2_000, 20, 64
SAID_VI = (
    "Mốc gửi lên nói khác các mốc đã gửi trước: có thể hồ sơ đã niêm phong bị thay hoặc bị xóa, hoặc máy ở dưới đã "
    "khôi phục từ bản sao lưu cũ. Đề nghị gọi hỏi nơi gửi, và đối chiếu với phiếu mốc đã in."
)  # fmt: skip


class NotTaken(Exception):
    """No bulletin, one signed by nobody known, or one too many installations."""


@dataclass(frozen=True, slots=True)
class Refusal:
    at: int
    size: int


@dataclass(frozen=True, slots=True)
class Installation:
    """What one installation handed up: its newest head, when it came, and what of it was refused."""

    key: str
    name: str
    size: int
    at: int
    received_at: int
    refused: tuple[Refusal, ...]


class Received:
    """Blocking; call it in a thread. One bulletin at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._one = folder, threading.Lock()
        self._held: dict[str, Growing] = {}

    def take(self, data: bytes, now: int) -> tuple[int, bool]:
        """(leaves held, whether the bulletin was new). Raises NotTaken; heads.Missing and heads.Contradicts, the
        latter after the bulletin was kept apart."""
        try:
            bulletin = read_bulletin(data)
        except BadReceipt as error:
            raise NotTaken(str(error)) from error
        with self._one:
            growing = self._growing(bulletin)
            try:
                new = growing.add(bulletin, "bulletin")
            except Contradicts:
                if growing.size:
                    self._keep_apart(bulletin, data, now)
                raise
            if new:
                self._keep(bulletin, data, now)
            return growing.size, new

    def have(self, data: bytes) -> int:
        """How many leaves are held of the installation that sent this."""
        with self._one:
            return self._growing(read_bulletin(data)).size

    def installations(self) -> list[Installation]:
        """By name."""
        with self._one:
            found = [self._told(folder) for folder in self._folder.glob("*") if folder.is_dir()]
        return sorted((one for one in found if one is not None), key=lambda one: (one.name, one.key))

    def _growing(self, bulletin: Bulletin) -> Growing:
        """By the key pinned when its first bulletin came; only what is pinned is held."""
        key = bulletin.head.key_id
        if key in self._held:
            return self._held[key]
        if not key.isalnum() or not key.isascii():
            raise NotTaken("the key has no name")
        pinned = self._folder / key / "certificates.pem"
        if not pinned.is_file():
            return Growing(_key(bulletin.certificates, key))
        growing = Growing(_key(pinned.read_text(encoding="ascii"), key))
        for file in sorted(pinned.parent.glob("head-*.json")):
            growing.add(read_bulletin(file.read_bytes()), file.name)
        if len(self._held) >= MOST_HELD:
            self._held.pop(next(iter(self._held)))
        self._held[key] = growing
        return growing

    def _keep(self, bulletin: Bulletin, data: bytes, now: int) -> None:
        folder = self._folder / bulletin.head.key_id
        if not (folder / "certificates.pem").is_file():
            if sum(1 for _ in self._folder.glob("*")) >= MOST_KEYS:
                raise NotTaken("too many installations")
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(folder / "certificates.pem", bulletin.certificates.encode("ascii"), modified_ms=now)
        if not (folder / bulletin.name).exists():
            write_whole(folder / bulletin.name, data, modified_ms=now)

    def _keep_apart(self, bulletin: Bulletin, data: bytes, now: int) -> None:
        """Once each, and at most MOST_REFUSED of them: the first ones tell the most."""
        folder = self._folder / bulletin.head.key_id / "refused"
        name = f"{bulletin.head.size:08}-{hashlib.sha256(data).hexdigest()[:16]}.json"
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / name).exists() and sum(1 for _ in folder.glob("*.json")) < MOST_REFUSED:
            write_whole(folder / name, data, modified_ms=now)

    def _told(self, folder: Path) -> Installation | None:
        newest = max(folder.glob("head-*.json"), default=None)
        if newest is None:
            return None
        head = read_bulletin(newest.read_bytes()).head
        refused = sorted((folder / "refused").glob("*.json"), key=_came)
        return Installation(
            folder.name, _name(folder / "certificates.pem"), head.size, head.at, _came(newest),
            tuple(Refusal(_came(file), int(file.stem[:8])) for file in refused),
        )  # fmt: skip


def _came(file: Path) -> int:
    return file.stat().st_mtime_ns // 1_000_000


def _name(pinned: Path) -> str:
    authority = x509.load_pem_x509_certificates(pinned.read_bytes())[0]
    return str(authority.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _key(pem: str, key: str) -> Ed25519PublicKey:
    """The manifest key of the three certificates. Raises NotTaken unless it is the one named and its authority's."""
    try:
        authority, manifest, _ = x509.load_pem_x509_certificates(pem.encode("ascii"))
        manifest.verify_directly_issued_by(authority)
        found = public_key(manifest)
        _ = authority.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0]
    except (ValueError, TypeError, IndexError, InvalidSignature, UnsupportedAlgorithm, BadHeads) as error:
        raise NotTaken("no certificates of an installation") from error
    if key_id(found) != key:
        raise NotTaken("the certificates are another key's")
    return found
