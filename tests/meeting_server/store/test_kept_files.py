"""Files that people bring lie enciphered on the disk, those from before too, and go with their owner's key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlmodel import Session

from meeting_server import paperwork, proving
from meeting_server.backup.make import Content, Place, make
from meeting_server.backup.restore import restore
from meeting_server.backup.sealed import Secret
from meeting_server.store import attached, old_minutes
from meeting_server.store.database import Store, _engine
from meeting_server.store.kept_files import kept, opened
from meeting_server.store.migrate import configuration
from meeting_server.store.old_minutes import Old
from meeting_server.store.people import add_unit
from meeting_server.store.tables import Meeting, StoredFile
from meeting_server.whole_file import write_whole
from transcription.keyring import Keyring, Unreadable

WORD = b"chuoi xanh duoi cau"
PDF = b"%PDF-1.7 " + WORD * 40
SECRET = Secret(key=bytes(range(32)))


@pytest.fixture
def keys(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "var" / "keys")


@pytest.fixture
def house(url: str, keys: Keyring, tmp_path: Path) -> Iterator[Store]:
    for folder in ("records", "papers", "recordings"):
        (tmp_path / "var" / folder).mkdir(parents=True)
    opened_store = Store(url, keys)
    yield opened_store
    opened_store.close()


def brought(store: Store) -> tuple[str, str, str]:
    """Older minutes with a file: cell, their id, the file's."""

    def work(session: Session) -> tuple[str, str, str]:
        cell = add_unit(session, kind="cell", name="Chi bộ").id
        key = old_minutes.bring_in(session, cell, Old("Họp", "regular", 0, "2019-03"), [("quét.pdf", PDF)], 0)
        return cell, key, attached.lines_of(session, [key])[key][0].id

    return store.write_now(work)


def raw(store: Store, name: str) -> bytes:
    query = text("SELECT data FROM attached_file WHERE id = :id")
    return bytes(store.read_now(lambda session: session.connection().execute(query, {"id": name}).scalar_one()))


def test_a_file_lies_enciphered_and_is_given_back_whole(house: Store, tmp_path: Path) -> None:
    cell, key, name = brought(house)
    assert WORD not in raw(house, name)
    held = house.read_now(lambda session: old_minutes.file(session, cell, key, name))
    assert held is not None
    assert (held.data, held.name, held.media) == (PDF, "quét.pdf", "application/pdf")
    house.close()
    assert [path for path in tmp_path.rglob("*") if path.is_file() and WORD in path.read_bytes()] == []


def test_what_was_taken_back_can_be_read_from_no_copy(house: Store, keys: Keyring) -> None:
    cell, key, name = brought(house)
    copy = raw(house, name)
    assert house.write_now(lambda session: old_minutes.take_back(session, cell, key)) == "Họp"
    house.forget(key)
    with pytest.raises(Unreadable):
        opened(keys, key, name, copy)


def test_a_file_opens_under_no_other_name_or_owner(keys: Keyring) -> None:
    data = kept(keys, "o-1", "f-1", PDF)
    assert opened(keys, "o-1", "f-1", data) == PDF
    keys.made("o-2", "record")
    for owner, name, altered in (("o-1", "f-2", data), ("o-2", "f-1", data), ("o-1", "f-1", data[:-1] + b"x")):
        with pytest.raises(Unreadable):
            opened(keys, owner, name, altered)
    with pytest.raises(Unreadable):
        opened(None, "o-1", "f-1", data)
    assert opened(keys, "o-1", "f-1", PDF) == PDF


def test_files_from_before_are_enciphered_by_the_migration_and_back(url: str, keys: Keyring) -> None:
    store = Store(url)
    cell, key, name = brought(store)
    assert raw(store, name) == PDF
    store.close()
    engine, config = _engine(url, writes=True), configuration()
    with engine.begin() as connection:
        config.attributes |= {"connection": connection, "keys": keys}
        command.downgrade(config, "0007")
    engine.dispose()
    again = Store(url, keys)
    assert WORD not in raw(again, name)
    held = again.read_now(lambda session: old_minutes.file(session, cell, key, name))
    assert held is not None
    assert held.data == PDF
    again.close()
    engine = _engine(url, writes=True)
    with engine.begin() as connection:
        config.attributes |= {"connection": connection, "keys": keys}
        command.downgrade(config, "0007")
    engine.dispose()
    plain = Store(url)
    assert raw(plain, name) == PDF
    plain.close()


def test_papers_from_before_are_enciphered_once(tmp_path: Path, keys: Keyring) -> None:
    paper = tmp_path / "papers" / "m-1" / "p-1.pdf"
    paper.parent.mkdir(parents=True)
    paper.write_bytes(PDF)
    assert paperwork.encipher_old(tmp_path / "papers", keys) == 1
    first = paper.read_bytes()
    assert WORD not in first
    assert opened(keys, "m-1", "p-1", first) == PDF
    assert paperwork.encipher_old(tmp_path / "papers", keys) == 0
    assert paper.read_bytes() == first
    assert sorted(path.name for path in paper.parent.iterdir()) == ["p-1.pdf"]


def test_the_check_names_a_file_that_was_changed_or_lost(house: Store, keys: Keyring, tmp_path: Path) -> None:
    _, key, name = brought(house)
    papers = tmp_path / "var" / "papers"

    def give(session: Session) -> None:
        for number in (1, 2):
            session.add(StoredFile(id=f"p-{number}", meeting=key, kind="document", name=f"{number}.pdf", size=1,
                                   sha256="0" * 64, path=f"{key}/p-{number}.pdf", created_at=0))  # fmt: skip

    house.write_now(give)
    write_whole(papers / key / "p-1.pdf", kept(keys, key, "p-1", PDF))
    found = house.read_now(lambda session: proving.of_brought(session, papers))
    assert found == ["Tệp 1.pdf không phải là tệp đã gửi lên.", "Thiếu tệp 2.pdf."]
    other = kept(keys, key, "another", PDF)
    change = text("UPDATE attached_file SET data = :data WHERE id = :id")
    house.write_now(lambda session: session.connection().execute(change, {"data": other, "id": name}))
    found = house.read_now(lambda session: proving.of_brought(session, papers))
    assert found[0] == "Tệp quét.pdf không đọc được: bị sửa, hoặc mất khóa."


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # on both databases: tests/meeting_server/backup
def test_a_backup_brings_files_and_their_keys_back(house: Store, url: str, tmp_path: Path) -> None:
    cell, key, name = brought(house)
    place = Place(tmp_path / "var", url)
    target = tmp_path / "out.hcbbak"
    make(place, target, SECRET, Content(keys=False), now=0)
    assert WORD not in target.read_bytes()
    new = Place(tmp_path / "new", f"sqlite:///{tmp_path / 'new' / 'db.sqlite'}")
    restore(target, new, SECRET)
    store = Store(new.database, Keyring(new.data / "keys"))
    held = store.read_now(lambda session: old_minutes.file(session, cell, key, name))
    assert held is not None
    assert held.data == PDF
    assert store.read_now(lambda session: session.get(Meeting, key)) is not None
    store.close()
