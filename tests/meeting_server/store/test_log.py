"""The log on disk, on SQLite and PostgreSQL: what is acknowledged stays, in order, unaltered."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session
from sqlmodel import select as query

from meeting_server.store import log
from meeting_server.store.database import Overloaded, Store
from meeting_server.store.people import add_unit
from meeting_server.store.tables import MeetingEntry
from minutes.record import chain
from minutes.record.chain import ZERO, make_entry
from minutes.record.codec import VERSION, encode, kind_of
from minutes.record.events import Entry, Event, Noticed, Spoke
from transcription.keyring import Keyring, Unreadable


def entries(*events: Event, previous: bytes = ZERO, first: int = 1, meeting: str = "m-1") -> list[Entry]:
    made: list[Entry] = []
    for seq, event in enumerate(events, start=first):
        previous = made[-1].digest if made else previous
        made.append(
            make_entry(
                previous=previous, meeting=meeting, seq=seq, at=1_000 + seq, actor="a", authority="own", event=event,
                body=encode(event), kind=kind_of(event), version=VERSION, salt=os.urandom(16),
            )
        )  # fmt: skip
    return made


def given(store: Store, *events: Event) -> list[Entry]:
    made = entries(*events)

    def work(session: Session) -> None:
        log.create(session, "m-1", "cell", 0)
        log.append(session, made, ZERO)

    store.write_now(work)
    return made


def test_what_was_appended_is_read_back_byte_for_byte(store: Store) -> None:
    made = given(store, Noticed("Kính mời"), Spoke("t", 0, 48_000, 5, "", "xin chào"))
    assert store.read_now(lambda session: log.load(session, "m-1")) == made
    assert store.read_now(lambda session: log.load(session, "m-1", 1)) == made[1:]


def test_an_append_with_an_old_seq_or_digest_is_refused_and_writes_nothing(store: Store) -> None:
    made = given(store, Noticed("một"))
    for wrong in (entries(Noticed("hai")), entries(Noticed("hai"), first=2, previous=b"x" * 32)):
        with pytest.raises(log.Overtaken):
            store.write_now(lambda session, wrong=wrong: log.append(session, wrong, ZERO))
    assert store.read_now(lambda session: log.load(session, "m-1")) == made


def test_an_unknown_meeting_is_no_empty_meeting(store: Store) -> None:
    with pytest.raises(log.NoSuchMeeting):
        store.read_now(lambda session: log.load(session, "m-2"))


def test_an_erased_body_is_gone_with_its_salt_and_the_chain_stands(store: Store) -> None:
    made = given(store, Noticed("giữ"), Spoke("t", 0, 48_000, 5, "", "chuối xanh"), Noticed("giữ nữa"))
    store.write_now(lambda session: log.erase(session, "m-1", [2]))
    kept = store.read_now(lambda session: log.load(session, "m-1"))
    assert kept == [made[0], replace(made[1], body=None, salt=None, event=None), made[2]]
    assert chain.faults(kept) == []


def test_after_shredding_no_file_holds_an_erased_word(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 's.db'}")
    given(store, Spoke("t", 0, 48_000, 5, "", "chuối xanh" * 50))
    store.write_now(lambda session: log.erase(session, "m-1", [1]))
    asyncio.run(store.shred())
    assert all("chuối".encode() not in file.read_bytes() for file in tmp_path.iterdir())
    store.close()


def test_numbers_run_through_the_term_of_a_cell_without_holes(store: Store) -> None:
    store.write_now(lambda session: add_unit(session, kind="cell", name="A", term="2025-2027", key="c1"))
    taken = [store.write_now(lambda session: log.next_number(session, "c1")) for _ in range(3)]
    with pytest.raises(RuntimeError):
        store.write_now(_take_and_fail)
    assert [*taken, store.write_now(lambda session: log.next_number(session, "c1"))] == ["01", "02", "03", "04"]
    assert store.write_now(lambda session: log.next_number(session, "c2")) == "01"


def _take_and_fail(session: Session) -> None:
    log.next_number(session, "c1")
    raise RuntimeError("the append failed")


async def test_too_much_waiting_work_is_refused_rather_than_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import BoundedSemaphore

    monkeypatch.setattr(store, "_room", BoundedSemaphore(1))
    store._room.acquire()
    with pytest.raises(Overloaded):
        await store.read(lambda session: 1)


def test_a_database_that_is_new_already_is_left_alone(url: str) -> None:
    for _ in range(2):
        store = Store(url)
        assert store.healthy()
        store.close()


WRITER = """
import os, sys
from meeting_server.store import log
from meeting_server.store.database import Store
from minutes.record.chain import ZERO
from minutes.record.events import Spoke
from tests.meeting_server.store.test_log import entries
store = Store(sys.argv[1])
kept = store.read_now(lambda session: log.load(session, "m-1"))
seq, digest = (kept[-1].seq, kept[-1].digest) if kept else (0, ZERO)
print("READY", flush=True)
while True:
    made = entries(Spoke("t", seq * 10, seq * 10 + 10, seq, "", f"câu {seq}"), first=seq + 1, previous=digest)
    store.write_now(lambda session: log.append(session, made, digest))
    seq, digest = made[-1].seq, made[-1].digest
    print(seq, flush=True)
"""


def test_killed_in_the_middle_of_appends_it_loses_nothing_acknowledged(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    store = Store(url)
    store.write_now(lambda session: log.create(session, "m-1", "cell", 0))
    store.close()
    acknowledged = 0
    for round_ in range(4):
        acknowledged = max(acknowledged, _appended_until_killed(url, acknowledged + 5 + 7 * round_))
        store = Store(url)
        kept = store.read_now(lambda session: log.load(session, "m-1"))
        store.close()
        assert len(kept) >= acknowledged
        assert chain.faults(kept) == []


def _appended_until_killed(url: str, enough: int) -> int:
    """Runs a writer and kills it right after it acknowledged ``enough``; the last seq it acknowledged."""
    command = [sys.executable, "-c", WRITER, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]) as writer:
        assert writer.stdout is not None
        assert select.select([writer.stdout], [], [], 30)[0]
        last = 0
        for line in writer.stdout:
            last = int(line) if line.strip().isdigit() else last
            if last >= enough:
                break
        os.kill(writer.pid, signal.SIGKILL)
        rest = [int(line) for line in writer.stdout.read().split() if line.isdigit()]
        return max([last, *rest])


@pytest.fixture
def locked(url: str, tmp_path: Path) -> Iterator[tuple[Store, Keyring]]:
    """A store that keeps bodies enciphered, on each database."""
    keys = Keyring(tmp_path / "keys")
    opened = Store(url, keys)
    yield opened, keys
    opened.close()


def test_bodies_are_kept_enciphered_and_those_of_a_destroyed_key_are_erased(locked: tuple[Store, Keyring]) -> None:
    store, keys = locked
    made = given(store, Noticed("giữ"), Spoke("t", 0, 48_000, 5, "", "chuối xanh"))
    assert store.read_now(lambda session: log.load(session, "m-1")) == made
    rows = store.read_now(lambda session: list(session.exec(query(MeetingEntry))))
    assert not [row.seq for row in rows if row.salt or b"xanh" in (row.body or b"") or (row.body or b"{")[:1] == b"{"]
    keys.destroy("m-1", "sound")
    kept = store.read_now(lambda session: log.load(session, "m-1"))
    assert kept == [made[0], replace(made[1], body=None, salt=None, event=None)]
    assert chain.faults(kept) == []
    keys.destroy("m-1", "record")
    with pytest.raises(Unreadable):
        store.read_now(lambda session: log.load(session, "m-1"))


def test_a_body_altered_in_the_database_does_not_open(locked: tuple[Store, Keyring]) -> None:
    store, _ = locked
    given(store, Noticed("một"), Noticed("hai"))
    swap = "UPDATE meeting_entry SET body = (SELECT body FROM meeting_entry WHERE seq = 1) WHERE seq = 2"
    store.write_now(lambda session: session.connection().exec_driver_sql(swap))
    with pytest.raises(Unreadable, match="entry 2 of m-1"):
        store.read_now(lambda session: log.load(session, "m-1"))
