"""Rosters from files: read whole, or every fault by row and column."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlmodel import Session

from meeting_server.store import people
from meeting_server.store.database import Store
from meeting_server.store.enrolment import enrol
from meeting_server.store.roster_import import Fault, Line, read

TODAY = date(2026, 11, 3)
GOOD = """STT;Họ và tên;Tình trạng;Chức vụ;Ngày kết nạp;Ngày chính thức;Miễn sinh hoạt;Hình thức dự;Tên gọi khác
1;Vi Văn Thuận;chính thức;Bí thư;01/02/2005;01/02/2006;;hội trường;
2;Lang Văn Hợp;Chính thức;;03/02/2010;3/2/2011;;trực tuyến;Hợp, anh Hợp
3;Vi Thị Lan;Dự bị;;2026-03-26;;;;
4;Lò Văn Cụ;;;;;x;;
"""


def test_a_good_file_is_read_whole() -> None:
    roster = read(GOOD.encode("utf-8-sig"), "ds.csv", TODAY)
    assert roster.faults == ()
    assert roster.lines[1] == Line(
        3, "Lang Văn Hợp", official_since=date(2011, 2, 3), joined=date(2010, 2, 3), channel="remote",
        aliases=("Hợp", "anh Hợp"),
    )  # fmt: skip
    assert [line.status for line in roster.lines] == ["official", "official", "probationary", "official"]
    assert [line.exempt for line in roster.lines] == [False, False, False, True]


def test_columns_that_nothing_is_read_from_are_named() -> None:
    assert read(GOOD.encode("utf-8-sig"), "ds.csv", TODAY).unused == ()
    file = "TT,Họ và tên,Quê quán,Chức vụ,Chức vụ,,Nghề nghiệp\n1,Vi Văn Thuận,Thanh Quân,Bí thư,Trưởng thôn,x,\n"
    assert read(file.encode(), "ds.csv", TODAY).unused == ("Quê quán", "Chức vụ", "Nghề nghiệp")


def test_every_fault_is_named_by_row_and_column() -> None:
    bad = """Họ và tên,Tình trạng,Ngày chính thức,Hình thức dự
,chính thức,,
Vi Văn Thuận,đảng viên,31/02/2010,ở nhà
Hợp,dự bị,01/01/2020,
Lê Văn Tám,chính thức,01/01/2030,
Vi Văn Tiến,,,
Vi Văn Tiến,,,
"""
    assert read(bad.encode(), "ds.csv", TODAY).faults == (
        Fault(2, "Họ và tên", "Thiếu họ và tên."),
        Fault(
            3,
            "Tình trạng",
            "“đảng viên”: ghi “chính thức”, “dự bị”, “sinh hoạt tạm thời”, "
            "“tạm thời đi nơi khác”, “đình chỉ”, “chuyển đi”, “từ trần”.",
        ),
        Fault(3, "Ngày chính thức", "“31/02/2010” không phải ngày (ghi ngày/tháng/năm, ví dụ 03/02/2010)."),
        Fault(3, "Hình thức dự", "“ở nhà”: ghi “hội trường” hoặc “trực tuyến”."),
        Fault(4, "Họ và tên", "“Hợp”: cần ghi đủ họ và tên."),
        Fault(4, "Ngày chính thức", "Đảng viên dự bị thì chưa có ngày chính thức."),
        Fault(5, "Ngày chính thức", "“01/01/2030”: ngày phải từ 1930 đến hôm nay."),
        Fault(
            7,
            "Họ và tên",
            "“Vi Văn Tiến” đã có ở dòng 6. Nếu là hai người, ghi ngày kết nạp của từng người.",
        ),
    )


def test_an_excel_file_reads_like_its_csv() -> None:
    book = openpyxl.Workbook()
    for row in GOOD.splitlines():
        book.active.append(row.split(";"))
    book.active.cell(2, 5).value = date(2005, 2, 1)
    data = io.BytesIO()
    book.save(data)
    assert read(data.getvalue(), "ds.xlsx", TODAY) == read(GOOD.encode(), "ds.csv", TODAY)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"PK\x03\x04broken", "ds.xlsx", "Excel"),
        (b"\xff\xfe\x00", "ds.csv", "UTF-8"),
        (b"", "ds.csv", "Không thấy cột"),
        ("Họ và tên\n".encode(), "ds.csv", "không có dòng"),
        (b"x" * (5 * 1024 * 1024 + 1), "ds.csv", "lớn hơn 5 MB"),
        ("Họ tên\n".encode("cp1258", "replace"), "ds.csv", "UTF-8"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_with_a_sentence(data: bytes, name: str, said: str) -> None:
    roster = read(data, name, TODAY)
    assert roster.lines == ()
    assert said in roster.faults[0].message


@settings(max_examples=60, deadline=None)
@given(some.binary(max_size=300) | some.text(max_size=300).map(str.encode))
def test_no_file_whatever_breaks_the_reading(data: bytes) -> None:
    roster = read(data, "ds.csv", TODAY)
    assert roster.lines or roster.faults


def test_an_imported_roster_is_the_roster_of_the_day_and_a_second_import_changes_only_differences(store: Store) -> None:
    lines = read(GOOD.encode(), "ds.csv", TODAY).lines
    store.write_now(lambda session: people.add_unit(session, kind="cell", name="Chi bộ A", key="c"))
    first, faults = store.write_now(lambda session: enrol(session, lines, TODAY, cell="c"))
    assert (first.added, faults) == (4, [])
    roster = store.read_now(lambda session: people.roster(session, "c", TODAY))
    assert [(line.name, line.status, line.exempt, line.channel) for line in roster] == [
        ("Vi Văn Thuận", "official", False, "hall"),
        ("Lò Văn Cụ", "official", True, "hall"),
        ("Lang Văn Hợp", "official", False, "remote"),
        ("Vi Thị Lan", "probationary", False, "hall"),
    ]
    again, _ = store.write_now(lambda session: enrol(session, lines, TODAY, cell="c"))
    assert (again.added, again.changed, again.unchanged) == (0, 0, 4)
    newer = read(GOOD.replace("Dự bị;;2026-03-26", "Chính thức;;").replace("4;Lò Văn Cụ;;;;;x;;\n", "").encode(),
                 "ds.csv", TODAY).lines  # fmt: skip
    third, _ = store.write_now(lambda session: enrol(session, newer, date(2026, 12, 1), cell="c"))
    assert (third.changed, third.missing) == (1, ["Lò Văn Cụ"])
    later = store.read_now(lambda session: people.roster(session, "c", date(2026, 12, 3)))
    assert {line.name: line.status for line in later}["Vi Thị Lan"] == "official"
    before = store.read_now(lambda session: people.roster(session, "c", TODAY))
    assert {line.name: line.status for line in before}["Vi Thị Lan"] == "probationary"


def test_one_file_may_hold_many_cells(store: Store) -> None:
    text = "Họ và tên\tChi bộ\nVi Văn Thuận\tChi bộ thôn A\nLê Văn Tám\tChi bộ thôn B\nHà Văn Sơn\tChi bộ thôn A\n"
    lines = read(text.encode(), "ds.csv", TODAY).lines
    store.write_now(lambda session: people.add_unit(session, kind="commune", name="Xã", key="x"))
    result, faults = store.write_now(lambda session: enrol(session, lines, TODAY, commune="x"))
    assert (result.cells, result.added, faults) == (2, 3, [])
    assert [cell.name for cell in store.read_now(lambda session: people.cells_below(session, "x"))] == [
        "Chi bộ thôn A",
        "Chi bộ thôn B",
    ]
    _, wrong = store.write_now(lambda session: enrol(session, [Line(9, "A B")], TODAY, commune="x"))
    assert wrong == [Fault(9, "Chi bộ", "Chưa rõ đồng chí này thuộc chi bộ nào.")]


def test_suspension_leave_transfer_and_death_are_dated_facts_that_the_file_begins_and_ends(store: Store) -> None:
    head = "Họ và tên,Tình trạng,Từ ngày\n"
    before = read(f"{head}Vi Văn A,,\nVi Văn B,dự bị,\nVi Văn C,,\nVi Văn D,,\n".encode(), "a.csv", TODAY).lines
    store.write_now(lambda session: people.add_unit(session, kind="cell", name="Chi bộ A", key="c"))
    store.write_now(lambda session: enrol(session, before, date(2025, 1, 1), cell="c"))
    text = (
        "Vi Văn A,đình chỉ,01/02/2026\nVi Văn B,tạm thời đi nơi khác,\nVi Văn C,chuyển đi,01/02/2026\n"
        "Vi Văn D,từ trần,\nVi Văn E,chuyển đi,\n"
    )
    lines = read((head + text).encode(), "a.csv", TODAY).lines
    done, faults = store.write_now(lambda session: enrol(session, lines, TODAY, cell="c"))
    assert (done.added, done.changed, faults) == (0, 4, [])

    def seen(day: date) -> list[tuple[str, str, bool, bool]]:
        roster = store.read_now(lambda session: people.roster(session, "c", day))
        return [(line.name[-1], line.status, line.suspended, line.away) for line in roster]

    assert seen(TODAY) == [("A", "official", True, False), ("B", "probationary", False, True)]
    assert [line[0] for line in seen(date(2026, 1, 31))] == ["A", "B", "C", "D"]
    assert not any(line[2] for line in seen(date(2026, 1, 31)))
    back = read(f"{head}Vi Văn A,chính thức,\n".encode(), "a.csv", TODAY).lines
    store.write_now(lambda session: enrol(session, back, TODAY, cell="c"))
    assert seen(TODAY)[0] == ("A", "official", False, False)


def enrolled(store: Store, text: str) -> tuple[list[tuple[str, str]], list[Fault]]:
    """Names and statuses after a file, and its faults; with faults nothing is stored."""
    lines = read(f"Họ và tên,Tình trạng,Ngày kết nạp,Ngày chính thức\n{text}".encode(), "a.csv", TODAY).lines

    def work(session: Session) -> list[Fault]:
        _, faults = enrol(session, lines, TODAY, cell="c")
        if faults:
            session.rollback()
        return faults

    faults = store.write_now(work)
    roster = store.read_now(lambda session: people.roster(session, "c", TODAY))
    return sorted((line.name, line.status) for line in roster), faults


@pytest.fixture
def cell(store: Store) -> Store:
    store.write_now(lambda session: people.add_unit(session, kind="cell", name="Chi bộ A", key="c"))
    return store


def test_names_that_differ_by_a_mark_are_two_people_in_every_import(cell: Store) -> None:
    both = "Vi Văn Tiến,chính thức,,\nVi Văn Tiên,dự bị,,\n"
    expected = [("Vi Văn Tiên", "probationary"), ("Vi Văn Tiến", "official")]
    assert enrolled(cell, "Vi Văn Tiến,chính thức,,\n")[0] == [("Vi Văn Tiến", "official")]
    assert enrolled(cell, both) == (expected, [])
    assert enrolled(cell, both) == (expected, [])
    assert enrolled(cell, "Vi Văn Tiến,,,\nvi văn TIÊN,dự bị,,\n") == (expected, [])


def test_namesakes_are_told_apart_by_their_days_in_every_import(cell: Store) -> None:
    both = "Hà Văn Hòa,,03/02/2001,03/02/2002\nHà Văn Hoà,dự bị,01/05/2026,\n"
    for _ in range(2):
        assert sorted(status for _, status in enrolled(cell, both)[0]) == ["official", "probationary"]
    promoted = "Hà Văn Hòa,,03/02/2001,03/02/2002\nHà Văn Hoà,,01/05/2026,02/11/2026\n"
    assert [status for _, status in enrolled(cell, promoted)[0]] == ["official", "official"]
    after, faults = enrolled(cell, "Hà Văn Hòa,dự bị,,\n")
    assert [status for _, status in after] == ["official", "official"]
    assert [(fault.row, fault.column) for fault in faults] == [(2, "Họ và tên")]
    assert "2 đồng chí tên “Hà Văn Hòa”" in faults[0].message
