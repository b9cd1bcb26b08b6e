"""What people are offered before a meeting."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from meeting_server.store import inbox
from tests.meeting_server.place import PLAN, Place


async def test_the_form_of_the_kind_is_proposed_and_what_is_on_paper_only_is_said(place: Place) -> None:
    leader = place.signed_in("bithu")
    reply = await leader.get(f"/api/cells/{place.cell}/plan", params={"starts_at": PLAN["starts_at"]})
    assert reply.status_code == 200
    plan = reply.json()
    assert plan["title"].startswith("Sinh hoạt chi bộ thường kỳ tháng 11")
    assert len(plan["agenda"]) == 5
    assert {one["kind"] for one in plan["on_paper"]} == {"congress", "discipline"}
    wrong = await leader.get(f"/api/cells/{place.cell}/plan", params={"starts_at": 0, "kind": "congress"})
    assert wrong.status_code == 422
    for kind in ("congress", "discipline"):
        refused = await leader.post(f"/api/cells/{place.cell}/meetings", json={**PLAN, "kind": kind})
        assert (refused.status_code, refused.json()["code"]) == (409, "on_paper_only")
        assert "Dùng mẫu biên bản giấy" in refused.json()["message"]


async def test_a_practice_leaves_answers_from_above_for_the_next_real_meeting(place: Place) -> None:
    def answered(session: Session) -> str:
        petition = inbox.Sent("petition", "Xin kéo điện")
        sent = inbox.send(session, place.cell, petition, sender="bt", at=1, today=date(2026, 11, 1))
        inbox.answer(session, sent, "Sẽ kéo trong quý I.", answerer="xã", at=2)
        return inbox.item_of(sent)

    leader, item = place.signed_in("bithu"), await place.store.write(answered)
    for kind, there in (("practice", False), ("regular", True), ("regular", False)):
        asked = {"starts_at": PLAN["starts_at"], "kind": kind}
        plan = (await leader.get(f"/api/cells/{place.cell}/plan", params=asked)).json()
        assert (item in [one["id"] for one in plan["agenda"]]) is there
        agenda = [{"id": item, "title": "Thông báo trả lời của cấp trên: Xin kéo điện"}]
        await leader.post(f"/api/cells/{place.cell}/meetings", json={**PLAN, "kind": kind, "agenda": agenda})


async def test_a_practice_is_told_as_one_before_its_door(place: Place) -> None:
    leader = place.signed_in("bithu")
    for kind in ("practice", "regular"):
        made = await leader.post(f"/api/cells/{place.cell}/meetings", json={**PLAN, "kind": kind})
        links = (await leader.post(f"/api/meetings/{made.json()['id']}/links", json={})).json()
        for link in (links["wall"]["url"], links["links"][0]["url"]):
            invited = await place.client().get(f"/api/join/{link.rsplit('/', 1)[-1]}")
            assert invited.json()["practice"] is (kind == "practice")


async def test_before_a_meeting_there_is_an_invitation_and_a_checklist(place: Place) -> None:
    meeting = await place.meeting()
    said = (await place.signed_in("bithu").get(f"/api/meetings/{meeting}/before")).json()
    assert "Nhà văn hóa" in said["notice"]
    assert said["sent"] == []
    told = {check["key"]: (check["done"], check["planned"]) for check in said["checks"]}
    assert (told["notice"], told["regular"]) == ((False, False), (False, True))
    leader = place.signed_in("bithu")
    made = await leader.post(f"/api/cells/{place.cell}/meetings", json={**PLAN, "kind": "practice"})
    said = (await leader.get(f"/api/meetings/{made.json()['id']}/before")).json()
    assert [check["key"] for check in said["checks"]] == ["notice", "remote"]
    stranger = place.signed_in(place.account_for("nguoi-la"))
    assert (await stranger.get(f"/api/meetings/{meeting}/before")).status_code == 403
