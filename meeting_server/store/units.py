"""The units of the Party's tree: founded and named anew, by the same rules at the command line and in the browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from meeting_server.store.people import add_unit, vietnamese_order
from meeting_server.store.tables import AccessLog, Account, Person, Unit
from transcription.text.fold import fold, nfc

ABOVE = {"province": ("",), "commune": ("", "province"), "cell": ("commune",)}
KINDS = {"province": "cấp tỉnh", "commune": "cấp xã", "cell": "chi bộ"}
MAX_UNITS = 20_000  # a province has 9,593 cells
ADDED, RENAMED = "unit_added", "unit_renamed"
SHOWN = 50


class CannotFound(Exception):
    """Nothing was changed; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Change:
    """Who founded or renamed what, as the access log has it."""

    at: int
    name: str
    action: str
    detail: str


def found(
    session: Session, kind: str, name: str, today: date, *, parent: str = "", place: str = "", term: str = ""
) -> Unit:
    """A new unit, of which meetings are expected from today on. Raises CannotFound for an unknown kind or parent, or a
    name taken beside it."""
    name = _name(name)
    if kind not in ABOVE:
        raise CannotFound("Cấp là province (tỉnh), commune (xã) hoặc cell (chi bộ).")
    above = session.get(Unit, parent) if parent else None
    if parent and above is None:
        raise CannotFound(f"Không có tổ chức mang mã {parent}.")
    if (above.kind if above else "") not in ABOVE[kind]:
        raise CannotFound("Chi bộ phải thuộc một tổ chức cấp xã; cấp xã thuộc cấp tỉnh hoặc đứng đầu.")
    _free(session, name, parent or None)
    if len(session.exec(select(Unit.id)).all()) >= MAX_UNITS:
        raise CannotFound(f"Máy này đã có {MAX_UNITS} tổ chức, nhiều nhất có thể.")
    place, term = nfc(place)[:200], nfc(term)[:20]
    return add_unit(session, kind=kind, name=name, parent=parent or None, place=place, term=term, since=today)


def rename(session: Session, unit: str, name: str, *, place: str, term: str) -> tuple[Unit, str]:
    """The unit under its new name, place and term, and the name it had. What was sealed keeps the old one. Raises
    CannotFound; KeyError for an unknown unit."""
    row = session.get(Unit, unit)
    if row is None:
        raise KeyError(unit)
    former, name = row.name, _name(name)
    _free(session, name, row.parent, but=unit)
    row.name, row.place, row.term = name, nfc(place)[:200], nfc(term)[:20]
    session.add(row)
    return row, former


def note(session: Session, at: int, account: str, action: str, detail: str) -> None:
    session.add(AccessLog(at=at, account=account, action=action, target=detail[:200]))


def changes(session: Session) -> list[Change]:
    """What was founded and renamed in the browser, the newest first."""
    rows = session.exec(
        select(AccessLog, Account.name, Person.name)
        .join(Account, col(Account.id) == col(AccessLog.account), isouter=True)
        .join(Person, col(Person.id) == col(Account.person), isouter=True)
        .where(col(AccessLog.action).in_((ADDED, RENAMED)))
        .order_by(col(AccessLog.id).desc())
        .limit(SHOWN)
    )
    return [Change(row.at, person or account or row.account, row.action, row.target) for row, account, person in rows]


def tree(session: Session) -> list[tuple[Unit, int]]:
    """Every unit with its depth, each behind what it belongs to, in Vietnamese order."""
    below: dict[str, list[Unit]] = {}
    for unit in session.exec(select(Unit)):
        below.setdefault(unit.parent or "", []).append(unit)

    def walk(parent: str, depth: int) -> list[tuple[Unit, int]]:
        told = []
        for unit in sorted(below.get(parent, []), key=lambda one: vietnamese_order(one.name)):
            told += [(unit, depth), *walk(unit.id, depth + 1)]
        return told

    return walk("", 0)


def _name(name: str) -> str:
    name = nfc(name).strip()
    if not 2 <= len(name) <= 200:
        raise CannotFound("Tên tổ chức cần từ 2 đến 200 ký tự.")
    return name


def _free(session: Session, name: str, parent: str | None, *, but: str = "") -> None:
    beside = session.exec(select(Unit).where(Unit.parent == parent, Unit.id != but))
    if any(fold(unit.name) == fold(name) for unit in beside):
        raise CannotFound(f"Đã có “{name}” ở đây.")
