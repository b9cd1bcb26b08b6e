"""The cell's resolution under its own number, and the minutes book: pages taken once, running on, closed by a sheet."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

from meeting_server.store import book
from minutes.sealing.scan import page_count
from tests.meeting_server.place import MEMBER, Place
from tests.meeting_server.test_sealer import approved, sealed
from tests.minutes.export.test_prints import text_of_docx, text_of_pdf


async def text_of(data: bytes, folder: Path) -> str:
    return " ".join((await asyncio.to_thread(text_of_pdf, data, folder)).split())


def foot_of(data: bytes, folder: Path) -> str:
    """The whole pages' words, running heads and feet too."""
    (folder / "whole.pdf").write_bytes(data)
    command = ["pdftotext", "-layout", str(folder / "whole.pdf"), "-"]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()


async def test_a_resolution_is_a_draft_of_the_desk_until_it_takes_its_number_once(place: Place, tmp_path: Path) -> None:
    early = await place.meeting()
    desk = place.signed_in("bithu")
    assert (await desk.post(f"/api/meetings/{early}/resolution")).json()["code"] == "not_approved"
    meeting = await approved(place)
    member = place.signed_in(place.account_for(MEMBER))
    path = f"/api/meetings/{meeting}/resolution"
    assert (await member.get(f"{path}.pdf")).json()["code"] == "not_issued"
    draft = await text_of((await desk.get(f"{path}.pdf")).content, tmp_path)
    assert "DỰ THẢO" in draft
    assert (await desk.post(path)).json() == (await desk.post(path)).json() == {"number": "01"}
    assert (await member.post(path)).status_code == 403
    await sealed(place, meeting)
    issued = await text_of((await member.get(f"{path}.pdf")).content, tmp_path)
    assert "Số 01-NQ/CB" in issued
    assert "T/M CHI BỘ" in issued
    assert "DỰ THẢO" not in issued
    assert "NGHỊ QUYẾT" in text_of_docx((await member.get(f"{path}.docx")).content)
    assert (await member.get(path)).json() == {"number": "01", "book": None, "may": ["read"]}


async def test_pages_of_the_book_are_taken_once_and_the_year_is_closed(place: Place, tmp_path: Path) -> None:
    meeting = await approved(place)
    desk = place.signed_in("bithu")
    assert (await desk.get(f"/api/meetings/{meeting}/minutes-book.pdf")).json()["code"] == "not_in_book"
    room = await place.running.meetings.state(meeting)
    plan = room.meeting.scheduled
    assert plan is not None
    year = int(plan.period[:4])
    path = f"/api/cells/{place.cell}/book/{year}"
    assert (await desk.get(f"{path}/closing.pdf")).json()["code"] == "book_empty"
    taken = (await desk.post(f"/api/meetings/{meeting}/book")).json()
    assert taken["first"] == 1
    assert (await desk.post(f"/api/meetings/{meeting}/book")).json() == taken
    printed = (await desk.get(f"/api/meetings/{meeting}/minutes-book.pdf")).content
    assert page_count(printed) == taken["last"]
    assert "Ký nháy" in await asyncio.to_thread(foot_of, printed, tmp_path)
    await sealed(place, meeting)
    again = (await desk.get(f"/api/meetings/{meeting}/minutes-book.pdf")).content
    assert page_count(again) == taken["last"]
    later = place.store.write_now(lambda session: book.take_pages(session, meeting, 2, 3, 0))
    assert (later.first, later.last) == (taken["last"] + 1, taken["last"] + 3)
    listed = (await desk.get(path)).json()
    assert [one["first"] for one in listed["bound"]] == [1, later.first]
    assert listed["bound"][1]["subject"].endswith("bản sửa lần 1")
    sheet = await text_of((await desk.get(f"{path}/closing.pdf")).content, tmp_path)
    assert "TỜ ĐÓNG QUYỂN" in sheet
    assert f"{later.last} trang" in sheet
    assert (await place.signed_in(place.account_for(MEMBER)).get(path)).status_code == 403


async def test_forms_to_fill_in_by_hand_are_printed_for_meeting_and_cell(place: Place, tmp_path: Path) -> None:
    desk, meeting = place.signed_in("bithu"), await place.meeting()
    form = await text_of((await desk.get(f"/api/meetings/{meeting}/conduct.pdf")).content, tmp_path)
    assert "PHIẾU ĐIỀU HÀNH" in form
    assert MEMBER in form
    member = place.signed_in(place.account_for(MEMBER))
    assert (await member.get(f"/api/meetings/{meeting}/conduct.pdf")).status_code == 403
    path = f"/api/cells/{place.cell}/forms"
    assert "Đại hội chi bộ" in await text_of((await member.get(f"{path}/bien-ban-dai-hoi")).content, tmp_path)
    assert (await member.get(f"{path}/khac")).status_code == 404
