"""The encrypted stream that a backup is: AES-256-GCM in chunks, after a header that says how the key is made.

    magic "HCBBAK1\\n" · length of the header (4 bytes, big endian) · header (JSON) · chunks

A chunk is its ciphertext with tag; every chunk but the last holds CHUNK bytes. Nonce = 7 random bytes of the header,
the chunk's number (4 bytes), 1 for the last chunk else 0 (the STREAM construction), so that chunks cannot be left
out, swapped or cut off. Associated data = SHA-256 of magic and header. Each backup has a key of its own: scrypt of the
passphrase, or HKDF-SHA256 of the key file, with a fresh salt.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC, VERSION = b"HCBBAK1\n", 1
CHUNK, TAG, MAX_HEADER, MAX_CHUNKS = 1 << 20, 16, 4_096, 1 << 32
SCRYPT_N, SCRYPT_R, SCRYPT_P = 1 << 16, 8, 1
LEAST_PASSPHRASE, KEY_BYTES = 12, 32
_WAYS = frozenset({"none", "scrypt", "key"})
_KEY_LINE = "hopchibo-backup-key-1 "


class BackupFault(Exception):
    """A backup cannot be made, read or restored; the message says why, in Vietnamese."""


class NotOurs(BackupFault):
    """No backup of ours, or of a newer version."""


class WrongSecret(BackupFault):
    """The passphrase or key file is not the one, or the file was altered."""


class CutShort(BackupFault):
    """The file ends before its last chunk."""


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A passphrase, the bytes of a key file, or neither for a backup in the clear."""

    passphrase: str = ""
    key: bytes = b""

    @property
    def way(self) -> str:
        return "scrypt" if self.passphrase else "key" if self.key else "none"


PLAIN = Secret()


def new_key(path: Path) -> None:
    """A new key file, readable by its owner alone. Raises FileExistsError."""
    line = _KEY_LINE + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(line)


def key_of(path: Path) -> Secret:
    """Raises BackupFault when it is no key file."""
    try:
        line = path.read_text(encoding="ascii").strip()
        key = base64.b64decode(line.removeprefix(_KEY_LINE.strip()).strip(), validate=True)
    except (OSError, ValueError) as error:
        raise BackupFault(f"Không đọc được tệp khóa {path.name}.") from error
    if not line.startswith(_KEY_LINE.strip()) or len(key) != KEY_BYTES:
        raise BackupFault(f"{path.name} không phải là tệp khóa sao lưu.")
    return Secret(key=key)


def passphrase(words: str) -> Secret:
    """Raises BackupFault when it is too short."""
    if len(words) < LEAST_PASSPHRASE:
        raise BackupFault(f"Mật khẩu sao lưu cần ít nhất {LEAST_PASSPHRASE} ký tự.")
    return Secret(passphrase=words)


def _cipher(secret: Secret, header: dict[str, Any]) -> AESGCM | None:
    salt = bytes.fromhex(header["salt"])
    match header["way"]:
        case "none":
            return None
        case "scrypt" if secret.passphrase:
            made = _scrypt(salt, header).derive(secret.passphrase.encode())
        case "key" if secret.key:
            made = HKDF(SHA256(), 32, salt, b"hopchibo backup").derive(secret.key)
        case "scrypt":
            raise WrongSecret("Bản sao lưu này được khóa bằng mật khẩu.")
        case "key":
            raise WrongSecret("Bản sao lưu này được khóa bằng tệp khóa.")
        case way:
            raise AssertionError(f"unknown way {way} in a checked header")
    return AESGCM(made)


def _scrypt(salt: bytes, header: dict[str, Any]) -> Scrypt:
    try:
        return Scrypt(salt, 32, n=header["n"], r=header["r"], p=header["p"])
    except (KeyError, ValueError, TypeError) as error:
        raise NotOurs("Phần đầu của bản sao lưu không đọc được.") from error


class Writer(io.RawIOBase):
    """Encrypts what is written to it onto ``onto``; ``close`` writes the last chunk and leaves ``onto`` open."""

    def __init__(self, onto: BinaryIO, secret: Secret, about: dict[str, Any]) -> None:
        super().__init__()
        prefix, salt = secrets.token_bytes(7), secrets.token_bytes(16)
        header = {"v": VERSION, "way": secret.way, "salt": salt.hex(), "prefix": prefix.hex(), **about}
        if secret.way == "scrypt":
            header |= {"n": SCRYPT_N, "r": SCRYPT_R, "p": SCRYPT_P}
        body = json.dumps(header, sort_keys=True).encode()
        head = MAGIC + len(body).to_bytes(4, "big") + body
        self._onto, self._cipher, self._prefix = onto, _cipher(secret, header), prefix
        self._about, self._buffer, self._number = hashlib.sha256(head).digest(), bytearray(), 0
        onto.write(head)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._buffer += data
        while len(self._buffer) > CHUNK:
            self._chunk(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._chunk(bytes(self._buffer), last=True)
        super().close()

    def _chunk(self, data: bytes, *, last: bool) -> None:
        if self._number >= MAX_CHUNKS:
            raise BackupFault("Bản sao lưu quá lớn.")
        nonce = _nonce(self._prefix, self._number, last)
        cipher = self._cipher
        self._onto.write(
            _plain(data, nonce, self._about) if cipher is None else cipher.encrypt(nonce, data, self._about)
        )
        self._number += 1


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _plain(data: bytes, nonce: bytes, about: bytes) -> bytes:
    """In the clear, with a checksum in the tag's place: accidents are seen, forgery is not."""
    return data + hashlib.sha256(nonce + about + data).digest()[:TAG]


class Reader(io.RawIOBase):
    """Decrypts a backup. Raises NotOurs, WrongSecret, CutShort; nothing unchecked is ever given out."""

    def __init__(self, source: BinaryIO, secret: Secret) -> None:
        super().__init__()
        head = source.read(len(MAGIC) + 4)
        size = int.from_bytes(head[-4:], "big")
        if not head.startswith(MAGIC) or not 2 <= size <= MAX_HEADER:
            raise NotOurs("Đây không phải là bản sao lưu của Họp Chi Bộ.")
        body = source.read(size)
        self.header = _header(body)
        self._source, self._cipher = source, _cipher(secret, self.header)
        self._prefix, self._about = bytes.fromhex(self.header["prefix"]), hashlib.sha256(head + body).digest()
        self._number, self._buffer, self._ahead = 0, b"", source.read(CHUNK + TAG)
        self._ended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        if not self._buffer and not self._ended:
            self._next()
        size = min(len(target), len(self._buffer))
        target[:size] = self._buffer[:size]
        self._buffer = self._buffer[size:]
        return size

    def _next(self) -> None:
        chunk, self._ahead = self._ahead, self._source.read(CHUNK + TAG)
        self._ended = not self._ahead
        self._buffer = self._opened(chunk)
        self._number += 1

    def _opened(self, chunk: bytes) -> bytes:
        nonce = _nonce(self._prefix, self._number, self._ended)
        if self._cipher is None:
            data = chunk[:-TAG]
            if _plain(data, nonce, self._about) != chunk:
                raise CutShort("Bản sao lưu bị hỏng hoặc bị cắt.")
            return data
        try:
            return self._cipher.decrypt(nonce, chunk, self._about)
        except (InvalidTag, ValueError) as error:
            if self._number:
                raise CutShort("Bản sao lưu bị hỏng, bị sửa hoặc bị cắt.") from error
            raise WrongSecret("Sai mật khẩu hoặc tệp khóa, hoặc bản sao lưu bị sửa.") from error


def _header(body: bytes) -> dict[str, Any]:
    try:
        header = json.loads(body)
        bounded = int(header.get("n", 0)) <= 1 << 20 and int(header.get("r", 0)) <= 16 and int(header.get("p", 0)) <= 4
        known = (
            header["v"] == VERSION
            and header["way"] in _WAYS
            and len(bytes.fromhex(header["prefix"])) == 7
            and bytes.fromhex(header["salt"])
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotOurs("Phần đầu của bản sao lưu không đọc được.") from error
    if not (known and bounded):
        raise NotOurs("Bản sao lưu được làm bằng phần mềm mới hơn.")
    found: dict[str, Any] = header
    return found
