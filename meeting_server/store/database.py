"""One database, one writer thread: synchronous SQLModel sessions kept off the event loop.

SQLite runs in WAL with synchronous FULL (a commit survives kill -9 and power loss) and secure_delete (erased bytes
are overwritten). PostgreSQL needs nothing special. ``write`` gives one transaction on the one writer thread,
``read`` one on a reader thread; both are bounded and refuse (Overloaded) rather than grow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Any, TypeVar

from sqlalchemy import Engine, event, text
from sqlmodel import Session, create_engine

from meeting_server.store import judged
from meeting_server.store.bodies import KEYS
from meeting_server.store.migrate import upgrade
from transcription.keyring import Keyring

Result = TypeVar("Result")
MAX_WAITING = 2_000
HOLDS_WORDS = ("meeting_entry", "autosave", "meeting_text", "record_text", "track_silence", "attached_file")


class Overloaded(Exception):
    """More work waits for the database than is bearable; nothing was done."""

    status = 503


class Store:
    """The database at ``url`` ("sqlite:////path/to.db" or "postgresql+psycopg://…"), migrated to the newest form.

    ``keys``: bodies of the log are kept enciphered by their meeting's; without, in the clear.
    """

    def __init__(self, url: str, keys: Keyring | None = None) -> None:
        self._info = {KEYS: keys}
        self.sqlite = url.startswith("sqlite")
        self._writing = _engine(url, writes=True)
        upgrade(self._writing, keys)
        self.write_now(judged.bring_up)
        self._reading = _engine(url, writes=False) if self.sqlite else self._writing
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="store-reader")
        self._room = BoundedSemaphore(MAX_WAITING)

    async def write(self, work: Callable[[Session], Result]) -> Result:
        """``work`` in one transaction, committed when it returns, rolled back when it raises.

        Once begun it is finished even when the caller is cancelled: what was committed stays committed.
        """
        return await self._run(self._writer, self.write_now, work)

    async def read(self, work: Callable[[Session], Result]) -> Result:
        """``work`` on a reader thread; nothing is committed."""
        return await self._run(self._readers, self.read_now, work)

    def write_now(self, work: Callable[[Session], Result]) -> Result:
        """``write`` for callers without a loop (start-up, commands). SQLite still lets one writer in at a time."""
        with Session(self._writing, expire_on_commit=False, info=self._info) as session, session.begin():
            return work(session)

    def read_now(self, work: Callable[[Session], Result]) -> Result:
        with Session(self._reading, expire_on_commit=False, info=self._info) as session:
            return work(session)

    async def shred(self) -> None:
        """Drop old pages and dead rows that still hold erased bytes (SQLite: empty the write-ahead log)."""
        if self.sqlite:
            await self._run(self._writer, lambda _: self._checkpoint(), None)
        else:
            await self._run(self._readers, lambda _: self._vacuum(), None)

    def _vacuum(self) -> None:
        """Readers and writers go on meanwhile. VACUUM runs outside any transaction."""
        with self._writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in HOLDS_WORDS:
                connection.exec_driver_sql(f"VACUUM {table}")

    def _checkpoint(self) -> None:
        with self._writing.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")

    async def _run(self, pool: ThreadPoolExecutor, run: Callable[[Any], Result], work: Any) -> Result:
        if not self._room.acquire(blocking=False):
            raise Overloaded("too much waits for the database")
        future = pool.submit(run, work)
        future.add_done_callback(lambda _: self._room.release())
        return await asyncio.shield(asyncio.wrap_future(future))

    def forget(self, owner: str) -> None:
        """The key of what somebody brought, and with it every copy, is gone; call it once the rows are."""
        keys = self._info[KEYS]
        if keys is not None:
            keys.destroy(owner, "record")

    def healthy(self) -> bool:
        """Whether the database answers."""
        return self.read_now(lambda session: session.connection().execute(text("SELECT 1")).scalar()) == 1

    def close(self) -> None:
        """Finishes what was begun."""
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._writing.dispose()
        self._reading.dispose()


def _engine(url: str, *, writes: bool) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=4, max_overflow=0, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 10}, pool_size=3, max_overflow=0)
    event.listen(engine, "connect", _prepare_sqlite)
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    """Transactions are begun by hand: Python's sqlite3 would begin them late, after the first read."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=10000",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}").close()
