"""The organisation and its dated memberships; the roster as of a day is worked out from them, never stored."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast

from sqlmodel import Session, col, select

from meeting_server.store.tables import Membership, Office, Person, Unit
from minutes.record.events import Channel, RosterLine, Status

STATUSES = {"official": "official", "probationary": "probationary", "temporary_in": "temporary"}
GONE = frozenset({"transferred", "died"})
Key = tuple[tuple[int, ...], tuple[int, ...]]
RANK = {"leader": 0, "deputy": 1, "committee": 2, "other": 3}


def new_id(letter: str) -> str:
    """64 random bits behind a letter that says what it is of."""
    return f"{letter}{secrets.token_hex(8)}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What was true of a person in a cell on a day."""

    person: Person
    facts: frozenset[str]
    status: Status | None
    office: Office | None


def add_unit(
    session: Session, *, kind: str, name: str, parent: str | None = None, place: str = "", term: str = "",
    demonstration: bool = False, since: date | None = None, key: str = "",
) -> Unit:  # fmt: skip
    unit = Unit(
        id=key or new_id("u"),
        parent=parent,
        kind=kind,
        name=name,
        place=place,
        term=term,
        demonstration=demonstration,
        since=since,
    )
    session.add(unit)
    session.flush()
    return unit


def outsider(session: Session, name: str) -> Person:
    """A person of no cell: a viewer of the level above, an administrator."""
    person = Person(id=new_id("d"), name=name, aliases="", channel="hall")
    session.add(person)
    session.flush()
    return person


def parents(session: Session, unit: str) -> list[Unit]:
    """The units above, nearest first."""
    found: list[Unit] = []
    here = session.get(Unit, unit)
    while here is not None and here.parent is not None and len(found) < 10:
        here = session.get(Unit, here.parent)
        if here is not None:
            found.append(here)
    return found


def cells_below(session: Session, unit: str) -> list[Unit]:
    """All cells within a unit (itself when it is one), by name."""
    level, cells = [unit], list[Unit]()
    own = session.get(Unit, unit)
    if own is not None and own.kind == "cell":
        return [own]
    for _ in range(10):
        below = list(session.exec(select(Unit).where(col(Unit.parent).in_(level)))) if level else []
        cells += [one for one in below if one.kind == "cell"]
        level = [one.id for one in below if one.kind != "cell"]
    return sorted(cells, key=lambda cell: vietnamese_order(cell.name))


def facts_on(session: Session, cell: str, day: date) -> list[Facts]:
    """Everybody whom the cell counts on a day: leaders first, then by given name."""
    rows = session.exec(
        select(Membership, Person).where(
            Membership.cell == cell, Membership.person == Person.id, Membership.since <= day
        )
    )
    held: dict[str, tuple[Person, list[Membership]]] = {}
    for membership, person in rows:
        if membership.until is None or day < membership.until:
            held.setdefault(person.id, (person, []))[1].append(membership)
    offices = _offices(session, cell, day)
    found = [_facts(person, memberships, offices.get(person.id)) for person, memberships in held.values()]
    here = [facts for facts in found if facts.status is not None and not facts.facts & GONE]
    return sorted(here, key=_order)


def _facts(person: Person, memberships: Iterable[Membership], office: Office | None) -> Facts:
    rows = sorted(memberships, key=lambda membership: (membership.since, membership.id or 0))
    status = next((STATUSES[row.fact] for row in reversed(rows) if row.fact in STATUSES), None)
    return Facts(person, frozenset(row.fact for row in rows), cast(Status | None, status), office)


def _offices(session: Session, cell: str, day: date) -> dict[str, Office]:
    rows = session.exec(select(Office).where(Office.cell == cell, Office.since <= day))
    held = [row for row in rows if row.until is None or day < row.until]
    return {row.person: row for row in sorted(held, key=lambda row: -RANK.get(row.office, 9))}


def _order(facts: Facts) -> tuple[int, Key, Key]:
    rank = RANK.get(facts.office.office, 9) if facts.office else 9
    return rank, *by_given_name(facts.person.name)


def by_given_name(name: str) -> tuple[Key, Key]:
    """A sort key for people: the last word first."""
    words = name.split()
    return vietnamese_order(words[-1] if words else ""), vietnamese_order(name)


_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the order of dictionaries
_PLACE = {letter: place for place, letter in enumerate(_LETTERS, start=1)}
_NUMBER, _LARGEST = re.compile(r"([0-9]{1,9})"), 1_000_000_000


@lru_cache(1 << 14)
def vietnamese_order(text: str) -> Key:
    """A sort key: letters of the Vietnamese alphabet first, tones only between equal letters. A number goes before
    letters and by its value, so that "thôn 2" stands before "thôn 10"."""
    apart = unicodedata.normalize("NFD", text.lower())
    bare = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _TONES))
    parts = _NUMBER.split(bare)  # words, number, words, number …
    places: list[int] = []
    for at, part in enumerate(parts):
        places += [int(part) - _LARGEST] if at % 2 else [_PLACE.get(letter, 0) for letter in part]
    return tuple(places), tuple(_TONES.find(mark) + 1 for mark in apart)


def roster(session: Session, cell: str, day: date) -> tuple[RosterLine, ...]:
    """The members as of a day. Suspended and away members stand in it, marked; the gone do not."""
    return tuple(_line(facts) for facts in facts_on(session, cell, day))


def _line(facts: Facts) -> RosterLine:
    person = facts.person
    assert facts.status is not None
    return RosterLine(
        person.id, person.name, facts.status, "exempt" in facts.facts, "suspended" in facts.facts,
        "temporary_out" in facts.facts, facts.office.title if facts.office else "", cast(Channel, person.channel),
        tuple(line for line in person.aliases.split("\n") if line),
    )  # fmt: skip


def offices_of(session: Session, person: str, day: date) -> dict[str, str]:
    """cell → office that the person holds on a day."""
    rows = session.exec(select(Office).where(Office.person == person, Office.since <= day))
    return {row.cell: row.office for row in rows if row.until is None or day < row.until}


def cells_of(session: Session, person: str, day: date) -> list[str]:
    """The cells in which the person is a member of any status on a day."""
    rows = session.exec(select(Membership).where(Membership.person == person, Membership.since <= day))
    held = [row for row in rows if row.until is None or day < row.until]
    gone = {row.cell for row in held if row.fact in GONE}
    return sorted({row.cell for row in held if row.fact in STATUSES} - gone)
