"""How cells are reached: who of the level above follows each, its leader, and their phones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from meeting_server.store.archive_tables import Contact, Follower
from meeting_server.store.people import cells_below, new_id
from meeting_server.store.tables import Office, Person, Unit
from transcription.text.fold import fold

MAX_CONTACTS = 500


@dataclass(frozen=True, slots=True)
class Contacts:
    """How a cell is reached: its leader, and who of the level above follows it."""

    cell: str
    cell_name: str
    parent_name: str
    leader: str
    phone: str
    follower: str
    follower_phone: str


@dataclass(frozen=True, slots=True)
class Change:
    """None leaves as it is."""

    follower: str | None = None
    follower_phone: str | None = None
    phone: str | None = None


class NoLeader(Exception):
    """There is nobody whose phone it would be."""

    status = 409


def contacts(session: Session, unit: str, day: date, *, parent: str = "", name: str = "") -> list[Contacts]:
    """Of the cells below, by commune and name; at most MAX_CONTACTS."""
    wanted = fold(name)
    cells = [
        cell for cell in cells_below(session, unit)
        if (not parent or cell.parent == parent) and (not wanted or wanted in fold(cell.name))
    ]  # fmt: skip
    return _contacts(session, cells[:MAX_CONTACTS], day)


def _contacts(session: Session, cells: Collection[Unit], day: date) -> list[Contacts]:
    keys = [cell.id for cell in cells]
    led, following = leaders(session, keys, day), _following(session, keys)
    above = names_above(session, cells)
    return [
        Contacts(
            cell.id, cell.name, above[cell.id], *led.get(cell.id, ("", "")),
            *following.get(cell.id, ("", "")),
        )
        for cell in cells
    ]  # fmt: skip


def names_above(session: Session, cells: Collection[Unit]) -> dict[str, str]:
    """cell → name of the unit right above it."""
    above = {cell.parent for cell in cells if cell.parent}
    names = dict(session.exec(select(Unit.id, Unit.name).where(col(Unit.id).in_(above))).all())
    return {cell.id: names.get(cell.parent or "", "") for cell in cells}


def _following(session: Session, cells: Collection[str]) -> dict[str, tuple[str, str]]:
    """cell → name and phone of who follows it now."""
    rows = session.exec(
        select(Follower.cell, Person.name, Contact.phone)
        .join(Person, col(Person.id) == col(Follower.person))
        .join(Contact, col(Contact.person) == col(Person.id), isouter=True)
        .where(col(Follower.cell).in_(cells), col(Follower.until).is_(None))
    )
    return {cell: (name, phone or "") for cell, name, phone in rows}


def change(session: Session, cell: str, what: Change, day: date) -> Contacts:
    """Raises NoLeader."""
    unit = session.get(Unit, cell)
    if unit is None:
        raise AssertionError("rights were looked up towards a cell that there is")
    if what.follower is not None:
        _follow_by_name(session, unit, what.follower.strip(), day)
    if what.follower_phone is not None and (person := _follower(session, cell)):
        set_phone(session, person, what.follower_phone)
    if what.phone is not None:
        leader = session.exec(select(Office.person).where(Office.cell == cell, *_leads(day))).first()
        if leader is None:
            raise NoLeader(cell)
        set_phone(session, leader, what.phone)
    return _contacts(session, [unit], day)[0]


def _follower(session: Session, cell: str) -> str | None:
    return session.exec(select(Follower.person).where(Follower.cell == cell, col(Follower.until).is_(None))).first()


def _follow_by_name(session: Session, cell: Unit, name: str, day: date) -> None:
    """Somebody who follows a neighbour under this name is the same person; else they are new here. "" = nobody."""
    now = followers(session, [cell.id]).get(cell.id, ())
    if list(now) == ([name] if name else []):
        return
    if not name:
        for row in session.exec(select(Follower).where(Follower.cell == cell.id, col(Follower.until).is_(None))):
            row.until = day
            session.add(row)
        return
    neighbours = select(Unit.id).where(Unit.parent == cell.parent)
    known = session.exec(
        select(Person.id)
        .join(Follower, col(Follower.person) == col(Person.id))
        .where(Person.name == name, col(Follower.cell).in_(neighbours))
    ).first()
    if known is None:
        known = new_id("d")
        session.add(Person(id=known, name=name))
        session.flush()
    follow(session, cell.id, known, day)


def set_phone(session: Session, person: str, phone: str) -> None:
    session.merge(Contact(person=person, phone=phone.strip()[:40]))
    session.flush()


def leaders(session: Session, cells: Collection[str], day: date) -> dict[str, tuple[str, str]]:
    """cell → its leader's name and phone."""
    rows = session.exec(
        select(Office.cell, Person.name, Contact.phone)
        .join(Person, col(Person.id) == col(Office.person))
        .join(Contact, col(Contact.person) == col(Person.id), isouter=True)
        .where(
            col(Office.cell).in_(cells), *_leads(day)
        )
    )  # fmt: skip
    return {cell: (name, phone or "") for cell, name, phone in rows}


def _leads(day: date) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Office.office) == "leader", col(Office.since) <= day,
        col(Office.until).is_(None) | (col(Office.until) > day),
    )  # fmt: skip


def followers(session: Session, cells: Collection[str], day: date | None = None) -> dict[str, tuple[str, ...]]:
    """cell → names of those of the level above who follow it (on ``day``; None = now still)."""
    rows = session.exec(
        select(Follower, Person.name).where(col(Follower.cell).in_(cells), Follower.person == Person.id)
    )
    found: dict[str, list[str]] = {}
    for row, name in rows:
        if row.until is None or (day is not None and row.since <= day < row.until):
            found.setdefault(row.cell, []).append(name)
    return {cell: tuple(sorted(names)) for cell, names in found.items()}


def follow(session: Session, cell: str, person: str, since: date) -> None:
    """From ``since`` this person follows the cell; whoever did before does not any more."""
    for row in session.exec(select(Follower).where(Follower.cell == cell, col(Follower.until).is_(None))):
        row.until = since
        session.add(row)
    session.add(Follower(cell=cell, person=person, since=since))
    session.flush()
