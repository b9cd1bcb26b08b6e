"""The name of a downloaded file tells what it is, to browsers old and new."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from meeting_server.http.naming import disposition, file_name
from meeting_server.room.state import EMPTY, Room
from minutes.record import meeting
from minutes.record.events import Scheduled


def planned(cell: str) -> Room:
    plan = Scheduled("c", cell, "Đảng bộ xã", "regular", "Sinh hoạt", 0, "", "hall", "2026-11", (), number="01")
    return Room(id="m", meeting=meeting.Meeting(id="m", scheduled=plan))


def test_a_record_is_named_by_cell_month_number_and_version() -> None:
    name = file_name(planned("Chi bộ thôn Chiềng Cà"), "Hồ sơ", ".hcb.zip", 1)
    assert name == "Hồ sơ Chi bộ thôn Chiềng Cà 2026-11 số 01 bản 1.hcb.zip"
    told = disposition(name)
    assert 'filename="ho-so-chi-bo-thon-chieng-ca-2026-11-so-01-ban-1.hcb.zip"' in told
    assert unquote(told.rsplit("''", 1)[1]) == name
    assert told.isascii()


@pytest.mark.parametrize(
    "name", ['a"; filename=x.exe.pdf', "../../etc/passwd", "a\r\nSet-Cookie: b.pdf", "会议.docx", ""]
)
def test_no_name_breaks_out_of_its_header(name: str) -> None:
    told = disposition(name)
    assert told.isascii()
    assert told.isprintable()
    assert told.count('"') == 2
    plain = told.split('"')[1]
    assert plain
    assert not set(plain) & set("/\\;")


@pytest.mark.parametrize("cell", ["Chi bộ 1/2", "Chi bộ: ..\\x", "C" * 500])
def test_no_letter_that_a_file_system_dislikes_stands_in_a_name(cell: str) -> None:
    name = file_name(planned(cell), "Hồ sơ", ".hcb.zip")
    assert not set(name) & set('/\\:*?"<>|')
    assert len(name) <= 130


def test_a_meeting_without_plan_has_a_name_too() -> None:
    assert file_name(EMPTY, "Biên bản", ".pdf") == "Biên bản.pdf"
