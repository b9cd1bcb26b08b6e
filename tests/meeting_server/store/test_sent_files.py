"""Files sent up go by their term, with the key that no copy can be read without; letters and answers stay."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from meeting_server.erasure import Gone, Sweeper, set_hold
from meeting_server.store import attached, inbox
from meeting_server.store.database import Store
from meeting_server.store.inbox import Sent
from meeting_server.store.kept_files import opened
from meeting_server.store.tables import AccessLog
from minutes.record.retention import DAY_MS, tables
from tests.meeting_server.store.records import keep, moment, organisation, summary
from transcription.keyring import Keyring, Unreadable

AT, TODAY = moment(2026, 4, 10), date(2026, 4, 10)
TERM = tables()[0].sent_files_days * DAY_MS
WORD = b"chuoi xanh duoi cau"
PDF = b"%PDF-1.7 " + WORD * 40


class Then:
    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> int:
        return self.at


@pytest.fixture
def keys(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys")


@pytest.fixture
def house(url: str, keys: Keyring) -> Iterator[Store]:
    store = Store(url, keys)
    store.write_now(lambda session: (organisation(session), keep(session, summary("m1", "c1", moment(2026, 3, 3)))))
    yield store
    store.close()


def sent(store: Store, what: Sent) -> tuple[str, bytes]:
    """A submission with one file: its id, and the file as the disk has it."""

    def work(session: Session) -> str:
        key = inbox.send(session, "c1", what, sender="bt", at=AT, today=TODAY)
        attached.attach(session, key, "c1", "hồ sơ.pdf", PDF, AT)
        return key

    key = store.write_now(work)
    query = text("SELECT data FROM attached_file WHERE owner = :owner")
    return key, bytes(store.read_now(lambda session: session.connection().execute(query, {"owner": key}).scalar_one()))


def dealt_with(store: Store, key: str, *, answer: str = "") -> None:
    def work(session: Session) -> None:
        if answer:
            inbox.answer(session, key, answer, answerer="vp", at=AT + DAY_MS)
        else:
            inbox.receive(session, key, receiver="vp", at=AT + DAY_MS)

    store.write_now(work)


def swept(store: Store, keys: Keyring, at: int, tmp_path: Path, *, look: bool = False) -> list[Gone]:
    return asyncio.run(Sweeper(store, tmp_path / "recordings", keys, Then(at)).sweep(look=look))


def line(store: Store, key: str) -> inbox.Line:
    return store.read_now(lambda session: inbox.one(session, key, TODAY))


def test_after_the_term_the_file_can_be_read_from_no_copy_and_the_letter_stays(
    house: Store, keys: Keyring, tmp_path: Path
) -> None:
    key, copy = sent(house, Sent("petition", "Sửa cầu", "Cầu treo hỏng."))
    dealt_with(house, key, answer="Sẽ sửa trong quý này.")
    over = AT + DAY_MS + TERM
    assert swept(house, keys, over - 1, tmp_path) == []
    assert swept(house, keys, over, tmp_path, look=True) == [Gone(key, 0, False, 1)]
    assert opened(keys, key, house.read_now(lambda s: attached.lines_of(s, [key])[key][0].id), copy) == PDF
    assert swept(house, keys, over, tmp_path) == [Gone(key, 0, False, 1)]
    assert house.read_now(lambda session: attached.lines_of(session, [key])) == {}
    with pytest.raises(Unreadable):
        keys.key(key, "record")
    told = line(house, key)
    assert (told.text, told.answer, told.files_erased_at) == ("Cầu treo hỏng.", "Sẽ sửa trong quý này.", over)
    logged = house.read_now(lambda session: session.exec(select(AccessLog)).all())
    assert [(one.action, one.target) for one in logged] == [("erase", f"{key} files=1")]
    assert swept(house, keys, over + 1, tmp_path) == []


def test_where_no_answer_is_expected_the_receipt_counts_and_else_nothing_goes_unanswered(
    house: Store, keys: Keyring, tmp_path: Path
) -> None:
    late = AT + 10 * TERM
    unopened, _ = sent(house, Sent("resolution", "Nghị quyết"))
    waiting, _ = sent(house, Sent("petition", "Kiến nghị"))
    dealt_with(house, waiting)
    assert swept(house, keys, late, tmp_path) == []
    dealt_with(house, unopened)
    assert swept(house, keys, AT + DAY_MS + TERM, tmp_path) == [Gone(unopened, 0, False, 1)]
    assert line(house, waiting).files_erased_at is None


def test_a_file_of_a_meeting_under_a_hold_stays_and_one_that_came_late_has_its_own_term(
    house: Store, keys: Keyring, tmp_path: Path
) -> None:
    key, _ = sent(house, Sent("resolution", "Nghị quyết", meeting="m1"))
    dealt_with(house, key)
    over = AT + DAY_MS + TERM
    house.write_now(lambda session: set_hold(session, "m1", AT, reason="Kiểm tra"))
    assert swept(house, keys, over, tmp_path) == []
    house.write_now(lambda session: set_hold(session, "m1", AT, lift=True))
    house.write_now(lambda session: attached.attach(session, key, "c1", "thêm.pdf", PDF, over - 1))
    assert swept(house, keys, over, tmp_path) == []
    assert [one.files for one in swept(house, keys, over - 1 + TERM, tmp_path)] == [2]


def test_a_key_that_a_kill_left_behind_goes_at_the_next_sweep(house: Store, keys: Keyring, tmp_path: Path) -> None:
    key, _ = sent(house, Sent("resolution", "Nghị quyết"))
    dealt_with(house, key)
    over = AT + DAY_MS + TERM
    left = keys.key(key, "record")
    assert swept(house, keys, over, tmp_path)
    (tmp_path / "keys" / "meetings" / f"{key}.record").write_bytes(left)
    assert swept(house, keys, over, tmp_path) == []
    with pytest.raises(Unreadable):
        keys.key(key, "record")
