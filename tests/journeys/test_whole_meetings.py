"""Whole meetings over the public doors: by the secretary alone, and without recording; each gives a whole record."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from meeting_server.rehearsal.participant import Participant
from meeting_server.store.demo import roster_lines
from minutes.sealing.verify import verify
from tests.journeys.world import CHAIR, REMOTE, SECRETARY, World, serving
from transcription.recording import JOURNAL, lines

pytestmark = pytest.mark.serial


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with serving(tmp_path_factory.mktemp("meetings"), speech=False, HOPCHIBO_LOG="debug") as world:
        yield world


def members(person: Participant) -> dict[str, str]:
    return {line["name"]: line["member"] for line in person.views["ledger"]["lines"]}


async def hold(desk: Participant, *, for_chair: bool) -> None:
    """The course of a small meeting, entered at one desk."""
    ids, word = members(desk), {"for_chair": for_chair}
    items = [item["id"] for item in desk.views["agenda"]["items"]]
    await desk.do("open", **word)
    for name, member in ids.items():
        await desk.do("call", member=member, present=name != "Hà Văn Lực", channel="hall")
    await desk.do("excuse", member=ids["Hà Văn Lực"], excused=True, reason="ốm")
    await desk.do("start_item", item=items[0], **word)
    await desk.do("type_speech", member=ids[CHAIR], text="Tháng qua chi bộ đã hoàn thành 5/6 chỉ tiêu.", channel="hall")
    await desk.do("conclude_item", item=items[0], outcome="concluded", text="Đạt 5/6 chỉ tiêu.", **word)
    await desk.do("start_item", item=items[1], **word)
    await desk.do("type_speech", member=ids[REMOTE], text="Tôi đề nghị làm đường trước ngày 15/12.", channel="hall")
    await desk.do("put_motion", item=items[1], text="Làm đường thôn", method="hands", threshold="majority", **word)
    motion = desk.views["motions"][-1]
    await desk.do("count_hall", motion=motion["motion"], in_favour=motion["hall_base"], against=0, other=0)
    await desk.do("close_motion", motion=motion["motion"], confirmed=True, **word)
    await desk.do("give_task", item=items[1], what="Họp thôn", who=[ids[SECRETARY]], due="2026-12-01", **word)
    await desk.do("conclude_item", item=items[1], outcome="concluded", text="Làm đường thôn.", **word)
    await desk.do("read_back", reader=ids[SECRETARY])
    await desk.do("pass_minutes", in_favour=desk.views["ledger"]["voters"], against=0, other=0, **word)
    await desk.do("close", **word)


async def finish(desk: Participant, chair: Participant, meeting: str, folder: Path) -> str:
    """Submit at the desk, approve as the chair, seal, fetch, verify; the words of the draft."""
    await desk.until(lambda: bool((desk.views.get("document") or {}).get("blocks")), 30, "thấy dự thảo")
    words = "\n".join(block["text"] for block in desk.views["document"]["blocks"])
    await desk.do("submit")
    await chair.until(lambda: chair.views["meeting"]["state"] == "submitted", 15, "thấy bản trình")
    await chair.do("approve")
    await desk.until(lambda: desk.views["meeting"]["state"] == "sealed", 60, "niêm phong")
    reply = await desk.http.get(f"/api/meetings/{meeting}/record")
    assert reply.status_code == 200
    record = folder / "record.zip"
    record.write_bytes(reply.content)
    assert (await asyncio.to_thread(verify, record)).whole
    pdf = await desk.http.get(f"/api/meetings/{meeting}/minutes.pdf")
    assert pdf.content.startswith(b"%PDF")
    return words


async def test_a_meeting_run_by_the_secretary_alone_gives_whole_minutes(world: World, tmp_path: Path) -> None:
    """The chair schedules, appoints, touches nothing more, and approves afterwards by their own account."""
    chair = await world.signed_in("leader")
    meeting = await world.schedule(chair)
    await chair.connect(meeting, "computer")
    await chair.do("appoint_secretary", member=members(chair)[SECRETARY])
    desk = await world.signed_in("secretary")
    await chair.leave()
    world.people.remove(chair)
    await desk.connect(meeting, "computer")
    await desk.do("decide_recording", record=True, transcribe=True, reason="", for_chair=True)
    await hold(desk, for_chair=True)
    again = await world.signed_in("leader", "Chủ trì trở lại")
    await again.connect(meeting, "computer")
    words = await finish(desk, again, meeting, tmp_path)
    assert "Đạt 5/6 chỉ tiêu" in words
    assert "Làm đường thôn" in words
    await world.leave()


async def test_a_meeting_without_recording_gives_whole_minutes(world: World, tmp_path: Path) -> None:
    chair = await world.signed_in("leader")
    meeting = await world.schedule(chair)
    await chair.connect(meeting, "computer")
    await chair.do("decide_recording", record=False, transcribe=False, reason="Nội dung nội bộ")
    await chair.do("appoint_secretary", member=members(chair)[SECRETARY])
    await hold(chair, for_chair=False)
    words = await finish(chair, chair, meeting, tmp_path)
    assert "Làm đường thôn" in words
    assert not list(lines(world.data / "recordings" / meeting / JOURNAL))
    await world.leave()


async def test_killing_the_server_while_it_seals_leaves_one_whole_record(world: World, tmp_path: Path) -> None:
    chair = await world.signed_in("leader")
    meeting = await world.schedule(chair)
    await chair.connect(meeting, "computer")
    await chair.do("decide_recording", record=False, transcribe=False, reason="")
    await chair.do("appoint_secretary", member=members(chair)[SECRETARY])
    await hold(chair, for_chair=False)
    await chair.until(lambda: bool((chair.views.get("document") or {}).get("blocks")), 30, "thấy dự thảo")
    await chair.do("submit")
    await chair.do("approve")
    world.kill("server")
    await world.healthy()
    again = await world.signed_in("leader", "Chủ trì trở lại")
    await again.connect(meeting, "computer")
    await again.until(lambda: again.views["meeting"]["state"] == "sealed", 60, "niêm phong")
    assert len(again.views["record"]["versions"]) == 1
    reply = await again.http.get(f"/api/meetings/{meeting}/record")
    (tmp_path / "record.zip").write_bytes(reply.content)
    assert (await asyncio.to_thread(verify, tmp_path / "record.zip")).whole
    assert not list((world.data / "records").rglob("*.new"))
    await world.leave()


def test_the_log_holds_no_names_no_words_no_secrets(world: World) -> None:
    """Canaries of the meetings above, at the most talkative level."""
    logged = world.log.read_text(encoding="utf-8")
    assert "meeting_scheduled" in logged
    names = {line["name"] for line in roster_lines()}
    said = {"5/6 chỉ tiêu", "Làm đường thôn", "15/12", "Nội dung nội bộ", "Họp thôn", "ốm"}
    secrets = {account["password"] for account in world.accounts.values()}
    cookies = {cookie.value or "" for jar in world.jars for cookie in jar}
    assert cookies
    found = {one for one in names | said | secrets | cookies if one and one in logged}
    assert not found


def test_sigterm_ends_every_part(tmp_path: Path) -> None:
    with serving(tmp_path, speech=False) as own:
        pids = own.pids()
        assert {"server", "media"} <= pids.keys()
    assert own.supervisor.returncode == 0
    for pid in pids.values():
        assert not Path(f"/proc/{pid}").exists()
