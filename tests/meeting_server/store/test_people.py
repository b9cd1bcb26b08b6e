"""The roster as of a day, out of dated memberships."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from meeting_server.store import demo, people
from meeting_server.store.database import Store
from meeting_server.store.tables import Membership, Office, Person
from minutes.record.events import RosterLine

DAY = date(2026, 11, 3)


def member(session: Session, key: str, name: str, *facts: tuple[str, date, date | None]) -> None:
    session.add(Person(id=key, name=name))
    session.flush()
    session.add_all(
        Membership(person=key, cell="c", fact=fact, since=since, until=until) for fact, since, until in facts
    )


def cell(session: Session) -> None:
    old, soon = date(2010, 1, 1), date(2027, 1, 1)
    people.add_unit(session, kind="cell", name="Chi bộ", key="c")
    member(session, "a", "Nguyễn Văn Ân", ("official", old, None))
    member(session, "b", "Trần Thị Ánh", ("probationary", date(2026, 1, 1), None), ("official", soon, None))
    member(session, "c", "Lê Văn Bình", ("official", old, None), ("exempt", date(2026, 11, 3), None))
    member(session, "d", "Phạm Văn Cường", ("official", old, None), ("suspended", old, date(2026, 11, 3)))
    member(session, "e", "Đỗ Thị Dung", ("official", old, None), ("temporary_out", old, soon))
    member(session, "f", "Vũ Văn Đạt", ("temporary_in", old, None))
    member(session, "g", "Hồ Văn Gia", ("official", old, None), ("transferred", date(2026, 11, 1), None))
    member(session, "h", "Bùi Văn Hà", ("official", old, None), ("died", date(2026, 11, 4), None))
    member(session, "i", "Mai Văn Ích", ("official", old, date(2026, 11, 3)))
    session.add(Office(person="h", cell="c", office="leader", title="bí thư", since=old))
    session.add(Office(person="a", cell="c", office="leader", title="bí thư", since=old, until=date(2026, 1, 1)))


def test_the_roster_holds_who_belongs_to_the_cell_on_that_day(store: Store) -> None:
    store.write_now(cell)
    roster = store.read_now(lambda session: people.roster(session, "c", DAY))
    assert roster == (
        RosterLine("h", "Bùi Văn Hà", position="bí thư"),
        RosterLine("b", "Trần Thị Ánh", "probationary"),
        RosterLine("a", "Nguyễn Văn Ân"),
        RosterLine("c", "Lê Văn Bình", exempt=True),
        RosterLine("d", "Phạm Văn Cường"),
        RosterLine("e", "Đỗ Thị Dung", away=True),
        RosterLine("f", "Vũ Văn Đạt", "temporary"),
    )


def test_another_day_gives_another_roster(store: Store) -> None:
    store.write_now(cell)
    later = store.read_now(lambda session: people.roster(session, "c", date(2027, 1, 1)))
    earlier = store.read_now(lambda session: people.roster(session, "c", date(2025, 1, 1)))
    assert {line.member for line in later} == {"a", "b", "c", "d", "e", "f"}
    assert next(line for line in later if line.member == "b").status == "official"
    assert {line.member for line in earlier} == {"a", "c", "d", "e", "f", "g", "h", "i"}
    assert next(line for line in earlier if line.member == "d").suspended


def test_names_stand_in_the_order_of_the_vietnamese_alphabet() -> None:
    names = ["Ân", "Đức", "Ảnh", "An", "Dung", "Án", "Anh", "Em"]
    assert sorted(names, key=people.vietnamese_order) == ["An", "Án", "Anh", "Ảnh", "Ân", "Dung", "Đức", "Em"]


def test_the_demonstration_is_made_once_and_has_27_members(store: Store) -> None:
    hashes = dict.fromkeys(demo.LOGINS, "argon2")
    made = [store.write_now(lambda session: demo.seed(session, 0, hashes)) for _ in range(2)]
    assert [seeded.fresh for seeded in made] == [True, False]
    roster = store.read_now(lambda session: people.roster(session, made[0].cell, DAY))
    assert (len(roster), roster[0].name, roster[0].position) == (27, "Vi Văn Thuận", "bí thư")
    assert sum(line.exempt for line in roster) == 2
    assert {unit.kind for unit in store.read_now(lambda session: people.parents(session, made[0].cell))} == {
        "commune",
        "province",
    }
    assert store.read_now(lambda session: people.cells_below(session, people.parents(session, made[0].cell)[1].id))
