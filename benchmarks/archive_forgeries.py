"""An installation's database and archive changed behind its back: what ``hopchibo check`` and the level above see."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from benchmarks.forgeries import Ground
from meeting_server.proving import walk
from meeting_server.received import Received
from meeting_server.store import log
from meeting_server.store.database import Store
from meeting_server.store.people import add_unit
from meeting_server.store.tables import StoredFile
from minutes.record.chain import ZERO, make_entry
from minutes.record.codec import VERSION, encode, kind_of
from minutes.record.events import Sealed
from minutes.sealing import command, tree
from minutes.sealing.heads import Contradicts
from minutes.sealing.treefile import TreeFile

MIDDLE = "seq = (SELECT MAX(seq) / 2 FROM meeting_entry)"
STATEMENTS = {
    "body of an entry": f"UPDATE meeting_entry SET body = '{{}}' WHERE {MIDDLE}",
    "body and salt erased without the list": f"UPDATE meeting_entry SET body = NULL, at = at + 1 WHERE {MIDDLE}",
    "time of an entry": f"UPDATE meeting_entry SET at = at + 1 WHERE {MIDDLE}",
    "actor of an entry": f"UPDATE meeting_entry SET actor = 'm9' WHERE {MIDDLE}",
    "authority of an entry": f"UPDATE meeting_entry SET authority = 'secretary' WHERE {MIDDLE}",
    "kind of an entry": f"UPDATE meeting_entry SET kind = 'HandRaised' WHERE {MIDDLE}",
    "leaf of an entry": f"UPDATE meeting_entry SET leaf = zeroblob(32) WHERE {MIDDLE}",
    "digest of an entry": f"UPDATE meeting_entry SET digest = zeroblob(32) WHERE {MIDDLE}",
    "entry deleted": f"DELETE FROM meeting_entry WHERE {MIDDLE}",
    "last entry deleted": "DELETE FROM meeting_entry WHERE seq = (SELECT MAX(seq) FROM meeting_entry)",
    "all entries deleted": "DELETE FROM meeting_entry",
    "first entry numbered anew": "UPDATE meeting_entry SET seq = 9999 WHERE seq = 1",
    "head of the log": "UPDATE meeting SET digest = zeroblob(32)",
    "length of the log": "UPDATE meeting SET seq = seq - 1",
    "hash of a stored record": "UPDATE stored_file SET sha256 = 'x'",
    "path of a stored record": "UPDATE stored_file SET path = 'm/none.hcb.zip'",
}  # fmt: skip


def installation(base: Ground, folder: Path) -> Store:
    """A database with the log and its seal, the record on disk, the tree of sealed versions."""
    folder.mkdir(parents=True)
    meeting, file = base.record.leaf.meeting, f"{base.record.leaf.meeting}/1.hcb.zip"
    (folder / meeting).mkdir()
    (folder / file).write_bytes(base.record.data)
    TreeFile(folder / "tree").append(base.record.leaf, base.keys, 1)
    made = base.record
    seal = Sealed(made.sha256, made.entries, made.root, made.key_id, made.state, made.version, file)
    last = base.log[-1]
    entry = make_entry(
        previous=last.digest, meeting=meeting, seq=last.seq + 1, at=last.at + 1, actor="system", authority="system",
        event=seal, body=encode(seal), kind=kind_of(seal), version=VERSION, salt=bytes(16),
    )  # fmt: skip
    store = Store(f"sqlite:///{folder / 'db.sqlite'}")

    def work(session: Session) -> None:
        log.create(session, meeting, add_unit(session, kind="cell", name="Chi bộ").id, 0)
        session.flush()
        log.append(session, [*base.log, entry], ZERO)
        session.add(StoredFile(
            id="f", meeting=meeting, kind="record", name="1.hcb.zip", sha256=made.sha256, size=len(made.data),
            path=file, created_at=0,
        ))  # fmt: skip

    store.write_now(work)
    return store


def forgeries(base: Ground, folder: Path) -> Iterator[tuple[str, bool]]:
    """(what was forged, whether it was seen). Raises AssertionError when the true installation is not found whole."""
    yield from _by_sql(base, folder)
    for name, forge in (
        ("record deleted", lambda record: record.unlink()),
        ("record replaced", lambda record: record.write_bytes(base.record.data + b"x")),
        ("log of sealed versions cut off", lambda record: (record.parents[1] / "tree/leaves.jsonl").write_bytes(b"")),
        ("log of sealed versions deleted", lambda record: shutil.rmtree(record.parents[1] / "tree")),
    ):  # fmt: skip
        yield name, bool(_walked(base, folder / name, forge=forge))
    yield "record deleted, seen by the level above", _missed(base, folder / "missed")
    yield "head replaced, refused by the level above", _refused(base, folder / "refused")


def _by_sql(base: Ground, folder: Path) -> Iterator[tuple[str, bool]]:
    whole = _walked(base, folder / "whole")
    if whole:
        raise AssertionError(f"the true installation is not found whole: {whole}")
    for name, statement in STATEMENTS.items():
        yield f"database row changed by SQL: {name}", bool(_walked(base, folder / name, statement))


def _walked(
    base: Ground, folder: Path, statement: str = "", forge: Callable[[Path], object] = lambda _: None
) -> list[str]:  # fmt: skip
    store = installation(base, folder)
    try:
        if statement:
            store.write_now(lambda session: session.connection().execute(text(statement)))
        forge(folder / base.record.leaf.meeting / "1.hcb.zip")
        return store.read_now(lambda session: walk(session, folder))
    finally:
        store.close()


def _missed(base: Ground, folder: Path) -> bool:
    """Another record of the same key is still there; the bulletins name the one that is gone."""
    store = installation(base, folder)
    store.close()
    (folder / base.record.leaf.meeting / "1.hcb.zip").write_bytes(b"")
    said = io.StringIO()
    return command.run(folder, heads=folder / "tree" / "heads", out=said) == command.ALTERED


def _refused(base: Ground, folder: Path) -> bool:
    received = Received(folder)
    for leaf in (base.record.leaf, tree.Leaf(base.record.leaf.meeting, 1, "0" * 64)):
        head = tree.signed_head([leaf], base.keys.manifest_key, 1)
        try:
            received.take(tree.bulletin_bytes(tree.bulletin([leaf], 0, head, base.keys.chain_pem.decode())), 1)
        except Contradicts:
            return True
    return False
