"""How an installation begins, and how its administrator gets back in: units and accounts from the command line.

Whoever may run these commands can read the data directory anyway; everything later is done in the browser.
"""

from __future__ import annotations

import time
from datetime import datetime

from sqlmodel import Session, select

from meeting_server.http import access
from meeting_server.http.house import VIETNAM
from meeting_server.store import people
from meeting_server.store.database import Store
from meeting_server.store.tables import Account, Unit
from meeting_server.store.units import KINDS, CannotFound, found, tree
from transcription.text.fold import nfc

__all__ = ["CannotFound", "found_unit", "issue_account", "units"]


def found_unit(store: Store, kind: str, name: str, *, parent: str = "", place: str = "", term: str = "") -> str:
    """The new unit's id. Raises CannotFound for an unknown kind or parent, or a name taken beside it."""
    today = datetime.now(VIETNAM).date()
    return store.write_now(lambda session: found(session, kind, name, today, parent=parent, place=place, term=term).id)


def units(store: Store) -> list[str]:
    """One line a unit: id, level, name, indented below what it belongs to."""
    rows = store.read_now(tree)
    return [f"{unit.id:<18} {'  ' * depth}{unit.name} ({KINDS.get(unit.kind, unit.kind)})" for unit, depth in rows]


def issue_account(
    store: Store, name: str, *, person: str = "", cell: str = "", administrator: bool = False, viewer: str = ""
) -> str:
    """A one-time code for the account of that name, which is made when new. ``person``: who it belongs to, by name in
    ``cell``, or by name alone when the account only administers or looks down from the unit ``viewer``. An account that
    exists keeps its rights. Raises CannotFound."""
    name, person = nfc(name).strip(), nfc(person).strip()
    if not 2 <= len(name) <= 100:
        raise CannotFound("Tên đăng nhập cần từ 2 đến 100 ký tự.")
    now = time.time_ns() // 1_000_000

    def work(session: Session) -> str:
        account = session.exec(select(Account).where(Account.name == name)).first()
        if account is None:
            if not (person or administrator or viewer):
                raise CannotFound(
                    "Tài khoản mới: cho biết của ai (--person “Họ và tên” --cell MÃ), --viewer MÃ hoặc --administrator."
                )
            if viewer and session.get(Unit, viewer) is None:
                raise CannotFound(f"Không có tổ chức mang mã {viewer}.")
            account = Account(
                id=people.new_id("a"), name=name, person=_holder(session, person, cell, bool(administrator or viewer)),
                administrator=administrator, unit=viewer, created_at=now,
            )  # fmt: skip
            session.add(account)
            session.flush()
        return access.issue_code(session, account.id, now)[0]

    return store.write_now(work)


def _holder(session: Session, name: str, cell: str, of_no_cell: bool) -> str | None:
    if not name:
        return None
    return people.outsider(session, name).id if of_no_cell and not cell else _person(session, name, cell)


def _person(session: Session, name: str, cell: str) -> str:
    today = datetime.now(VIETNAM).date()
    named = [line.person.id for line in people.facts_on(session, cell, today) if line.person.name == name]
    if len(named) != 1:
        raise CannotFound(f"Không tìm thấy đúng một đồng chí “{name}” trong chi bộ {cell or '(thiếu --cell)'}.")
    return named[0]
