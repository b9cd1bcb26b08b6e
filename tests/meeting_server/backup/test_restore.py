"""The restore drill on both databases: backed up under load, restored elsewhere, whole, and the erased stays erased."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlmodel import Session, select
from typer.testing import CliRunner

from meeting_server.backup import command
from meeting_server.backup.make import ERASED, Content, Place, checked, clear_away, make, read_back
from meeting_server.backup.restore import Restored, restore
from meeting_server.backup.sealed import PLAIN, BackupFault, CutShort, Secret
from meeting_server.store import log
from meeting_server.store.database import Store
from meeting_server.store.tables import MeetingEntry, StoredFile
from minutes.record.chain import ZERO
from minutes.record.events import Spoke
from tests.meeting_server.store.test_log import entries

KEY = Secret(key=bytes(range(32)))
MARK = "chuối xanh dưới cầu"


@dataclass
class House:
    """A running installation with one meeting, one record, a journal and a key."""

    place: Place
    store: Store
    seq: int = 0
    digest: bytes = ZERO

    def say(self, words: str, count: int = 1) -> None:
        for _ in range(count):
            said = Spoke("t", self.seq * 10, self.seq * 10 + 9, self.seq, "", f"{words} {self.seq}")
            made = entries(said, first=self.seq + 1, previous=self.digest)
            self.store.write_now(lambda session, made=made: log.append(session, made, self.digest))
            self.seq, self.digest = made[-1].seq, made[-1].digest

    def erase(self, *seqs: int) -> None:
        self.store.write_now(lambda session: log.erase(session, "m-1", seqs))


@pytest.fixture
def house(store: Store, url: str, tmp_path: Path) -> House:
    data = tmp_path / "var"
    for name, body in (
        ("records/m-1/01.zip", b"PK record"), ("recordings/m-1/journal", MARK.encode()), ("keys/k.pem", b"secret"),
        ("run/media.sock", b""), ("records/half.zip.new", b"half"),
    ):  # fmt: skip
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(body)

    def work(session: Session) -> None:
        log.create(session, "m-1", "cell", 0)
        session.flush()
        session.add(
            StoredFile(id="f", meeting="m-1", kind="record", name="01.zip", path="m-1/01.zip", size=9, created_at=0,
                       sha256=hashlib.sha256(b"PK record").hexdigest())
        )  # fmt: skip

    store.write_now(work)
    return House(Place(data, url), store)


@pytest.fixture
def elsewhere(house: House, tmp_path: Path) -> Iterator[Place]:
    """An empty place with an empty database of the same kind."""
    if house.store.sqlite:
        yield Place(tmp_path / "new", f"sqlite:///{tmp_path / 'new' / 'hopchibo.sqlite'}")
        return
    name = f"r{os.urandom(6).hex()}"
    engine = create_engine(house.place.database.rsplit("/", 1)[0] + "/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    yield Place(tmp_path / "new", house.place.database.rsplit("/", 1)[0] + "/" + name)


@contextmanager
def under_load(house: House) -> Iterator[None]:
    """Entries are appended all the while, at least fifty before and after."""
    stop, going = threading.Event(), threading.Event()

    def talk() -> None:
        while not stop.is_set():
            house.say("dưới tải", 10)
            going.set()

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        assert going.wait(30)
        yield
    finally:
        stop.set()
        thread.join()


def held(place: Place, work: Callable[[Session], object]) -> object:
    store = Store(place.database)
    try:
        return store.read_now(work)
    finally:
        store.close()


def everything(place: Place) -> bytes:
    """Every byte of an installation, and of its database's rows."""
    files = b"".join(path.read_bytes() for path in place.data.rglob("*") if path.is_file())
    bodies = held(place, lambda session: b"".join(row.body or b"" for row in session.exec(select(MeetingEntry))))
    assert isinstance(bodies, bytes)
    return files + bodies


def test_a_backup_under_load_is_whole_elsewhere_with_all_roots(house: House, elsewhere: Place, tmp_path: Path) -> None:
    house.say("trước", 60)
    with under_load(house):
        before = house.seq
        manifest = make(house.place, tmp_path / "b" / "one.hcbbak", KEY)
    assert house.seq > before
    result = restore(tmp_path / "b" / "one.hcbbak", elsewhere, KEY)
    head = manifest.heads["m-1"]
    assert result == Restored(1, head.seq, len(manifest.files), 0, ())
    assert before <= head.seq <= house.seq
    kept = held(elsewhere, lambda session: log.load(session, "m-1"))
    assert kept == house.store.read_now(lambda session: log.load(session, "m-1"))[: head.seq]
    assert (elsewhere.data / "records/m-1/01.zip").read_bytes() == b"PK record"
    assert (elsewhere.data / "keys/k.pem").stat().st_mode & 0o777 == 0o600
    assert not (elsewhere.data / "records/half.zip.new").exists()
    assert not list((house.place.data / "run").glob("backup-*"))


def test_what_was_erased_is_in_no_byte_of_a_later_restore(house: House, elsewhere: Place, tmp_path: Path) -> None:
    house.say("giữ", 3)
    house.say(MARK, 2)
    house.erase(4, 5)
    (house.place.data / "recordings/m-1/journal").write_bytes(b"rewritten")
    make(house.place, tmp_path / "later.hcbbak", PLAIN)
    assert MARK.encode() not in (tmp_path / "later.hcbbak").read_bytes()
    assert restore(tmp_path / "later.hcbbak", elsewhere, PLAIN).faults == ()
    assert MARK.encode() not in everything(elsewhere)


def test_an_older_backup_put_back_forgets_what_was_erased_since(house: House, elsewhere: Place, tmp_path: Path) -> None:
    house.say("giữ", 3)
    house.say(MARK, 2)
    make(house.place, tmp_path / "b" / "old.hcbbak", KEY)
    house.erase(4, 5)
    make(house.place, tmp_path / "b" / "new.hcbbak", KEY)
    result = restore(tmp_path / "b" / "old.hcbbak", elsewhere, KEY)
    assert (result.erased_again, result.faults) == (2, ())
    assert MARK.encode() not in everything(elsewhere)
    assert not (elsewhere.data / "recordings/m-1").exists()


def test_recordings_and_keys_can_be_left_out(house: House, elsewhere: Place, tmp_path: Path) -> None:
    make(house.place, tmp_path / "b.hcbbak", KEY, Content(recordings=False, keys=False))
    restore(tmp_path / "b.hcbbak", elsewhere, KEY)
    assert not (elsewhere.data / "recordings").exists()
    assert not (elsewhere.data / "keys").exists()
    assert (elsewhere.data / "records").exists()


def test_what_does_not_fit_after_restoring_is_named(house: House, elsewhere: Place, tmp_path: Path) -> None:
    house.say("một", 3)
    (house.place.data / "records/m-1/01.zip").write_bytes(b"another")
    with house.store._writing.begin() as connection:
        connection.execute(text("UPDATE meeting_entry SET actor = 'x' WHERE seq = 2"))
    make(house.place, tmp_path / "b.hcbbak", KEY)
    assert restore(tmp_path / "b.hcbbak", elsewhere, KEY).faults == (
        "Sổ của cuộc họp m-1: entry 2 was altered.", "Hồ sơ 01.zip không phải là hồ sơ đã niêm phong.",
    )  # fmt: skip


def test_nothing_is_restored_over_something_or_from_broken_files(
    house: House, elsewhere: Place, tmp_path: Path
) -> None:
    house.say("một", 3)
    file = tmp_path / "b.hcbbak"
    make(house.place, file, KEY)
    with pytest.raises(BackupFault, match="không trống"):
        restore(file, house.place, KEY)
    body = file.read_bytes()
    for broken in (body[:-1], body[:-1] + bytes([body[-1] ^ 1])):
        file.write_bytes(broken)
        with pytest.raises(BackupFault):
            restore(file, elsewhere, KEY)
        assert not elsewhere.data.exists()


def test_files_that_are_not_those_of_the_manifest_are_named(house: House, tmp_path: Path) -> None:
    manifest = make(house.place, tmp_path / "b.hcbbak", PLAIN)
    assert read_back(tmp_path / "b.hcbbak", PLAIN) == manifest
    with pytest.raises(CutShort, match=r"keys/k\.pem"):
        checked(manifest.to_json(), manifest.files | {"data/keys/k.pem": (6, "0" * 64)})
    with pytest.raises(CutShort, match="bảng kê"):
        checked(b"", manifest.files)


def test_old_backups_go_but_never_the_newest_three(tmp_path: Path) -> None:
    for day in range(6):
        path = tmp_path / f"{day}.hcbbak"
        path.touch()
        os.utime(path, (day * 86_400, day * 86_400))
    gone = clear_away(tmp_path, 1, now=4.5 * 86_400)
    assert [path.name for path in gone] == ["0.hcbbak", "1.hcbbak", "2.hcbbak"]
    assert clear_away(tmp_path, 1, now=400 * 86_400) == []


def test_the_commands_back_up_and_restore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, key, out = tmp_path / "var", tmp_path / "key", tmp_path / "b"
    data.mkdir()
    Store(f"sqlite:///{data / 'hopchibo.sqlite'}").close()
    run = lambda *words: CliRunner().invoke(command.app, [str(word) for word in words])  # noqa: E731
    monkeypatch.delenv(command.WORDS, raising=False)
    refused = run("backup", "--data", data, "--to", out)
    assert (refused.exit_code, "--key-file" in refused.output) == (1, True)
    assert run("backup", "--new-key", key).exit_code == 0
    made = run("backup", "--data", data, "--to", out, "--key-file", key)
    assert (made.exit_code, "đã đọc lại" in made.output) == (0, True), made.output
    file = next(out.glob("*.hcbbak"))
    assert (out / ERASED).exists()
    assert run("restore", file, "--check", "--key-file", key).exit_code == 0
    assert run("restore", file, "--check").exit_code == 1
    back = run("restore", file, "--data", tmp_path / "new", "--key-file", key)
    assert (back.exit_code, "đều khớp" in back.output) == (0, True), back.output
    assert run("restore", file, "--data", tmp_path / "new", "--key-file", key).exit_code == 1
