"""Putting a backup back somewhere else, and proving that it is what was backed up.

Restored into an empty data directory (and for PostgreSQL an empty database). Then every log's chain is walked and its
root compared with the manifest's and with what each seal says; every sealed package is compared with its seal; and
what was erased after the backup was made is erased again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func
from sqlmodel import Session, col, select

from meeting_server import proving
from meeting_server.backup import snapshot
from meeting_server.backup.make import ERASED, MANIFEST, Manifest, Place, bounded, checked, unpacked
from meeting_server.backup.sealed import BackupFault, Secret
from meeting_server.store import log
from meeting_server.store.bodies import sound_key_in_use
from meeting_server.store.database import Store
from meeting_server.store.tables import Meeting, MeetingEntry
from minutes.record import chain
from transcription.keyring import Keyring

DATABASES = frozenset({snapshot.SQLITE_NAME, snapshot.POSTGRES_NAME})


@dataclass(frozen=True, slots=True)
class Restored:
    """``faults``: what is not as it was, one Vietnamese sentence each; empty when whole. ``erased_again``: entries."""

    meetings: int
    entries: int
    files: int
    erased_again: int
    faults: tuple[str, ...]


def restore(file: Path, place: Place, secret: Secret, *, erased: Path | None = None) -> Restored:
    """Raises BackupFault and leaves nothing behind when the backup cannot be read or the place is not empty.

    ``erased``: the note of erased entries; without it the one beside the backup, when there is one.
    """
    if place.data.exists() and any(place.data.iterdir()):
        raise BackupFault(f"Thư mục {place.data} không trống; khôi phục vào thư mục mới.")
    place.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    work = place.data / ".restoring"
    try:
        manifest = _unpack(file, secret, work)
        snapshot.put(work / manifest.database, place.database)
        for name in sorted(path.name for path in (work / "data").iterdir()) if (work / "data").exists() else ():
            (work / "data" / name).replace(place.data / name)
    except BaseException:
        shutil.rmtree(place.data, ignore_errors=True)
        raise
    shutil.rmtree(work, ignore_errors=True)
    if (place.data / "keys").exists():
        (place.data / "keys").chmod(0o700)
    store = Store(place.database, Keyring(place.data / "keys"))
    try:
        note = erased or file.parent / ERASED
        again = forget_again(store, _noted(note), place.data / "recordings") if note.exists() else 0
        return _verdict(store, place, manifest, again)
    finally:
        store.close()


def _unpack(file: Path, secret: Secret, work: Path) -> Manifest:
    found: dict[str, tuple[int, str]] = {}
    body = b""
    for name, blocks in unpacked(file, secret):
        if name == MANIFEST:
            body = bounded(blocks)
        else:
            found[name] = _keep(work / name, blocks)
    manifest = checked(body, found)
    if manifest.database not in DATABASES or manifest.database not in found:
        raise BackupFault("Bản sao lưu không có cơ sở dữ liệu.")
    return manifest


def _keep(path: Path, blocks: Iterable[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        path.chmod(0o600)
        for block in blocks:
            digest.update(block)
            size += file.write(block)
    return size, digest.hexdigest()


# -- erased since ------------------------------------------------------------------------------------------------------


def _noted(note: Path) -> dict[str, list[int]]:
    try:
        read = json.loads(note.read_text(encoding="utf-8"))
        return {str(meeting): [int(seq) for seq in seqs] for meeting, seqs in read.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise BackupFault(f"Không đọc được {note}.") from error


def forget_again(store: Store, erased: Mapping[str, list[int]], recordings: Path) -> int:
    """Erase what is erased by the note and not here; a meeting's sound goes with it as a whole, for the note does
    not say which seconds. How many entries."""

    def work(session: Session) -> int:
        count = 0
        for meeting, seqs in erased.items():
            held = select(MeetingEntry.seq).where(
                MeetingEntry.meeting == meeting, col(MeetingEntry.seq).in_(seqs), col(MeetingEntry.body).is_not(None)
            )
            if again := list(session.exec(held)):
                log.erase(session, meeting, again)
                shutil.rmtree(recordings / meeting, ignore_errors=True)
                if not sound_key_in_use(session, meeting):
                    Keyring(recordings.parent / "keys").destroy(meeting, "sound")
                count += len(again)
        return count

    return store.write_now(work)


# -- proving -----------------------------------------------------------------------------------------------------------


def _verdict(store: Store, place: Place, manifest: Manifest, again: int) -> Restored:
    def look(session: Session) -> tuple[int, int, list[str]]:
        faults = [f"Thiếu sổ của cuộc họp {meeting}." for meeting in _missing(session, manifest)]
        for meeting in session.exec(select(Meeting).order_by(col(Meeting.id))):
            faults += _log_faults(session, meeting, manifest)
        faults += proving.of_files(session, place.data / "records")
        entries = session.exec(select(func.count()).select_from(MeetingEntry)).one()
        return session.exec(select(func.count()).select_from(Meeting)).one(), entries, faults

    meetings, entries, faults = store.read_now(look)
    return Restored(meetings, entries, len(manifest.files), again, tuple(faults))


def _missing(session: Session, manifest: Manifest) -> list[str]:
    return sorted(set(manifest.heads).difference(session.exec(select(Meeting.id)).all()))


def _log_faults(session: Session, meeting: Meeting, manifest: Manifest) -> list[str]:
    faults = proving.of_log(session, meeting)
    head = manifest.heads.get(meeting.id)
    leaves = session.exec(
        select(MeetingEntry.leaf).where(MeetingEntry.meeting == meeting.id).order_by(col(MeetingEntry.seq))
    )
    if meeting.seq and (head is None or (head.seq, head.root) != (meeting.seq, chain.root(list(leaves)).hex())):
        faults.append(f"Gốc của cuộc họp {meeting.id} khác lúc sao lưu.")
    return faults
