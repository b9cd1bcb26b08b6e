"""Documents of a meeting: known by their bytes, bounded, shown in the room, counted for the checklist and drafted."""

from __future__ import annotations

import io
import zipfile

import httpx
import pytest
from docx import Document

from meeting_server.http.papers import MAX_PAPER, ending_of, name_of
from tests.meeting_server.place import MEMBER, Place, now

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def word() -> bytes:
    out = io.BytesIO()
    document = Document()
    document.add_paragraph("Dự thảo nghị quyết")
    document.save(out)
    return out.getvalue()


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


async def give(client: httpx.AsyncClient, meeting: str, data: bytes, name: str) -> httpx.Response:
    return await client.post(f"/api/meetings/{meeting}/papers", files={"file": (name, data, "text/html")})


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (PDF, "pdf"), (PNG, "png"), (b"\xff\xd8\xff\xe0" + bytes(9), "jpg"), (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (word(), "docx"), (b"<html><script>", None), (b"", None), (b"MZ\x90", None), (b"<svg/>", None),
        (zipped("a.txt"), None), (b"PK\x03\x04broken", None),
        (zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
    ],
)  # fmt: skip
def test_the_bytes_say_what_a_file_is(data: bytes, ending: str | None) -> None:
    assert ending_of(data) == ending


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Kế hoạch 12.docx", "Kế hoạch 12.pdf"), ("../../etc/passwd", "passwd.pdf"), ("a\\b\\c.PDF", "c.pdf"),
        ("", "Tài liệu.pdf"), ("x" * 400, "x" * 150 + ".pdf"), ("a\u202efdp.exe", "afdp.exe.pdf"),
    ],
)  # fmt: skip
def test_a_name_is_a_title_and_the_true_ending(given: str, name: str) -> None:
    assert name_of(given, "pdf") == name


async def test_what_is_given_out_is_seen_in_the_room_and_by_the_checklist_and_drafted(place: Place) -> None:
    desk, meeting = place.signed_in("bithu"), await place.meeting()
    member = await place.by_link(meeting, MEMBER)
    async with place.live(meeting, member, device="phone") as seat:
        await seat.told("snapshot")
        assert seat.views["documents"] == []
        given = (await give(desk, meeting, PDF, "Kế hoạch làm đường.pdf")).json()
        assert (given["title"], given["form"], given["size"]) == ("Kế hoạch làm đường", "pdf", len(PDF))
        await seat.until(lambda: seat.views["documents"] == [given])
    path = f"/api/meetings/{meeting}/papers/{given['id']}"
    shown = await member.get(path)
    assert (shown.content, shown.headers["content-type"]) == (PDF, "application/pdf")
    assert shown.headers["content-disposition"].startswith("inline")
    assert (shown.headers["x-frame-options"], shown.headers["x-content-type-options"]) == ("SAMEORIGIN", "nosniff")
    assert "script-src" not in shown.headers["content-security-policy"]
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    lies = place.running.parts.settings.papers / meeting / f"{given['id']}.pdf"
    assert PDF not in lies.read_bytes()
    written = (await give(desk, meeting, word(), "Dự thảo.docx")).json()
    handed = await member.get(f"/api/meetings/{meeting}/papers/{written['id']}")
    assert handed.headers["content-disposition"].startswith("attachment")
    checks = (await desk.get(f"/api/meetings/{meeting}/before")).json()["checks"]
    plan = (await place.running.meetings.state(meeting)).meeting.scheduled
    assert plan is not None
    in_time = next(check["done"] for check in checks if check["key"] == "documents")
    assert in_time is (now() <= plan.starts_at - 24 * 3_600_000)
    async with place.live(meeting, desk, device="computer") as live:
        await live.told("snapshot")
        for command, args in (
            ("decide_recording", {"record": False, "transcribe": False}), ("open", {}), ("draft", {}),
        ):  # fmt: skip
            done = await live.do(command, **args)
            assert done["type"] == "accepted", done
        await live.until(lambda: any(b["kind"] == "documents" for b in live.views["document"]["blocks"]))
        texts = [block["text"] for block in live.views["document"]["blocks"] if block["kind"] == "documents"]
    assert texts == ["Tài liệu của cuộc họp: Kế hoạch làm đường.", "Tài liệu của cuộc họp: Dự thảo."]
    assert (await desk.delete(path)).status_code == 204
    assert (await member.get(path)).status_code == 404
    assert not (place.running.parts.settings.papers / meeting / f"{given['id']}.pdf").exists()


async def test_foreign_kinds_too_large_files_and_strangers_are_refused(place: Place) -> None:
    desk, meeting = place.signed_in("bithu"), await place.meeting()
    refused = await give(desk, meeting, b"<html><script>alert(1)</script>", "a.pdf")
    assert (refused.status_code, refused.json()["code"]) == (422, "paper_kind")
    assert (await give(desk, meeting, b"%PDF-" + bytes(MAX_PAPER), "a.pdf")).status_code == 413
    member = await place.by_link(meeting, MEMBER)
    assert (await give(member, meeting, PDF, "a.pdf")).status_code == 403
    guest = await place.by_link(meeting, "Khách lạ", wall=True)
    assert (await guest.get(f"/api/meetings/{meeting}/papers")).status_code == 403
    other = await place.meeting()
    given = (await give(desk, meeting, PDF, "a.pdf")).json()
    assert (await desk.get(f"/api/meetings/{other}/papers/{given['id']}")).status_code == 404


async def test_a_word_document_is_read_in_the_room_by_members_alone(place: Place) -> None:
    desk, meeting = place.signed_in("bithu"), await place.meeting()
    member = await place.by_link(meeting, MEMBER)
    given = (await give(desk, meeting, word(), "Dự thảo.docx")).json()
    path = f"/api/meetings/{meeting}/papers/{given['id']}/words"
    for _ in range(2):  # the second time it is known
        told = (await member.get(path)).json()
        assert told == {
            "parts": [{"what": "text", "align": "", "pieces": [["", "Dự thảo nghị quyết"]]}], "more": False,
        }  # fmt: skip
    pdf = (await give(desk, meeting, PDF, "Kế hoạch.pdf")).json()
    assert (await member.get(f"/api/meetings/{meeting}/papers/{pdf['id']}/words")).status_code == 404
    broken = zipped("[Content_Types].xml", "word/document.xml")
    given = (await give(desk, meeting, broken, "Hỏng.docx")).json()
    refused = await member.get(f"/api/meetings/{meeting}/papers/{given['id']}/words")
    assert (refused.status_code, refused.json()["code"]) == (422, "paper_unreadable")
    assert "tải về" in refused.json()["message"]
