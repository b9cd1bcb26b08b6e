"""A file that is kept enciphered and read from anywhere: what is made of a recording, for its players.

16 random bytes, then AES-256 in counter mode (NIST SP 800-38A) from them on, so that byte n of the contents is opened
without those before it. It keeps a secret, and says nothing of alterations: the journal, which it can be made from
anew, is authenticated. The key is worked out of the recording's own (transcription.keyring) and goes with it.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from transcription import keyring

HEAD = BLOCK = 16


def key_of(journal: Path) -> bytes:
    """For what is made of this journal. Raises OSError."""
    keys, meeting = keyring.beside(journal)
    return hmac.digest(keys.made(meeting, "sound"), b"made of the recording", "sha256")


class VeiledFile:
    """Offsets and sizes are of the contents."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path, self._key = path, key

    @property
    def size(self) -> int:
        return max(self.path.stat().st_size - HEAD, 0) if self.path.exists() else 0

    def read(self, offset: int = 0, size: int = -1) -> bytes:
        """Up to ``size`` bytes (all when negative) from ``offset`` on. Raises OSError."""
        with self.path.open("rb") as file:
            head = file.read(HEAD)
            file.seek(HEAD + offset)
            return self._turned(head, offset, file.read(size))

    def write(self, offset: int, data: bytes) -> None:
        """Cut at ``offset``, then append; written at 0 it begins anew. Raises OSError."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            head = os.pread(descriptor, HEAD, 0)
            if not offset or len(head) < HEAD:
                head = secrets.token_bytes(HEAD)
                os.pwrite(descriptor, head, 0)
            os.ftruncate(descriptor, HEAD + offset)
            view, at = memoryview(self._turned(head, offset, data)), HEAD + offset
            while view:
                written = os.pwrite(descriptor, view, at)
                at, view = at + written, view[written:]
        finally:
            os.close(descriptor)

    def _turned(self, head: bytes, offset: int, data: bytes) -> bytes:
        """Enciphering and deciphering are the same."""
        count = (int.from_bytes(head, "big") + offset // BLOCK) % (1 << 128)
        stream = Cipher(AES(self._key), CTR(count.to_bytes(BLOCK, "big"))).encryptor()
        stream.update(bytes(offset % BLOCK))
        return stream.update(data)
