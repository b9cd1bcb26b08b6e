"""The archive's routes: tasks, lists, what is sent up and answered, supervision, and who looked."""

from __future__ import annotations

import io
import time

import httpx
from openpyxl import load_workbook
from sqlmodel import Session, select

from meeting_server.store.beside import Task
from meeting_server.store.tables import Unit
from tests.meeting_server.place import PLAN, Place
from tests.meeting_server.store.records import keep, summary

HELD = "m-held"


def now() -> int:
    return time.time_ns() // 1_000_000


def above(place: Place) -> httpx.AsyncClient:
    """Somebody of the commune right above the demonstration cell."""

    def unit(session: Session) -> str:
        return session.exec(select(Unit).where(Unit.id == place.cell)).one().parent or ""

    return place.signed_in(place.account_for("cap-tren", unit=place.store.read_now(unit)))


def held(place: Place) -> None:
    """A sealed meeting with a task, a conclusion and minutes."""
    task = Task("t1", "Nhiệm vụ", "Sửa đường", ("Lang Văn Hợp",), "2026-01-20", None)
    head = summary(HELD, place.cell, now() - 86_400_000)
    place.store.write_now(lambda session: keep(session, head, ("conclusion", "Đổ bê tông ngõ Bàn."), tasks=(task,)))


async def test_a_petition_goes_up_is_answered_and_returns_in_the_next_agenda(place: Place) -> None:
    held(place)
    leader, clerk = place.signed_in("bithu"), above(place)
    sent = await leader.post(
        f"/api/cells/{place.cell}/sent", json={"kind": "petition", "title": "Sửa cầu treo", "meeting": HELD}
    )
    assert sent.status_code == 200, sent.text
    came = (await clerk.get("/api/inbox")).json()
    assert [(line["title"], line["state"]) for line in came["came"]] == [("Sửa cầu treo", "sent")]
    key = sent.json()["id"]
    assert (await clerk.get(f"/api/inbox/{key}")).json()["state"] == "received"
    answered = await clerk.post(f"/api/inbox/{key}/answer", json={"text": "Đã bố trí kinh phí."})
    assert answered.json()["state"] == "answered"
    assert (await clerk.post(f"/api/inbox/{key}/answer", json={"text": "Lại"})).status_code == 409
    plan = await leader.get(f"/api/cells/{place.cell}/plan", params={"starts_at": PLAN["starts_at"]})
    titles = [item["title"] for item in plan.json()["agenda"]]
    assert "Thông báo trả lời của cấp trên: Sửa cầu treo" in titles
    agenda = [{"title": title} for title in titles]
    made = await leader.post(f"/api/cells/{place.cell}/meetings", json=PLAN | {"agenda": agenda})
    assert made.status_code == 200, made.text
    own = (await leader.get(f"/api/cells/{place.cell}/sent")).json()["sent"]
    assert [(line["state"], line["agenda_meeting"]) for line in own] == [("returned", made.json()["id"])]
    looks = (await leader.get(f"/api/cells/{place.cell}/looks")).json()["looks"]
    assert [(look["name"], look["action"]) for look in looks] == [("cap-tren", "mở nội dung chi bộ gửi lên")]


async def test_a_clerk_of_another_unit_finds_nothing(place: Place) -> None:
    held(place)
    body = {"kind": "other", "title": "Báo cáo"}
    key = (await place.signed_in("bithu").post(f"/api/cells/{place.cell}/sent", json=body)).json()["id"]
    stranger = place.signed_in(place.account_for("noi-khac", unit="u-none"))
    assert (await stranger.get("/api/inbox")).json()["came"] == []
    for reply in (
        await stranger.get(f"/api/inbox/{key}"),
        await stranger.post(f"/api/inbox/{key}/answer", json={"text": "x"}),
        await stranger.get(f"/api/supervision/cells/{place.cell}"),
    ):
        assert reply.status_code == 404


async def test_tasks_are_listed_reported_and_exported(place: Place) -> None:
    held(place)
    leader = place.signed_in("bithu")
    path = f"/api/cells/{place.cell}/tasks"
    assert [one["what"] for one in (await leader.get(path)).json()["tasks"]] == ["Sửa đường"]
    done = await leader.post(path, json={"meeting": HELD, "task": "t1", "state": "done", "note": "xong"})
    assert done.status_code == 200, done.text
    assert (await leader.get(path)).json()["tasks"] == []
    assert (await leader.post(path, json={"meeting": HELD, "task": "t9", "state": "done"})).status_code == 404
    carried = (await leader.get(path, params={"which": "carried"})).json()["tasks"]
    assert [(one["what"], one["state"], one["note"]) for one in carried] == [("Sửa đường", "done", "xong")]
    topic = (await leader.get(f"/api/cells/{place.cell}/history", params={"topic": "be tong"})).json()["moments"]
    assert [moment["text"] for moment in topic] == ["Đổ bê tông ngõ Bàn."]
    book = load_workbook(io.BytesIO((await leader.get(f"/api/cells/{place.cell}/lists.xlsx")).content))
    assert book.sheetnames == ["Cuộc họp", "Dự họp", "Nhiệm vụ", "Kết luận"]
    listed = await leader.get(f"/api/cells/{place.cell}/lists.csv", params={"name": "tasks"})
    assert "Sửa đường" in listed.content.decode("utf-8-sig")


async def test_the_level_above_sees_figures_calls_and_evenings_and_no_words(place: Place) -> None:
    held(place)
    clerk, at = above(place), now()
    cell = (await clerk.get(f"/api/supervision/cells/{place.cell}")).json()
    assert any(month["regular"] for month in cell["months"]) or at % 1 == 0
    week = {"since": at - 7 * 86_400_000, "until": at}
    evenings = (await clerk.get("/api/supervision/evenings", params=week)).json()["evenings"]
    assert [one["meeting"] for one in evenings] == [HELD]
    assert (await clerk.get("/api/supervision/evenings", params={"since": 5, "until": 1})).status_code == 422
    pages = [
        await clerk.get("/api/supervision"), await clerk.get("/api/supervision/calls"),
        await clerk.get("/api/supervision/report.csv"), await clerk.get(f"/api/supervision/cells/{place.cell}"),
    ]  # fmt: skip
    assert {page.status_code for page in pages} == {200}
    assert not [page for page in pages if "bê tông" in page.text or "Sửa đường" in page.text]


async def test_each_access_to_a_meetings_content_is_shown_to_its_cell(place: Place) -> None:
    meeting = await place.meeting()
    member = await place.by_link(meeting, "Lang Văn Hợp")
    for _ in range(2):
        await member.get(f"/api/meetings/{meeting}/minutes")
    looks = (await place.signed_in("bithu").get(f"/api/cells/{place.cell}/looks")).json()["looks"]
    assert [(look["action"], look["meeting"]) for look in looks] == [("xem văn bản", meeting)]
