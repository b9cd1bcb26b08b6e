"""A consistent copy of a running database, and putting it back. SQLite by itself, PostgreSQL by its own tools.

SQLite: ``VACUUM INTO`` reads one moment of the database while others write (WAL), never starts over however much is
written, and copies no free page, so nothing erased comes along. PostgreSQL: pg_dump under an exported snapshot.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, make_url, text

from meeting_server.backup.sealed import BackupFault
from minutes.record.chain import root

TIMEOUT_S = 6 * 3600
SQLITE_NAME, POSTGRES_NAME = "database.sqlite", "database.pgdump"


@dataclass(frozen=True, slots=True)
class Head:
    """Where a meeting's log stood: its last seq, the chain's digest and the tree's root (hex)."""

    seq: int
    digest: str
    root: str


Heads = dict[str, Head]


def take(url: str, folder: Path) -> tuple[Path, Heads]:
    """The copy (in ``folder``) and the heads of all logs in it."""
    if url.startswith("sqlite"):
        return _take_sqlite(Path(make_url(url).database or ""), folder / SQLITE_NAME)
    return _take_postgres(url, folder / POSTGRES_NAME)


def _take_sqlite(database: Path, copy: Path) -> tuple[Path, Heads]:
    if not database.is_file():
        raise BackupFault(f"Không có cơ sở dữ liệu {database}.")
    source = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)
    try:
        source.execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.Error as error:
        raise BackupFault(f"Không sao được cơ sở dữ liệu ({error}).") from error
    finally:
        source.close()
    copied = sqlite3.connect(copy)
    try:
        return copy, heads(lambda query: copied.execute(query))
    finally:
        copied.close()


def _take_postgres(url: str, copy: Path) -> tuple[Path, Heads]:
    engine = create_engine(url, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            _run(url, "pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={copy}")
            return copy, heads(_rows(connection))
    finally:
        engine.dispose()


def _rows(connection: Connection) -> Callable[[str], Iterator[tuple[str, int, bytes, bytes]]]:
    return lambda query: (tuple(row) for row in connection.execute(text(query)))


def heads(ask: Callable[[str], Iterator[tuple[str, int, bytes, bytes]]]) -> Heads:
    """From the entries themselves, not from what the table of meetings says."""
    found: Heads = {}
    leaves: list[bytes] = []
    here, seq, digest = "", 0, b""
    for meeting, number, leaf, linked in ask(
        "SELECT meeting, seq, leaf, digest FROM meeting_entry ORDER BY meeting, seq"
    ):
        if meeting != here and here:
            found[here] = Head(seq, digest.hex(), root(leaves).hex())
            leaves = []
        here, seq, digest = meeting, number, bytes(linked)
        leaves.append(bytes(leaf))
    if here:
        found[here] = Head(seq, digest.hex(), root(leaves).hex())
    return found


def erased(copy: Path, url: str) -> dict[str, list[int]]:
    """Per meeting the seqs of entries without a body: of the copy, or (PostgreSQL) of the database as it is now."""
    query = "SELECT meeting, seq FROM meeting_entry WHERE body IS NULL ORDER BY meeting, seq"
    found: dict[str, list[int]] = {}
    engine = create_engine(f"sqlite:///{copy}" if copy.name == SQLITE_NAME else url)
    try:
        with engine.connect() as connection:
            for meeting, seq in connection.execute(text(query)):
                found.setdefault(meeting, []).append(seq)
    finally:
        engine.dispose()
    return found


def put(copy: Path, url: str) -> None:
    """Put a copy where ``url`` says. Raises BackupFault when something is there already."""
    if copy.name == SQLITE_NAME:
        if not url.startswith("sqlite"):
            raise BackupFault("Bản sao lưu là của SQLite, nhưng máy chủ này dùng PostgreSQL.")
        target = Path(make_url(url).database or "")
        if target.exists():
            raise BackupFault(f"Đã có cơ sở dữ liệu {target}; khôi phục vào thư mục dữ liệu mới.")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copy, target)
        target.chmod(0o600)
        return
    if url.startswith("sqlite"):
        raise BackupFault("Bản sao lưu là của PostgreSQL: đặt HOPCHIBO_DATABASE tới một cơ sở dữ liệu trống.")
    _refuse_if_filled(url)
    _run(url, "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", "--dbname", "", str(copy))


def _refuse_if_filled(url: str) -> None:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            count = connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar_one()
    finally:
        engine.dispose()
    if count:
        raise BackupFault("Cơ sở dữ liệu PostgreSQL không trống; khôi phục vào cơ sở dữ liệu mới.")


def _run(url: str, program: str, *options: str) -> None:
    """A tool of PostgreSQL's; the password goes by the environment, never on the command line."""
    path = _program(program)
    address = make_url(url)
    known = {
        "PGHOST": address.host, "PGPORT": str(address.port) if address.port else None, "PGUSER": address.username,
        "PGPASSWORD": address.password, "PGDATABASE": address.database,
    }  # fmt: skip
    environment = os.environ | {name: value for name, value in known.items() if value}
    wanted = [address.database or "" if option == "" else option for option in options]
    try:
        subprocess.run(  # noqa: S603 - our own arguments
            [path, *wanted], env=environment, check=True, capture_output=True, timeout=TIMEOUT_S
        )
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise BackupFault(f"{program}: {' '.join(last)}") from error


def _program(name: str) -> str:
    """In the PATH, else the newest of Debian's (the server's version must not be newer than the tool's)."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = shutil.which(name)
    if debian or found:
        return str(debian[0] if debian else found)
    raise BackupFault(f"Không có {name}. Cài gói postgresql-client.")


@contextmanager
def workplace(run: Path) -> Iterator[Path]:
    """A folder that only we can read, gone afterwards."""
    folder = run / f"backup-{os.getpid()}-{os.urandom(4).hex()}"
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
