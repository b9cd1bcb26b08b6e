"""Looks at contents, exported lists, evenings and calls, on both databases."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook
from sqlmodel import Session

from meeting_server.store import access, contacts, evenings, sheets, supervision
from meeting_server.store.beside import Task
from meeting_server.store.database import Store
from meeting_server.store.sheets import Sheet
from meeting_server.store.tables import Account, Office, Person
from tests.meeting_server.store.records import keep, moment, organisation, summary

TODAY = date(2026, 3, 25)
NOW = moment(2026, 3, 25)


@pytest.fixture
def archive(store: Store) -> Store:
    def work(session: Session) -> None:
        organisation(session)
        session.add_all([Person(id="bt", name="Vi Văn Thuận"), Person(id="ch", name="Lê Thị Chuyên")])
        session.flush()
        session.add(Account(id="a1", name="vanphong", person="ch", created_at=0))
        session.add(Office(person="bt", cell="c1", office="leader", title="bí thư", since=date(2020, 1, 1)))
        keep(
            session, summary("m1", "c1", moment(2026, 3, 3)), ("conclusion", "=HYPERLINK(1) sửa đường"),
            people=(("bt", "present"), ("bt", "spoke")),
            tasks=(Task("t", "Việc", "Sửa đường", ("Vi Văn Thuận",), "2026-03-20", date(2026, 3, 20)),),
        )  # fmt: skip
        late = summary("m2", "c2", moment(2026, 3, 4), state="closed", approved_at=None, sealed_at=None)
        keep(session, late)
        planned = summary("m3", "c3", moment(2026, 3, 30), state="scheduled", opened_at=None, closed_at=None)
        planned.approved_at = planned.sealed_at = planned.submitted_at = None
        keep(session, planned)
        contacts.follow(session, "c3", "bt", date(2026, 1, 1))
        contacts.follow(session, "c3", "ch", date(2026, 2, 1))
        contacts.set_phone(session, "bt", " 0900 000 000 ")

    store.write_now(work)
    return store


def test_each_look_is_shown_to_the_cell_it_concerns_and_to_no_other(archive: Store) -> None:
    def look(at: int, account: str = "a1", action: str = "record", detail: str = "") -> None:
        looking = access.Looking(at, account, action, meeting="m1", detail=detail)
        archive.write_now(lambda session: access.write(session, looking))

    for at in (0, 1_000, access.AGAIN_MS + 2_000):
        look(at)
    look(5, "ai-đó", "transcript", "1")
    looks = archive.read_now(lambda session: access.looks_at(session, "c1"))
    assert [(look.name, look.action, look.at) for look in looks] == [
        ("Lê Thị Chuyên", "tải hồ sơ", access.AGAIN_MS + 2_000), ("ai-đó", "xem lời ghi", 5),
        ("Lê Thị Chuyên", "tải hồ sơ", 0),
    ]  # fmt: skip
    assert archive.read_now(lambda session: access.looks_at(session, "c2")) == []
    with pytest.raises(AssertionError):
        look(0, action="anything")


def lists(store: Store) -> list[Sheet]:
    cells, since, until = ["c1", "c2"], moment(2026, 1, 1), moment(2027, 1, 1)

    def work(session: Session) -> list[Sheet]:
        return [
            sheets.meetings(session, cells, since, until), sheets.attendance(session, cells, since, until),
            sheets.tasks_of(session, cells, TODAY), sheets.decisions(session, cells, since, until),
            sheets.supervised(supervision.year(session, "p", 2026, NOW)),
        ]  # fmt: skip

    return store.read_now(work)


def test_lists_hold_a_periods_meetings_people_tasks_and_decisions(archive: Store) -> None:
    held, came, given, decided, grid = lists(archive)
    assert [(row[0], row[5]) for row in held.rows] == [
        ("Chi bộ thôn 1", "Đã niêm phong"), ("Chi bộ thôn 2", "Đã họp, chưa trình")
    ]  # fmt: skip
    assert came.rows == (("Chi bộ thôn 1", "Vi Văn Thuận", 1, 1, 1),)
    assert given.rows[0][1:6] == ("Sửa đường", "Vi Văn Thuận", date(2026, 3, 20), "Đang làm", 5)
    assert [row[5] for row in decided.rows] == ["=HYPERLINK(1) sửa đường"]
    assert len(grid.rows) == 4
    assert all(len(row) == len(grid.head) for row in grid.rows)


def test_what_people_wrote_never_becomes_a_formula(archive: Store) -> None:
    decided = lists(archive)[3]
    rows = list(csv.reader(io.StringIO(sheets.written([decided], "csv").decode("utf-8-sig"))))
    assert rows[1][5] == "'=HYPERLINK(1) sửa đường"
    page = load_workbook(io.BytesIO(sheets.written([decided], "xlsx")))["Kết luận"]
    assert (page["F2"].value, page["F2"].data_type) == ("=HYPERLINK(1) sửa đường", "s")


def test_a_workbook_holds_all_lists_with_dates_as_dates(archive: Store) -> None:
    book = load_workbook(io.BytesIO(sheets.written(lists(archive), "xlsx")))
    assert book.sheetnames == ["Cuộc họp", "Dự họp", "Nhiệm vụ", "Kết luận", "Năm 2026"]
    assert book["Nhiệm vụ"]["D2"].value.date() == date(2026, 3, 20)


def test_the_calendar_shows_all_evenings_with_who_follows_each(archive: Store) -> None:
    since, until = moment(2026, 3, 1), moment(2026, 4, 1)
    march = archive.read_now(lambda session: evenings.evenings(session, "p", since, until))
    assert {one.parent_name for one in march} <= {"Đảng ủy xã Một", "Đảng ủy xã Hai"}
    assert [(one.cell, one.followers) for one in march] == [("c1", ()), ("c2", ()), ("c3", ("Lê Thị Chuyên",))]
    assert [one.cell for one in archive.read_now(lambda s: evenings.evenings(s, "k2", since, until))] == ["c3"]


def test_whom_to_phone_is_who_has_not_met_or_whose_minutes_are_late(archive: Store) -> None:
    calls = archive.read_now(lambda session: evenings.calls(session, "p", TODAY, NOW))
    assert [(one.cell, one.why) for one in calls] == [
        ("c2", "Biên bản kỳ 03/2026 chưa duyệt"), ("c3", "Chưa họp thường kỳ tháng 3"),
        ("c4", "Chưa họp thường kỳ tháng 3"),
    ]  # fmt: skip
    assert calls[1].planned_at == moment(2026, 3, 30)
    early = archive.read_now(lambda s: evenings.calls(s, "p", date(2026, 3, 5), moment(2026, 3, 5)))
    assert early == []


def test_a_leader_is_named_with_the_phone(archive: Store) -> None:
    april = archive.read_now(lambda s: evenings.calls(s, "k1", date(2026, 4, 25), moment(2026, 4, 25)))
    assert [(one.cell, one.leader, one.phone) for one in april] == [
        ("c1", "Vi Văn Thuận", "0900 000 000"), ("c2", "", "")
    ]  # fmt: skip
