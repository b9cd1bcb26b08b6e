"""From schedule to sealed record over HTTP: summaries, links, documents, sound by ranges, archive."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from meeting_server.store.tables import Unit
from tests.meeting_server.journals import write
from tests.meeting_server.place import MEMBER, PLAN, SECRETARY, Live, Place
from tests.sound import murmur
from transcription.opus import encode
from transcription.recording import Sound, TrackStart
from transcription.wire import RATE


async def hold(place: Place, live: Live) -> None:
    """A small meeting to its approval, at one desk."""
    for command, args in (
        ("decide_recording", {"record": False, "transcribe": False}),
        ("appoint_secretary", {"member": place.ids[SECRETARY]}),
        ("open", {}),
        *(("call", {"member": member, "present": True, "channel": "hall"}) for member in place.ids.values()),
        ("start_item", {"item": "i1"}),
        ("type_speech", {"text": "Chi bộ bàn việc làm đường.", "member": place.ids[MEMBER]}),
        ("conclude_item", {"item": "i1", "outcome": "concluded", "text": "Thống nhất làm đường giao thông thôn."}),
        ("read_back", {}),
        ("pass_minutes", {"in_favour": 16}),
        ("close", {}),
        ("submit", {}),
        ("approve", {"confirmed": True}),
    ):
        done = await live.do(command, **args)
        assert done["type"] == "accepted", (command, done)
    await live.until(lambda: live.views["meeting"]["state"] == "sealed", 30)


async def test_a_meeting_is_scheduled_listed_and_summed_up(place: Place) -> None:
    leader = place.signed_in("bithu")
    meeting = await place.meeting()
    listed = (await leader.get(f"/api/cells/{place.cell}/meetings")).json()["meetings"]
    assert [one["id"] for one in listed] == [meeting]
    summary = (await leader.get(f"/api/meetings/{meeting}")).json()
    assert summary["title"] == PLAN["title"]
    assert summary["chair_name"] == "Vi Văn Thuận"
    assert {"enter", "links"} <= set(summary["may"])
    member = await place.by_link(meeting, MEMBER)
    assert (await member.get(f"/api/meetings/{meeting}")).json()["may"] == ["enter"]


async def test_a_draft_of_the_conclusion_waits_at_the_desk_and_is_never_kept_of_what_is_secret(place: Place) -> None:
    leader = place.signed_in("bithu")
    secret = {"title": "Việc mật", "secret": True, "draft": "Mật."}
    items = [{"title": "Đánh giá", "draft": "Đạt 5/6 chỉ tiêu."}, secret]
    made = await leader.post(f"/api/cells/{place.cell}/meetings", json={**PLAN, "agenda": items})
    meeting = made.json()["id"]
    member = await place.by_link(meeting, MEMBER)
    async with (
        place.live(meeting, leader, device="computer") as desk,
        place.live(meeting, member, device="phone") as far,
    ):
        await desk.told("snapshot")
        await far.told("snapshot")
        assert [item["draft"] for item in desk.views["agenda"]["items"]] == ["Đạt 5/6 chỉ tiêu.", ""]
        assert not any("draft" in item for item in far.views["agenda"]["items"])
    room = await place.running.meetings.state(meeting)
    assert [item.draft for item in room.agenda.items] == ["Đạt 5/6 chỉ tiêu.", ""]
    long = [{"title": "Đánh giá", "draft": "x" * 4_001}]
    reply = await leader.post(f"/api/cells/{place.cell}/meetings", json={**PLAN, "agenda": long})
    assert reply.json()["code"] == "malformed"


@pytest.mark.parametrize(
    "change", [{"kind": "party"}, {"title": ""}, {"title": "x" * 300}, {"starts_at": -1}, {"agenda": [{}]}]
)
async def test_a_senseless_plan_is_refused(place: Place, change: dict[str, object]) -> None:
    reply = await place.signed_in("bithu").post(f"/api/cells/{place.cell}/meetings", json={**PLAN, **change})
    assert (reply.status_code, reply.json()["code"]) == (422, "malformed")


async def test_the_sealed_record_is_served_found_and_checked(place: Place) -> None:
    leader = place.signed_in("bithu")
    meeting = await place.meeting()
    async with place.live(meeting, leader, device="computer") as live:
        await live.told("snapshot")
        await hold(place, live)
    for name, start in (("minutes.pdf", b"%PDF"), ("minutes.docx", b"PK"), ("record", b"PK")):
        reply = await leader.get(f"/api/meetings/{meeting}/{name}")
        assert reply.status_code == 200
        assert reply.content.startswith(start)
        assert "so-01" in reply.headers["content-disposition"]
    checked = await place.client().post("/api/verify", files={"file": ("a.zip", reply.content)})
    assert checked.json()["whole"] is True
    assert (checked.json()["trusted"], checked.json()["newest"], checked.json()["kind"]) == (True, "yes", "record")
    assert checked.json()["signatures"][0]["role"] == "dấu niêm phong của hệ thống"
    assert all(part["ok"] for part in checked.json()["parts"])
    forged = bytearray(reply.content)
    forged[len(forged) // 2] ^= 1
    assert (await place.client().post("/api/verify", files={"file": ("a.zip", bytes(forged))})).json()["whole"] is False
    found = (await leader.get("/api/archive", params={"q": "lam duong giao thong"})).json()
    assert [one["meeting"] for one in found["results"]] == [meeting]
    line = found["results"][0]
    assert {"làm", "đường", "giao"} <= {line["text"][start:end].lower() for start, end in line["marks"]}
    stranger = place.signed_in(place.account_for("nguoi-la"))
    assert (await stranger.get("/api/archive", params={"q": "lam duong"})).json()["total"] == 0
    member = place.signed_in(place.account_for(MEMBER))
    assert (await member.get(f"/api/meetings/{meeting}/record")).content == reply.content
    summary = (await member.get(f"/api/meetings/{meeting}")).json()
    assert (summary["state"], summary["may"]) == ("sealed", ["documents", "record"])


async def recorded(place: Place, leader: httpx.AsyncClient) -> str:
    """A meeting with two seconds of the hall on record, as the media node would have left them."""
    meeting = await place.meeting()
    async with (
        place.live(meeting, leader, device="computer") as live,
        place.live(meeting, leader, device="hall", tab="hall") as hall,
    ):
        session = (await hall.told("welcome"))["you"]["session"]
        await live.told("snapshot")
        await live.do("decide_recording", record=True, transcribe=True)
        await live.do("open")
        await place.running.meetings.track_opened(meeting, "t-1", session, 0, 0)
    folder: Path = place.running.parts.settings.recordings / meeting
    write(folder, [TrackStart(1, "t-1", 0, 0), *(Sound(1, packet) for packet in encode(murmur(2.0)))])
    return meeting


async def test_sound_is_served_by_ranges_and_spans_to_the_desk_alone(place: Place) -> None:
    leader = place.signed_in("bithu")
    meeting = await recorded(place, leader)
    path = f"/api/meetings/{meeting}/sound/t-1.ogg"
    whole = await leader.get(path)
    assert (whole.status_code, whole.content[:4]) == (200, b"OggS")
    part = await leader.get(path, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    span = await leader.get(f"/api/meetings/{meeting}/sound/t-1/span", params={"start": 0, "end": RATE})
    assert (span.status_code, span.content[:4], len(span.content)) == (200, b"RIFF", 44 + RATE)
    again = await leader.get(span.url, headers={"Range": "bytes=1000-1999"})
    assert (again.status_code, again.content) == (206, span.content[1000:2000])
    peaks = (await leader.get(f"/api/meetings/{meeting}/peaks/t-1")).json()
    assert (peaks["per_second"], peaks["seconds"], len(peaks["peaks"])) == (10, 2.0, 20)
    assert 100 < max(peaks["peaks"]) <= 1000
    nothing = await leader.get(f"/api/meetings/{meeting}/sound/t-1/span", params={"start": 9 * RATE, "end": 10 * RATE})
    assert (nothing.status_code, nothing.json()["code"]) == (404, "no_sound")
    assert (await leader.get(f"/api/meetings/{meeting}/sound/t-2.ogg")).status_code == 404
    assert (await leader.get(f"/api/meetings/{meeting}/sound/t-1/span?start=5&end=5")).status_code == 416
    member = await place.by_link(meeting, MEMBER)
    assert (await member.get(path)).status_code == 403


async def test_the_index_leads_from_sample_to_byte_to_time_and_back(place: Place) -> None:
    leader = place.signed_in("bithu")
    meeting = await recorded(place, leader)
    path = f"/api/meetings/{meeting}/sound/t-1/index"
    there = (await leader.get(path, params={"sample": RATE * 3 // 2})).json()
    assert (there["at"], there["samples"]) == (1500, 2 * RATE)
    page = await leader.get(
        f"/api/meetings/{meeting}/sound/t-1.ogg", headers={"Range": f"bytes={there['byte']}-{there['bytes'] - 1}"}
    )
    assert page.content[:4] == b"OggS"
    assert (await leader.get(path, params={"byte": there["byte"]})).json()["sample"] <= RATE * 3 // 2
    assert (await leader.get(path, params={"at": 1500})).json()["sample"] == RATE * 3 // 2
    for wrong in ({}, {"sample": 1, "at": 1}, {"byte": -1}):
        assert (await leader.get(path, params=wrong)).status_code == 422


async def test_a_damaged_journal_is_no_sound_and_no_fault_of_the_server(place: Place) -> None:
    leader = place.signed_in("bithu")
    meeting = await recorded(place, leader)
    (place.running.parts.settings.recordings / meeting / "journal").write_bytes(bytes(400))
    reply = await leader.get(f"/api/meetings/{meeting}/sound/t-1.ogg")
    assert (reply.status_code, reply.json()["code"]) == (404, "no_sound")


async def test_without_a_recording_there_is_no_sound(place: Place) -> None:
    leader = place.signed_in("bithu")
    meeting = await place.meeting()
    reply = await leader.get(f"/api/meetings/{meeting}/sound/t-1.ogg")
    assert (reply.status_code, reply.json()["code"]) == (404, "no_sound")


async def test_the_transcript_comes_in_pages(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meeting_server.http.desk.PAGE", 2)
    leader = place.signed_in("bithu")
    meeting = await place.meeting()
    async with place.live(meeting, leader, device="computer") as live:
        await live.told("snapshot")
        await live.do("decide_recording", record=False, transcribe=False)
        await live.do("open")
        for number in range(3):
            await live.do("type_speech", text=f"Câu {number}", member=place.ids[MEMBER])
    first = (await leader.get(f"/api/meetings/{meeting}/transcript")).json()
    rest = (await leader.get(f"/api/meetings/{meeting}/transcript", params={"after": first["next"]})).json()
    assert [line["text"] for line in first["lines"] + rest["lines"]] == ["Câu 0", "Câu 1", "Câu 2"]
    assert rest["next"] is None


async def test_a_word_put_right_in_one_place_is_found_put_right_and_proposed_in_the_others(place: Place) -> None:
    leader = place.signed_in("bithu")
    meeting = await place.meeting()
    path, words = f"/api/meetings/{meeting}/places", {"wrong": "Mạ Hố", "right": "Mạ Hồ"}
    async with place.live(meeting, leader, device="computer") as live:
        await live.told("snapshot")
        await live.do("decide_recording", record=False, transcribe=False)
        await live.do("open")
        for number in range(3):
            await live.do("type_speech", text=f"Bản Mạ Hố cần {number} xe cát.", member=place.ids[MEMBER])
        await live.do("draft")
        version = live.views["document"]["version"]
        await live.do("insert_block", kind="note", text="Ghi về bản Mạ Hố.", base_version=version, after="")
        found = (await leader.get(path, params=words)).json()
        lines = [one["pieces"] for one in found["places"] if one["what"] == "line"]
        assert len(lines) == 3
        assert ["in", "Hồ"] in lines[0]
        assert found["count"] == len(found["places"])
        assert "asked" in [one["what"] for one in found["places"]]
        assert (await live.do("put_right", **words))["type"] == "accepted"
        await live.until(lambda: any(block.get("respelled") for block in live.views["document"]["blocks"]), 10)
        note = next(block for block in live.views["document"]["blocks"] if block["kind"] == "note")
        assert note["proposal"] == "Ghi về bản Mạ Hồ."
        said = (await leader.get(f"/api/meetings/{meeting}/transcript")).json()["lines"]
        assert [line["text"][:9] for line in said] == ["Bản Mạ Hồ"] * 3
        base = live.views["document"]["version"]
        await live.do("save_block", block=note["id"], base_version=base, text=note["proposal"])
        await live.until(lambda: not any(block.get("respelled") for block in live.views["document"]["blocks"]), 10)
        refused = await live.do("put_right", **words)
        assert (refused["type"], refused["code"]) == ("refused", "nowhere")
    assert (await leader.get(path, params={"wrong": "x", "right": "y"})).status_code == 422


async def test_the_upper_level_sees_months_and_no_contents(place: Place) -> None:
    meeting = await place.meeting()
    async with place.live(meeting, place.signed_in("bithu"), device="computer") as live:
        await live.told("snapshot")
        await hold(place, live)
    unit = place.store.read_now(lambda session: session.exec(select(Unit.id).where(Unit.kind == "province")).one())
    viewer = place.signed_in(place.account_for("cap-tren", unit=unit))
    told = (await viewer.get("/api/supervision", params={"year": 2026})).json()
    cell = next(one for one in told["cells"] if one["id"] == place.cell)
    assert sum(month & 1 for month in cell["months"]) == 1  # held regularly
    assert "làm đường" not in str(told)
    assert (await viewer.get(f"/api/meetings/{meeting}/record")).status_code == 403
    assert (await viewer.get(f"/api/cells/{place.cell}")).json()["members"] == []
