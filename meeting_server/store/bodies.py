"""Bodies of the log as the database keeps them: enciphered by their meeting's key, salt and body in one text.

The first byte says by which key (canonical JSON begins with a brace): short-lived kinds are under the one that erasure
destroys together with the sound, what stays is under the other. Hashes are of the clear bytes.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from meeting_server.store.tables import MeetingEntry
from minutes.record.events import Entry
from minutes.record.retention import tables
from transcription.keyring import Keyring, Purpose, Unreadable, deciphered, enciphered

KEYS = "keys"  # of Session.info
MARKS: dict[bytes, Purpose] = {b"\x01": "sound", b"\x02": "record"}
SALT = 16


def kept(session: Session, entry: Entry) -> tuple[bytes | None, bytes | None]:
    """(body, salt) to be stored. Raises OSError when the key cannot be made."""
    keys: Keyring | None = session.info.get(KEYS)
    if keys is None or entry.body is None or entry.salt is None:
        return entry.body, entry.salt
    if len(entry.salt) != SALT:
        raise AssertionError("salts have 16 bytes")
    mark = b"\x02" if tables()[-1].of(entry.kind) == "permanent" else b"\x01"
    key = keys.made(entry.meeting, MARKS[mark])
    return mark + enciphered(key, entry.salt + entry.body, _about(entry.meeting, entry.seq)), None


def opened(session: Session, row: MeetingEntry) -> tuple[bytes | None, bytes | None]:
    """(body, salt) as written down; None, None when the key of the sound is gone, which is an erasure.

    Raises Unreadable for an altered row, and when what stays has lost its key.
    """
    purpose = MARKS.get(row.body[:1]) if row.body is not None else None
    if row.body is None or purpose is None:
        return row.body, row.salt
    keys: Keyring | None = session.info.get(KEYS)
    if keys is None:
        raise Unreadable("this log is enciphered, and no keys were given")
    try:
        key = keys.key(row.meeting, purpose)
    except Unreadable:
        if purpose == "sound":
            return None, None
        raise
    try:
        clear = deciphered(key, row.body[1:], _about(row.meeting, row.seq))
    except Unreadable as error:
        raise Unreadable(f"entry {row.seq} of {row.meeting} was altered in the database") from error
    return clear[SALT:], clear[:SALT]


def sound_key_in_use(session: Session, meeting: str) -> bool:
    """Whether a body is left that only the key of the sound opens."""
    wanted = MeetingEntry.meeting == meeting, col(MeetingEntry.body).is_not(None)
    held = session.exec(select(MeetingEntry.body).where(*wanted))
    return any(body.startswith(b"\x01") for body in held if body is not None)


def _about(meeting: str, seq: int) -> bytes:
    return f"{meeting}/{seq}".encode()
