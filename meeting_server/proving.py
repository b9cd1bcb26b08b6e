"""Whether a database and its archive still are what was sealed: logs, roots against seals, records against the tree.

Sentences for people, none when all is well. Reads only; works on a running installation (a meeting being appended to
is judged as of the moment it is read).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from sqlmodel import Session, col, select

from meeting_server.store import kept_files, log
from meeting_server.store.archive_tables import AttachedFile
from meeting_server.store.bodies import KEYS
from meeting_server.store.papers import KIND
from meeting_server.store.tables import Meeting, StoredFile
from minutes.record import chain
from minutes.record.codec import NewerThanThisSoftware, RecordError
from minutes.record.events import Entry, Sealed
from minutes.sealing import archive
from minutes.sealing.tree import BadReceipt, Leaf
from minutes.sealing.treefile import TreeFile
from transcription.keyring import Unreadable

Told = Callable[[int, int], None]


def walk(session: Session, records: Path, tell: Told = lambda done, count: None) -> list[str]:
    """Everything that is wrong. ``records``: the directory of sealed files and their tree. Each log is read once;
    ``tell`` hears how many of how many are done."""
    meetings = list(session.exec(select(Meeting).order_by(col(Meeting.id))))
    faults, seals = list[str](), list[Sealed]()
    for done, row in enumerate(meetings, 1):
        entries, unread = _read(session, row.id)
        faults += unread or _faults(row, entries)
        seals += _seals(entries)
        tell(done, len(meetings))
    brought = of_brought(session, records.with_name("papers"))
    return [*faults, *of_files(session, records), *brought, *of_tree(seals, records)]


def of_log(session: Session, meeting: Meeting) -> list[str]:
    """Chain, end and seals of one log."""
    entries, unread = _read(session, meeting.id)
    return unread or _faults(meeting, entries)


def _read(session: Session, meeting: str) -> tuple[list[Entry], list[str]]:
    """The log, or why it cannot be read."""
    try:
        return log.load(session, meeting), []
    except NewerThanThisSoftware:
        return [], [f"Sổ của cuộc họp {meeting} mới hơn phần mềm này."]
    except (RecordError, Unreadable) as error:
        return [], [f"Sổ của cuộc họp {meeting} không đọc được ({error})."]


def _faults(meeting: Meeting, entries: list[Entry]) -> list[str]:
    leaves = [entry.leaf for entry in entries]
    faults = [f"Sổ của cuộc họp {meeting.id}: {fault}." for fault in chain.faults(entries)]
    if (meeting.seq, meeting.digest) != ((entries[-1].seq, entries[-1].digest) if entries else (0, chain.ZERO)):
        faults.append(f"Sổ của cuộc họp {meeting.id} không kết thúc như đã ghi.")
    return faults + [fault for entry in entries for fault in _of_seal(entry, leaves)]


def _of_seal(entry: Entry, leaves: list[bytes]) -> list[str]:
    match entry.event:
        case Sealed(entries=count, root=root) if chain.root(leaves[:count]).hex() != root:
            return [f"Con dấu ở dòng {entry.seq} của cuộc họp {entry.meeting} không khớp sổ."]
    return []


def of_files(session: Session, records: Path) -> list[str]:
    """Every stored record is there and is the one that was sealed."""
    faults = []
    for row in session.exec(select(StoredFile).where(StoredFile.kind == "record")):
        path = records / row.path
        if not path.is_file():
            faults.append(f"Thiếu hồ sơ {row.name}.")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != row.sha256:
            faults.append(f"Hồ sơ {row.name} không phải là hồ sơ đã niêm phong.")
    return faults


def of_brought(session: Session, papers: Path) -> list[str]:
    """Files that people brought: those of submissions and older minutes, documents given out for meetings."""
    faults = []
    for name in session.exec(select(AttachedFile.id)).all():
        row = session.get_one(AttachedFile, name)
        faults += _of_brought(session, row.owner, name, row.name, row.sha256, partial(bytes, row.data))
        session.expunge(row)
    for paper in session.exec(select(StoredFile).where(StoredFile.kind == KIND)):
        read = (papers / paper.path).read_bytes
        faults += _of_brought(session, paper.meeting, paper.id, paper.name, paper.sha256, read)
    return faults


def _of_brought(
    session: Session, owner: str, key: str, name: str, sha256: str, read: Callable[[], bytes]
) -> list[str]:  # fmt: skip
    try:
        data = kept_files.opened(session.info.get(KEYS), owner, key, read())
    except OSError:
        return [f"Thiếu tệp {name}."]
    except Unreadable:
        return [f"Tệp {name} không đọc được: bị sửa, hoặc mất khóa."]
    return [] if hashlib.sha256(data).hexdigest() == sha256 else [f"Tệp {name} không phải là tệp đã gửi lên."]


def of_tree(seals: Sequence[Sealed], records: Path) -> list[str]:
    """Each seal's record stands in the log of sealed versions, and each sealed version has its record."""
    if not (records / "tree").is_dir():
        return ["Thiếu sổ các bản đã niêm phong."] if seals else []
    try:
        leaves = TreeFile(records / "tree").leaves()
    except (BadReceipt, OSError) as error:
        return [f"Sổ các bản đã niêm phong không đọc được ({error})."]
    held = {leaf for leaf in (_leaf(records / seal.file) for seal in seals) if leaf is not None}
    known = set(leaves)
    newest = {(leaf.meeting, leaf.version): leaf for leaf in leaves}
    faults = [f"Hồ sơ {leaf.meeting}, phiên bản {leaf.version} không có trong sổ các bản đã niêm phong."
              for leaf in held if leaf not in known]  # fmt: skip
    return faults + [
        f"Sổ các bản đã niêm phong có {leaf.meeting}, phiên bản {leaf.version}, nhưng hồ sơ không còn."
        for leaf in newest.values() if leaf not in held
    ]  # fmt: skip


def _seals(entries: list[Entry]) -> list[Sealed]:
    return [entry.event for entry in entries if isinstance(entry.event, Sealed) and entry.event.file]


def _leaf(path: Path) -> Leaf | None:
    """None for a file that is gone or damaged: said by ``of_files``."""
    try:
        manifest = archive.unpack(path.read_bytes())["manifest.json"]
        facts = json.loads(manifest)
        return Leaf(str(facts["meeting"]), int(facts["version"]), hashlib.sha256(manifest).hexdigest())
    except (OSError, archive.NotAPackage, ValueError, KeyError, TypeError):
        return None
