"""Files that people bring, as the disk keeps them: enciphered by the key of the meeting or submission they belong to.

The first byte tells (no file that is taken begins with it); what was kept in the clear before can still be read.
Destroying the owner's key erases every copy, in backups too that have their keys from elsewhere.
"""

from __future__ import annotations

from transcription.keyring import Keyring, Unreadable, deciphered, enciphered

MARK = b"\x02"


def kept(keys: Keyring | None, owner: str, name: str, data: bytes) -> bytes:
    """The bytes to be stored; ``name``: which of the owner's files. Raises OSError when the key cannot be made."""
    return data if keys is None else MARK + enciphered(keys.made(owner, "record"), data, _about(owner, name))


def opened(keys: Keyring | None, owner: str, name: str, data: bytes) -> bytes:
    """The file as it was brought. Raises Unreadable when it was altered or its key is gone."""
    if not data.startswith(MARK):
        return data
    if keys is None:
        raise Unreadable("this file is enciphered, and no keys were given")
    return deciphered(keys.key(owner, "record"), data[len(MARK) :], _about(owner, name))


def _about(owner: str, name: str) -> bytes:
    return f"{owner}/file/{name}".encode()
