"""The page that checks a record tells all that the command tells: trust, newest, signatures, state, places."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from minutes.sealing import archive
from minutes.sealing.keys import load_or_create
from minutes.sealing.package import Package, draft, seal
from tests.meeting_server.place import Place
from tests.minutes.export import papers


async def checked(place: Place, data: bytes) -> dict[str, object]:
    reply = await place.client().post("/api/verify", files={"file": ("a", data)})
    assert reply.status_code == 200
    return dict(reply.json())


async def sealed_by(folder: Path, name: str) -> Package:
    keys = load_or_create(folder, name, datetime.now(UTC))
    return await asyncio.to_thread(lambda: seal(papers.whole(), keys, at=papers.START))


async def test_a_seal_of_another_authority_of_the_same_name_is_not_ours(place: Place, tmp_path: Path) -> None:
    name = place.running.parts.settings.installation_name()
    forged = await sealed_by(tmp_path / "forger", name)
    told = await checked(place, forged.data)
    assert (told["whole"], told["known"], told["trusted"]) == (True, False, False)
    assert "KHÔNG do hệ thống được tin cậy" in str(told["sentence"])


async def test_what_is_no_record_is_not_called_a_broken_one(place: Place) -> None:
    told = await checked(place, b"GIF89a and so on")
    assert (told["kind"], told["parts"]) == ("none", [])
    assert "không phải hồ sơ" in str(told["sentence"])
    assert "bị sửa" not in str(told["sentence"])
    pdf = await checked(place, draft(papers.whole()).pdf)
    assert pdf["kind"] == "pdf"
    assert "không có chữ ký" in str(pdf["sentence"])


async def test_all_faults_of_a_part_come_with_their_places(place: Place, tmp_path: Path) -> None:
    record = (await sealed_by(tmp_path / "k", "Khác")).data
    low, high = archive.where(record)["record.pdf"]
    broken = bytearray(record)
    broken[(low + high) // 2] ^= 1
    parts = (await checked(place, bytes(broken)))["parts"]
    assert isinstance(parts, list)
    says = next(part["says"] for part in parts if part["file"] == "record.pdf")
    assert len(says) > 1
    assert any(f"byte {low}–{high - 1}" in one["place"] for one in says)
