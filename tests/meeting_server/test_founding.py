"""An installation without the demonstration begins from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from meeting_server.enrolling import enrol_file
from meeting_server.founding import CannotFound, found_unit, issue_account, units
from meeting_server.http import access
from meeting_server.http.house import VIETNAM
from meeting_server.store.database import Store
from meeting_server.store.enrolment import enrol
from meeting_server.store.roster_import import read
from meeting_server.store.tables import Account, Unit


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/hopchibo.sqlite")
    yield store
    store.close()


def test_units_members_and_the_first_accounts_come_from_nothing(store: Store) -> None:
    commune = found_unit(store, "commune", "Đảng bộ xã Thanh Quân")
    cell = found_unit(store, "cell", "Chi bộ thôn A", parent=commune, term="2025-2027")
    assert [line.split("  ", 1)[0].strip() for line in units(store)] == [commune, cell]
    made = store.read_now(lambda session: session.get(Unit, cell))
    assert made is not None
    assert made.since is not None
    assert abs(made.since - datetime.now(VIETNAM).date()) <= timedelta(days=1), "no meeting is owed from before"
    lines = read("Họ và tên,Chức vụ\nVi Văn Thuận,Bí thư\n".encode(), "ds.csv", date(2026, 11, 3)).lines
    store.write_now(lambda session: enrol(session, lines, date(2026, 11, 3), cell=cell))
    codes = [
        issue_account(store, "quantri", administrator=True),
        issue_account(store, "bithu", person="Vi Văn Thuận", cell=cell),
        issue_account(store, "vanphong", person="Hà Thị Cán", viewer=commune),
    ]
    for code in codes:
        assert store.write_now(lambda session, code=code: access.use_code(session, code, "hash", 1)) is not None
    rows = store.read_now(lambda session: list(session.exec(select(Account))))
    assert {row.name: (row.administrator, bool(row.person), row.unit) for row in rows} == {
        "quantri": (True, False, ""),
        "bithu": (False, True, ""),
        "vanphong": (False, True, commune),
    }
    with pytest.raises(CannotFound):
        issue_account(store, "khac", viewer="u-none")


def test_a_second_code_for_an_account_replaces_the_first_and_changes_no_rights(store: Store) -> None:
    first = issue_account(store, "quantri", administrator=True)
    second = issue_account(store, "quantri")
    assert store.write_now(lambda session: access.use_code(session, first, "hash", 1)) is None
    account = store.write_now(lambda session: access.use_code(session, second, "hash", 1))
    assert account is not None
    assert account.administrator


def test_what_cannot_stand_is_refused_with_a_sentence(store: Store) -> None:
    commune = found_unit(store, "commune", "Đảng bộ xã")
    for kind, name, parent in (("cell", "Chi bộ A", ""), ("cell", "A", commune), ("ward", "Phường", ""),
                               ("cell", "Chi bộ A", "u-none"), ("commune", "ĐẢNG BỘ XÃ", "")):  # fmt: skip
        with pytest.raises(CannotFound):
            found_unit(store, kind, name, parent=parent)
    with pytest.raises(CannotFound, match="Tài khoản mới"):
        issue_account(store, "ai")
    with pytest.raises(CannotFound, match="Vi Văn Không"):
        issue_account(store, "ai", person="Vi Văn Không", cell="c")


def test_a_roster_from_a_file_says_which_columns_it_does_not_read(tmp_path: Path, store: Store) -> None:
    commune = found_unit(store, "commune", "Đảng bộ xã")
    cell = found_unit(store, "cell", "Chi bộ A", parent=commune)
    file = tmp_path / "ds.csv"
    file.write_text("Họ và tên,Quê quán\nVi Văn Thuận,Thanh Quân\n", encoding="utf-8")
    code, said = enrol_file(f"sqlite:///{tmp_path}/hopchibo.sqlite", file, cell)
    assert (code, said[1:]) == (0, ["! Cột “Quê quán” không dùng đến."])
