"""Seeds the demonstration cell: an invented province, commune and cell with 27 members, a leader's and a
secretary's account, and an administrator's. Everything in it is invented."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

from sqlmodel import Session, select

from meeting_server.store.people import add_unit, facts_on, new_id
from meeting_server.store.tables import Account, Membership, Office, Person, Unit

PROVINCE, COMMUNE, CELL = "Tỉnh ủy Thanh Hóa", "Đảng bộ xã Thanh Quân", "Chi bộ thôn Chiềng Cà"
PLACE, TERM = "Nhà văn hóa thôn Chiềng Cà", "2025-2027"
SINCE, VIETNAM = date(2020, 1, 1), timezone(timedelta(hours=7))
STATUSES = {"chính thức": "official", "dự bị": "probationary"}
OFFICES = {"bí thư": "leader", "phó bí thư": "deputy", "chi ủy viên": "committee"}
ACCOUNTS = {"leader": "Vi Văn Thuận", "secretary": "Lương Văn Chiến"}
LOGINS = {"leader": "bithu", "secretary": "thuky", "administrator": "quantri"}


@dataclass(frozen=True, slots=True)
class Seeded:
    """``accounts``: role ("leader" | "secretary" | "administrator") → login name. ``fresh``: made by this call."""

    cell: str
    accounts: Mapping[str, str]
    fresh: bool


def seed(session: Session, now: int, passwords: Mapping[str, str]) -> Seeded:
    """The demonstration, made once. ``passwords``: argon2 hash per role; used only when it is made."""
    cell = session.exec(select(Unit).where(Unit.demonstration == True, Unit.kind == "cell")).first()  # noqa: E712 - SQL
    if cell is not None:
        return Seeded(cell.id, LOGINS, fresh=False)
    province = add_unit(session, kind="province", name=PROVINCE, demonstration=True)
    commune = add_unit(session, kind="commune", name=COMMUNE, parent=province.id, demonstration=True)
    unit = add_unit(
        session, kind="cell", name=CELL, parent=commune.id, place=PLACE, term=TERM, demonstration=True,
        since=datetime.fromtimestamp(now / 1000, VIETNAM).date(),
    )  # fmt: skip
    people = {line["name"]: _member(session, unit.id, line) for line in roster_lines()}
    for role, login in LOGINS.items():
        session.add(
            Account(
                id=new_id("a"), name=login, person=people.get(ACCOUNTS.get(role, "")), password=passwords[role],
                administrator=role == "administrator", created_at=now,
            )
        )  # fmt: skip
    session.flush()
    return Seeded(unit.id, LOGINS, fresh=True)


def roster_lines() -> list[dict[str, Any]]:
    """The members as the case has them: name, status, exempt, channel, position."""
    lines: list[dict[str, Any]] = json.loads(
        (files("meeting_server") / "demo" / "dev_01.roster.json").read_text("utf-8")
    )
    return lines


def _member(session: Session, cell: str, line: Mapping[str, Any]) -> str:
    channel = "remote" if line["channel"] == "remote" else "hall"
    person = Person(id=new_id("d"), name=line["name"], channel=channel)
    session.add(person)
    session.flush()
    session.add(Membership(person=person.id, cell=cell, fact=STATUSES[line["status"]], since=SINCE))
    if line["exempt"]:
        session.add(Membership(person=person.id, cell=cell, fact="exempt", since=SINCE))
    if line["position"]:
        office = OFFICES.get(line["position"], "other")
        session.add(Office(person=person.id, cell=cell, office=office, title=line["position"], since=SINCE))
    return person.id


def members(session: Session, cell: str, day: date) -> dict[str, str]:
    """name → member id, for the rehearsal."""
    return {facts.person.name: facts.person.id for facts in facts_on(session, cell, day)}
