"""One secret a meeting and purpose: what is kept is enciphered by it, and erasing the secret erases what was kept.

``<keys>/meetings/<meeting>.<purpose>``, 32 random bytes each: ``sound`` (recordings, what is made of them, bodies of
the log's short-lived kinds; destroyed by erasure) and ``record`` (bodies that stay). AES-256-GCM (NIST SP 800-38D), a
fresh 12-byte nonce before each text. Whoever takes the disk with the recordings but not the one with the keys has
nothing; a copy that outlives erasure (a backup, a spare block of a flash disk) is noise.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Purpose = Literal["sound", "record"]
PURPOSES: tuple[Purpose, ...] = ("sound", "record")
FOLDER = "meetings"
SIZE, NONCE = 32, 12


class Unreadable(Exception):
    """The key is gone, or this is not what was enciphered by it."""


class Keyring:
    """``folder`` holds the keys of all meetings; it need not exist yet. Safe between threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def key(self, meeting: str, purpose: Purpose) -> bytes:
        """Raises Unreadable when it was destroyed or never made."""
        try:
            return self._file(meeting, purpose).read_bytes()
        except FileNotFoundError as error:
            raise Unreadable(f"no {purpose} key of {meeting}") from error

    def made(self, meeting: str, purpose: Purpose) -> bytes:
        """The key, made now if there is none; on disk before it is used. Raises OSError."""
        file = self._file(meeting, purpose)
        if not file.exists():
            self._make(file)
        return file.read_bytes()

    def destroy(self, meeting: str, purpose: Purpose) -> bool:
        """Whether there was one. Overwritten first, for file systems that write in place. Raises OSError."""
        file = self._file(meeting, purpose)
        with contextlib.suppress(FileNotFoundError):
            with file.open("r+b") as old:
                old.write(secrets.token_bytes(SIZE))
                old.flush()
                os.fsync(old.fileno())
            file.unlink()
            _sync(self._folder)
            return True
        return False

    def _make(self, file: Path) -> None:
        """Linked into place whole: of two makers one wins and both read the same."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = file.with_name(f".{secrets.token_hex(8)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, secrets.token_bytes(SIZE))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        with contextlib.suppress(FileExistsError):
            os.link(fresh, file)
        fresh.unlink()
        _sync(self._folder)

    def _file(self, meeting: str, purpose: Purpose) -> Path:
        if not meeting or "/" in meeting or meeting.startswith("."):
            raise AssertionError("a meeting's id names no other file")
        return self._folder / f"{meeting}.{purpose}"


def beside(journal: Path) -> tuple[Keyring, str]:
    """The keyring of the data directory that this journal lies in, ``<data>/recordings/<meeting>/journal``, and the
    meeting."""
    folder = journal.absolute().parent
    return Keyring(folder.parent.parent / "keys"), folder.name


def enciphered(key: bytes, plain: bytes, about: bytes) -> bytes:
    """``about``: what it belongs to; it opens nowhere else."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, about)


def deciphered(key: bytes, data: bytes, about: bytes) -> bytes:
    """Raises Unreadable."""
    try:
        return AESGCM(key).decrypt(data[:NONCE], data[NONCE:], about)
    except (InvalidTag, ValueError) as error:
        raise Unreadable("enciphered by another key, or altered") from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
