"""Slip out, signed scan in: sealed beside the record, refused in words when it belongs elsewhere; own data."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from pathlib import Path

import httpx
import pytest

from minutes.export.slip import Slip, slip_pdf
from minutes.record.events import ScanAttached, Sealed
from minutes.sealing import archive
from minutes.sealing.verify import verify
from tests.meeting_server.place import MEMBER, SECRETARY, Place, serving
from tests.meeting_server.test_sealer import approved, sealed
from tests.minutes.sealing.test_scan import pictures

needs_poppler = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is not installed")


async def send(client: httpx.AsyncClient, meeting: str, pages: list[bytes]) -> httpx.Response:
    files = [("files", (f"{number}.jpg", page, "image/jpeg")) for number, page in enumerate(pages)]
    return await client.post(f"/api/meetings/{meeting}/scan", files=files)


def other_slip(seal: Sealed, meeting: str) -> bytes:
    return slip_pdf(Slip(meeting, seal.version + 1, seal.root), number="", subject="", cell="")


@needs_poppler
async def test_a_hand_signed_scan_is_sealed_beside_the_record(place: Place, tmp_path: Path) -> None:
    meeting = await approved(place)
    desk = place.signed_in("bithu")
    early = await desk.get(f"/api/meetings/{meeting}/slip.pdf")
    first = await sealed(place, meeting)
    assert early.status_code in (200, 409)
    slip = await desk.get(f"/api/meetings/{meeting}/slip.pdf")
    assert slip.headers["content-type"] == "application/pdf"
    minutes = (await desk.get(f"/api/meetings/{meeting}/minutes.pdf")).content
    paper = await asyncio.to_thread(pictures, minutes, tmp_path / "a")
    code = await asyncio.to_thread(pictures, slip.content, tmp_path / "b")
    wrong = await asyncio.to_thread(pictures, other_slip(first, meeting), tmp_path / "c")
    for pages, refusal in (
        ([*paper, *wrong], "scan_version"), (paper, "scan_slip"), ([b"MZ no picture"], "scan_kind"),
    ):  # fmt: skip
        refused = await send(desk, meeting, pages)
        assert (refused.status_code, refused.json()["code"]) == (422, refusal)
        assert "quét" in refused.json()["message"] or "phiếu" in refused.json()["message"]
    assert (await sealed(place, meeting)) == first
    reply = await send(desk, meeting, [*paper, *code])
    assert reply.status_code == 200, reply.text
    assert reply.json()["says"] == "Đã ký tay và đối chiếu"
    room = await place.running.meetings.state(meeting)
    second = await sealed(place, meeting)
    assert (second.state, second.version, second.root) == ("hand_signed", first.version, first.root)
    attached = room.meeting.scans[-1]
    assert isinstance(attached.event, ScanAttached)
    assert attached.actor == place.ids["Vi Văn Thuận"]
    assert attached.event.pages == len(paper) + len(code)
    path = place.running.parts.settings.records / second.file
    assert hashlib.sha256(path.read_bytes()).hexdigest() == second.sha256 == reply.json()["sha256"]
    verdict = await asyncio.to_thread(verify, path)
    assert verdict.whole, verdict.faults
    assert archive.unpack(path.read_bytes())["scan-001.jpg"] == paper[0]
    assert (await asyncio.to_thread(verify, place.running.parts.settings.records / first.file)).whole
    taken = await desk.get(f"/api/meetings/{meeting}/record")
    assert hashlib.sha256(taken.content).hexdigest() == second.sha256


@needs_poppler
async def test_where_the_pages_carry_codes_a_wrong_page_is_named_and_no_slip_is_needed(tmp_path: Path) -> None:
    async with serving(tmp_path / "data", page_codes=True) as place:
        meeting = await approved(place)
        await sealed(place, meeting)
        desk = place.signed_in("bithu")
        assert (await desk.get(f"/api/meetings/{meeting}/signing")).json()["codes"] == "pages"
        minutes = (await desk.get(f"/api/meetings/{meeting}/minutes.pdf")).content
        paper = await asyncio.to_thread(pictures, minutes, tmp_path / "a")
        refused = await send(desk, meeting, [*paper, paper[0]])
        assert (refused.status_code, refused.json()["code"]) == (422, "scan_sheets")
        assert refused.json()["message"] == f"Trang 1 được quét hai lần (lần sau là trang quét thứ {len(paper) + 1})."
        reply = await send(desk, meeting, paper)
        assert (reply.status_code, reply.json()["says"]) == (200, "Đã ký tay và đối chiếu"), reply.text
        other = await approved(place)
        await sealed(place, other)
        foreign = await send(desk, other, paper)
        assert foreign.json()["message"].startswith("Trang quét thứ 1 không thuộc biên bản này.")


async def test_before_the_seal_there_is_neither_slip_nor_scan(place: Place) -> None:
    meeting = await place.meeting()
    desk = place.signed_in("bithu")
    assert (await desk.get(f"/api/meetings/{meeting}/slip.pdf")).json()["code"] == "not_sealed"
    assert (await send(desk, meeting, [b"%PDF-1.4"])).json()["code"] == "not_sealed"


async def test_a_scan_above_the_limit_is_refused(place: Place) -> None:
    meeting = await place.meeting()
    reply = await send(place.signed_in("bithu"), meeting, [bytes(31 * 1024 * 1024)])
    assert reply.status_code == 413


async def test_a_person_sees_what_is_held_about_them_and_nobody_else(place: Place) -> None:
    meeting = await approved(place)
    own = (await place.signed_in("thuky").get("/api/me/data")).json()
    assert own["account"]["person"] == place.ids[SECRETARY]
    assert [one["meeting"] for one in own["meetings"]] == [meeting]
    kinds = {fact["kind"] for fact in own["meetings"][0]["facts"]}
    assert {"RollCalled", "SecretaryAppointed"} <= kinds
    assert place.ids[MEMBER] not in str(own)
    other = (await place.signed_in(place.account_for(MEMBER)).get("/api/me/data")).json()
    assert "SecretaryAppointed" not in {fact["kind"] for fact in other["meetings"][0]["facts"]}
    assert (await place.signed_in("quantri").get("/api/me/data")).json()["meetings"] == []
    assert (await place.client().get("/api/me/data")).status_code == 401
