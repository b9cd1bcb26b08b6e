"""The record is signed digitally: secretary, then chair; out of turn, by others or with a wrong password refused."""

from __future__ import annotations

import asyncio
import hashlib

import httpx

from meeting_server.http.signing import MAX_KEY
from minutes.sealing.findings import Against
from minutes.sealing.personal import signed_so_far
from minutes.sealing.sign import Signing, pkcs12_signer, signed
from minutes.sealing.verify import verify_bytes
from tests.meeting_server.place import LEADER, MEMBER, SECRETARY, Place
from tests.meeting_server.test_sealer import approved, sealed
from tests.minutes.sealing.authority import PASSWORD, authority

CA = authority("CA thử của các đồng chí")


async def by_key(client: httpx.AsyncClient, meeting: str, key: bytes, password: str = PASSWORD) -> httpx.Response:
    files = {"file": ("chu-ky.p12", key, "application/x-pkcs12")}
    return await client.post(f"/api/meetings/{meeting}/sign", files=files, data={"password": password})


async def by_pdf(client: httpx.AsyncClient, meeting: str, pdf: bytes) -> httpx.Response:
    return await client.post(f"/api/meetings/{meeting}/signed", files={"file": ("a.pdf", pdf, "application/pdf")})


def refused(reply: httpx.Response, status: int, code: str) -> None:
    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text


async def test_secretary_then_chair_sign_and_the_record_names_both(place: Place) -> None:
    meeting = await approved(place)
    first = await sealed(place, meeting)
    secretary, chair = place.signed_in("thuky"), place.signed_in("bithu")
    key, chairs = CA.person(SECRETARY), CA.person(LEADER)
    refused(await by_key(chair, meeting, chairs), 409, "sign_order")
    refused(await chair.get(f"/api/meetings/{meeting}/to-sign.pdf"), 409, "sign_order")
    refused(await by_key(place.signed_in(place.account_for(MEMBER)), meeting, key), 403, "not_allowed")
    refused(await by_key(secretary, meeting, key, "sai mật khẩu"), 422, "sign_password")
    refused(await by_key(secretary, meeting, chairs), 422, "sign_name")
    refused(await by_key(secretary, meeting, bytes(MAX_KEY + 1)), 413, "too_large")
    assert (await sealed(place, meeting)) == first
    assert "sign" in (await secretary.get(f"/api/meetings/{meeting}")).json()["may"]
    told = await by_key(secretary, meeting, key)
    assert (told.status_code, told.json().get("says")) == (200, "Thư ký đã ký số, chờ chủ trì"), told.text
    refused(await by_key(secretary, meeting, key), 409, "sign_already")
    waiting = (await chair.get(f"/api/meetings/{meeting}/signing")).json()
    assert (waiting["mine"], waiting["turn"]) == ("chair", True)
    assert waiting["signers"] == [{"role": "secretary", "name": SECRETARY}]
    assert "bản giấy" in waiting["original"]
    assert (await by_key(chair, meeting, chairs)).json()["says"] == "Đã ký số"
    data = (await chair.get(f"/api/meetings/{meeting}/record")).content
    last = await sealed(place, meeting)
    assert hashlib.sha256(data).hexdigest() == last.sha256
    assert (last.state, last.signers, last.version) == ("signed", ("secretary", "chair"), first.version)
    trust = [place.running.judge.keys.authority, CA.root]
    verdict = await asyncio.to_thread(verify_bytes, data, Against(trust=trust))
    assert verdict.whole, verdict.faults
    assert verdict.trusted
    assert [one.signer for one in verdict.signatures][1:] == [SECRETARY, LEADER]
    room = await place.running.meetings.state(meeting)
    assert [act.actor for act in room.meeting.seals] == ["system", place.ids[SECRETARY], place.ids[LEADER]]
    summary = (await secretary.get(f"/api/meetings/{meeting}")).json()
    assert (summary["record"], "sign" in summary["may"]) == ("Đã ký số", False)
    files = [path for path in place.running.parts.settings.data.rglob("*") if path.is_file()]
    assert not [path for path in files if PASSWORD.encode() in path.read_bytes() or key[40:200] in path.read_bytes()]


async def test_a_pdf_signed_elsewhere_is_taken_only_on_the_bytes_given_out(place: Place) -> None:
    meeting = await approved(place)
    secretary = place.signed_in("thuky")
    await sealed(place, meeting)
    given = await secretary.get(f"/api/meetings/{meeting}/to-sign.pdf")
    signer = pkcs12_signer(CA.person(SECRETARY), PASSWORD)
    refused(await by_pdf(secretary, meeting, given.content), 422, "sign_field")
    refused(await by_pdf(secretary, meeting, b"%PDF-1.7 khac"), 422, "sign_changed")
    back = await asyncio.to_thread(signed, given.content, signer, Signing("ThuKy", "", certify=False))
    reply = await by_pdf(secretary, meeting, back)
    assert reply.status_code == 200, reply.text
    assert signed_so_far((await secretary.get(f"/api/meetings/{meeting}/record")).content).roles == ("secretary",)


async def test_before_the_seal_nothing_is_signed(place: Place) -> None:
    meeting = await place.meeting()
    refused(await by_key(place.signed_in("bithu"), meeting, b"x"), 409, "not_sealed")
