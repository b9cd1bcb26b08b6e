"""Stores an imported roster: people are matched by name within their cell, changes become new dated facts.

A name is matched with its marks (Tiến is not Tiên); people of one name are told apart by the days they joined or became
official.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, select

from meeting_server.store.archive_tables import Contact
from meeting_server.store.people import GONE, Facts, add_unit, facts_on, new_id
from meeting_server.store.roster_import import Fault, Line
from meeting_server.store.tables import Membership, Office, Person, Unit
from transcription.text.fold import fold
from transcription.text.tones import normal

OFFICES = {"bi thu": "leader", "pho bi thu": "deputy", "chi uy vien": "committee", "uy vien": "committee"}
STATUS_FACTS = frozenset({"official", "probationary", "temporary_in"})
BESIDE = frozenset({"suspended", "temporary_out"})  # stand beside a status and end when the file no longer says so
KNOWN_BY_FILE = STATUS_FACTS | BESIDE | {"exempt"}


@dataclass(slots=True)
class Enrolled:
    """Counts of what changed; ``missing`` = names in the cell that the file does not have (left as they are)."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    cells: int = 0
    missing: list[str] = field(default_factory=list)


def enrol(
    session: Session, lines: Iterable[Line], today: date, *, cell: str = "", commune: str = ""
) -> tuple[Enrolled, list[Fault]]:
    """Store lines into ``cell``, or, when they name cells, into the cells of ``commune`` (made when new).

    With faults nothing was added to the session beyond what the caller rolls back.
    """
    result, faults = Enrolled(), list[Fault]()
    by_cell: dict[str, list[Line]] = {}
    for line in lines:
        key = _cell_of(session, line, cell, commune, today, result)
        if key is None:
            faults.append(Fault(line.row, "Chi bộ", "Chưa rõ đồng chí này thuộc chi bộ nào."))
        else:
            by_cell.setdefault(key, []).append(line)
    for key, members in by_cell.items():
        faults += _into(session, key, members, today, result)
    return result, faults


def _cell_of(session: Session, line: Line, cell: str, commune: str, today: date, result: Enrolled) -> str | None:
    if cell:
        unit = session.get(Unit, cell)
        return cell if unit is not None and (not line.cell or fold(line.cell) == fold(unit.name)) else None
    if not (line.cell and commune):
        return None
    known = session.exec(select(Unit).where(Unit.parent == commune, Unit.kind == "cell"))
    found = next((unit for unit in known if fold(unit.name) == fold(line.cell)), None)
    if found is None:
        found = add_unit(session, kind="cell", name=line.cell, parent=commune, since=today)
        result.cells += 1
    return found.id


def _into(session: Session, cell: str, lines: Iterable[Line], today: date, result: Enrolled) -> list[Fault]:
    known: dict[str, list[Facts]] = {}
    for facts in facts_on(session, cell, today):
        known.setdefault(_key(facts.person.name), []).append(facts)
    named: dict[str, list[Line]] = {}
    for line in lines:
        named.setdefault(_key(line.name), []).append(line)
    faults = list[Fault]()
    for key, mine in named.items():
        here = known.get(key, [])
        pairs = _paired(session, cell, mine, here)
        claimed = {facts.person.id for _, facts in pairs if facts is not None}
        unclear = [line for line, facts in pairs if facts is None]
        if unclear and len(claimed) < len(here):  # one of them may be meant: nobody is taken for another
            faults += [Fault(line.row, "Họ và tên", _UNCLEAR.format(line.name, len(here))) for line in unclear]
            continue
        for line, meant in pairs:
            _store(session, cell, line, meant, today, result)
    result.missing += [facts.person.name for key, here in known.items() if key not in named for facts in here]
    return faults


_UNCLEAR = "Trong chi bộ có {1} đồng chí tên “{0}”; ghi ngày kết nạp đúng như trong danh sách để biết là ai."


def _key(name: str) -> str:
    return normal(name).lower()


def _paired(
    session: Session, cell: str, lines: list[Line], here: list[Facts]
) -> list[tuple[Line, Facts | None]]:  # fmt: skip
    """Each line with whom it means; one line and one person of a name need no days to tell them apart."""
    if len(lines) == len(here) == 1:
        return [(lines[0], here[0])]
    days = {facts.person.id: _days(session, cell, facts.person.id) for facts in here}
    pairs = list[tuple[Line, Facts | None]]()
    for line in lines:
        mine = {line.joined, line.official_since} - {None}
        fitting = [facts for facts in here if days[facts.person.id] & mine]
        only = fitting[0] if len(fitting) == 1 else None
        pairs.append((line, None if any(facts is only for _, facts in pairs) else only))
    return pairs


def _days(session: Session, cell: str, person: str) -> set[date | None]:
    rows = session.exec(select(Membership).where(Membership.person == person, Membership.cell == cell))
    return {row.since for row in rows if row.fact in STATUS_FACTS}


def _store(session: Session, cell: str, line: Line, facts: Facts | None, today: date, result: Enrolled) -> None:
    if facts is not None:
        changed = _change(session, cell, line, facts.person, today)
        result.changed += changed
        result.unchanged += not changed
    elif line.status in GONE:
        result.unchanged += 1
    else:
        _add(session, cell, line, today)
        result.added += 1


def _add(session: Session, cell: str, line: Line, today: date) -> None:
    person = Person(
        id=new_id("d"), name=line.name, aliases="\n".join(line.aliases), channel=line.channel
    )  # d: đảng viên
    session.add(person)
    session.flush()
    since = line.official_since if line.status in BESIDE | {"official"} else line.joined
    if line.status in BESIDE:
        session.add(_fact(person.id, cell, line.status, line.status_since or today))
    if line.status == "official" and line.joined and line.official_since:
        session.add(_fact(person.id, cell, "probationary", line.joined, line.official_since))
    session.add(_fact(person.id, cell, _standing(line), since or line.joined or today))
    if line.exempt:
        session.add(_fact(person.id, cell, "exempt", line.exempt_since or today))
    if line.position:
        session.add(_office(person.id, cell, line.position, today))
    if line.phone:
        session.add(Contact(person=person.id, phone=line.phone))
    session.flush()


def _standing(line: Line) -> str:
    """The status that a line means, where it tells only what stands beside it."""
    return "official" if line.status in BESIDE | GONE else line.status


def _fact(person: str, cell: str, fact: str, since: date, until: date | None = None) -> Membership:
    return Membership(person=person, cell=cell, fact=fact, since=since, until=until)


def _office(person: str, cell: str, title: str, since: date) -> Office:
    return Office(person=person, cell=cell, office=OFFICES.get(fold(title), "other"), title=title, since=since)


def _change(session: Session, cell: str, line: Line, person: Person, today: date) -> bool:
    """End what no longer holds and begin what does; True when anything changed."""
    rows = list(session.exec(select(Membership).where(Membership.person == person.id, Membership.cell == cell)))
    held = {row.fact: row for row in rows if row.since <= today and (row.until is None or today < row.until)}
    changed = False
    standing = held.keys() & STATUS_FACTS if line.status in BESIDE | GONE else set[str]()
    wanted = {line.status} | (standing or {_standing(line)}) | ({"exempt"} if line.exempt else set())
    begins = {
        line.status: line.status_since or (line.official_since if line.status == "official" else None) or today,
        "exempt": line.exempt_since or today,
    }
    for fact in (held.keys() & KNOWN_BY_FILE) - wanted:
        held[fact].until = begins[line.status]
        changed = True
    for fact in wanted - held.keys():
        session.add(_fact(person.id, cell, fact, begins.get(fact, today)))
        changed = True
    changed |= _change_office(session, cell, line, person, today)
    aliases = "\n".join(line.aliases) or person.aliases
    if (person.channel, person.aliases) != (line.channel, aliases):
        person.channel, person.aliases = line.channel, aliases
        changed = True
    known = session.get(Contact, person.id)
    if line.phone and (known is None or known.phone != line.phone):
        session.merge(Contact(person=person.id, phone=line.phone))
        changed = True
    session.flush()
    return changed


def _change_office(session: Session, cell: str, line: Line, person: Person, today: date) -> bool:
    rows = session.exec(select(Office).where(Office.person == person.id, Office.cell == cell))
    held = [row for row in rows if row.since <= today and (row.until is None or today < row.until)]
    if [row.title for row in held] == ([line.position] if line.position else []):
        return False
    for row in held:
        row.until = today
    if line.position:
        session.add(_office(person.id, cell, line.position, today))
    return True
