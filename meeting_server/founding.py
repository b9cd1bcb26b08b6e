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
from transcription.text.fold import fold, nfc

ABOVE = {"province": ("",), "commune": ("", "province"), "cell": ("commune",)}
KINDS = {"province": "cấp tỉnh", "commune": "cấp xã", "cell": "chi bộ"}


class CannotFound(Exception):
    """Nothing was changed; the sentence says why."""


def found_unit(store: Store, kind: str, name: str, *, parent: str = "", place: str = "", term: str = "") -> str:
    """The new unit's id. Raises CannotFound for an unknown kind or parent, or a name taken beside it."""
    name = nfc(name).strip()
    if kind not in ABOVE or not 2 <= len(name) <= 200:
        raise CannotFound("Cần một tên, và cấp là province (tỉnh), commune (xã) hoặc cell (chi bộ).")

    def work(session: Session) -> str:
        above = session.get(Unit, parent) if parent else None
        if parent and above is None:
            raise CannotFound(f"Không có tổ chức mang mã {parent}.")
        if (above.kind if above else "") not in ABOVE[kind]:
            raise CannotFound(
                "Chi bộ phải thuộc một tổ chức cấp xã (--parent MÃ); cấp xã thuộc cấp tỉnh hoặc đứng đầu."
            )
        beside = session.exec(select(Unit).where(Unit.parent == (parent or None)))
        if any(fold(unit.name) == fold(name) for unit in beside):
            raise CannotFound(f"Đã có “{name}” ở đây.")
        return people.add_unit(
            session, kind=kind, name=name, parent=parent or None, place=nfc(place)[:200], term=term[:20]
        ).id

    return store.write_now(work)


def units(store: Store) -> list[str]:
    """One line a unit: id, level, name, indented below what it belongs to."""

    def look(session: Session) -> list[str]:
        below: dict[str, list[Unit]] = {}
        for unit in session.exec(select(Unit)):
            below.setdefault(unit.parent or "", []).append(unit)

        def lines(parent: str, depth: int) -> list[str]:
            told = []
            for unit in sorted(below.get(parent, []), key=lambda one: people.vietnamese_order(one.name)):
                told.append(f"{unit.id:<18} {'  ' * depth}{unit.name} ({KINDS.get(unit.kind, unit.kind)})")
                told += lines(unit.id, depth + 1)
            return told

        return lines("", 0)

    return store.read_now(look)


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
