"""The archive's routes: tasks, lists, what is sent up and answered, supervision, and who looked."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from sqlmodel import Session, select
from typer.testing import CliRunner

from meeting_server.http.caller import _standings
from meeting_server.http.exporting import packed
from meeting_server.store import people
from meeting_server.store.archive_tables import AttachedFile
from meeting_server.store.beside import Task
from meeting_server.store.database import Store
from meeting_server.store.tables import Account, Unit
from meeting_server.terminal.commands import app
from tests.meeting_server.place import PLAN, Place
from tests.meeting_server.store.records import keep, summary
from transcription.keyring import Keyring, Unreadable

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
    agenda = [{"id": item["id"], "title": item["title"]} for item in plan.json()["agenda"]]
    assert "Thông báo trả lời của cấp trên: Sửa cầu treo" in [item["title"] for item in agenda]
    agenda[-1]["title"] = "Cấp trên trả lời về cầu treo"  # whatever it is called, it is the same answer
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


PDF = b"%PDF-1.7 ho so"


async def test_files_go_up_with_a_submission_and_are_opened_above_in_sight_of_the_cell(place: Place) -> None:
    leader, clerk = place.signed_in("bithu"), above(place)
    path = f"/api/cells/{place.cell}/sent"
    key = (await leader.post(path, json={"kind": "admission", "title": "Hồ sơ kết nạp"})).json()["id"]
    put = await leader.post(f"{path}/{key}/files", files={"file": ("đơn xin.exe", PDF)})
    assert put.status_code == 200, put.text
    refused = await leader.post(f"{path}/{key}/files", files={"file": ("a.pdf", b"MZ")})
    assert (refused.status_code, refused.json()["code"]) == (422, "file_kind")
    opened = (await clerk.get(f"/api/inbox/{key}")).json()
    assert [(one["name"], one["size"]) for one in opened["files"]] == [("đơn xin.pdf", len(PDF))]
    taken = await clerk.get(f"/api/inbox/{key}/files/{put.json()['id']}")
    assert (taken.content, taken.headers["content-type"]) == (PDF, "application/pdf")
    assert (await leader.get(f"{path}/{key}/files/{put.json()['id']}")).content == PDF
    stranger = place.signed_in(place.account_for("noi-khac", unit="u-none"))
    assert (await stranger.get(f"/api/inbox/{key}/files/{put.json()['id']}")).status_code == 404
    looks = (await leader.get(f"/api/cells/{place.cell}/looks")).json()["looks"]
    assert "đơn xin.pdf" in [look["detail"] for look in looks]
    await clerk.post(f"/api/inbox/{key}/answer", json={"text": "Đã nhận đủ."})
    late = await leader.post(f"{path}/{key}/files", files={"file": ("b.pdf", PDF)})
    assert late.status_code == 409


async def test_minutes_that_were_sent_up_are_found_and_opened_above_and_no_others(place: Place) -> None:
    held(place)
    leader, clerk = place.signed_in("bithu"), above(place)
    body = {"kind": "resolution", "title": "Nghị quyết", "meeting": HELD}
    await leader.post(f"/api/cells/{place.cell}/sent", json=body)
    assert (await clerk.get("/api/archive", params={"q": "be tong"})).json()["total"] == 0
    assert (await clerk.get(f"/api/meetings/{HELD}/minutes")).status_code == 403
    assert "resolution_sent_to" in standings(place, "cap-tren", HELD)
    await leader.post(f"/api/cells/{place.cell}/sent", json=body | {"kind": "minutes", "title": "Biên bản"})
    found = (await clerk.get("/api/archive", params={"q": "be tong"})).json()
    assert [one["meeting"] for one in found["results"]] == [HELD]
    looks = (await leader.get(f"/api/cells/{place.cell}/looks")).json()["looks"]
    assert ("cap-tren", "tìm trong biên bản") in [(look["name"], look["action"]) for look in looks]
    assert "sent_to" in standings(place, "cap-tren", HELD)


def standings(place: Place, name: str, meeting: str) -> frozenset[str]:
    def look(session: Session) -> frozenset[str]:
        account = session.exec(select(Account).where(Account.name == name)).one()
        return frozenset(_standings(session, account, None, "", meeting, date(2026, 11, 30)))

    return place.store.read_now(look)


async def test_lists_history_and_searches_stand_among_the_looks(place: Place) -> None:
    held(place)
    leader = place.signed_in("bithu")
    await leader.get(f"/api/cells/{place.cell}/lists.csv", params={"name": "tasks"})
    await leader.get(f"/api/cells/{place.cell}/history", params={"topic": "be tong"})
    await leader.get("/api/archive", params={"q": "be tong"})
    looks = (await leader.get(f"/api/cells/{place.cell}/looks")).json()["looks"]
    assert {(look["action"], look["detail"]) for look in looks} == {
        ("xuất danh sách", "lists.csv"), ("xem nhiệm vụ, lịch sử một việc", "history"), ("tìm trong biên bản", ""),
    }  # fmt: skip


async def test_whoever_took_part_is_a_facet_of_the_archive(place: Place) -> None:
    head = summary(HELD, place.cell, now() - 86_400_000)
    parts = ((place.ids["Lang Văn Hợp"], "spoke"), (place.ids["Lang Văn Hợp"], "present"))
    place.store.write_now(lambda session: keep(session, head, ("task", "Sửa đường"), people=parts))
    leader = place.signed_in("bithu")
    found = (await leader.get("/api/archive", params={"q": "sua duong", "section": "task"})).json()
    assert [(one["name"], one["count"]) for one in found["facets"]["people"]] == [("Lang Văn Hợp", 1)]
    mine = {"person": found["facets"]["people"][0]["id"]}
    assert (await leader.get("/api/archive", params=mine)).json()["total"] == 1
    assert (await leader.get("/api/archive", params={"person": place.ids["Vi Văn Thuận"]})).json()["total"] == 0


async def test_older_minutes_are_brought_in_found_and_count_for_nothing(place: Place) -> None:
    leader, clerk = place.signed_in("bithu"), above(place)
    path = f"/api/cells/{place.cell}/old"
    form = {"title": "Biên bản họp tháng 3", "day": "2019-03-05", "number": "04", "text": "Bàn việc làm mương.\nXong."}
    made = await leader.post(path, data=form, files=[("files", ("quét.pdf", PDF))])
    assert made.status_code == 200, made.text
    key = made.json()["id"]
    found = (await leader.get("/api/archive", params={"q": "lam muong"})).json()["results"]
    told = (await leader.get(f"/api/cells/{place.cell}/history", params={"topic": "lam muong"})).json()["moments"]
    assert [(one["meeting"], one["state"]) for one in told] == [(key, "imported")]
    assert [(one["meeting"], one["state"], one["text"]) for one in found] == [(key, "imported", "Bàn việc làm mương.")]
    shown = (await leader.get(f"{path}/{key}")).json()
    assert (shown["number"], shown["lines"]) == ("04", ["Bàn việc làm mương.", "Xong."])
    assert (await leader.get(f"{path}/{key}/files/{shown['files'][0]['id']}")).content == PDF
    assert [one["id"] for one in (await leader.get(path)).json()["old"]] == [key]
    assert key not in [one["id"] for one in (await leader.get(f"/api/cells/{place.cell}/meetings")).json()["meetings"]]
    grid = (await clerk.get("/api/supervision", params={"year": 2019})).json()
    assert grid["regular"] == 0
    span = {"since": 1_551_000_000_000, "until": 1_553_000_000_000}
    assert (await clerk.get("/api/supervision/evenings", params=span)).json()["evenings"] == []
    assert (await leader.post(path, data=form | {"day": "2999-01-01"})).json()["code"] == "bad_day"
    assert (await leader.post(path, data=form | {"text": ""})).json()["code"] == "nothing"
    assert (await clerk.get(f"{path}/{key}")).status_code == 403


async def test_older_minutes_brought_in_by_mistake_are_taken_back_and_the_cell_sees_by_whom(place: Place) -> None:
    leader = place.signed_in("bithu")
    path = f"/api/cells/{place.cell}/old"
    form = {"title": "Biên bản nhập nhầm", "day": "2019-03-05", "text": "Bàn việc làm cầu."}
    made = await leader.post(path, data=form, files=[("files", ("quét.pdf", PDF))])
    key = made.json()["id"]
    await leader.get(f"{path}/{key}")
    member = place.signed_in(place.account_for("Lang Văn Hợp"))
    assert (await member.post(f"{path}/{key}/take-back")).status_code == 403
    assert (await leader.post(f"{path}/{await place.meeting()}/take-back")).status_code == 404
    keys = Keyring(place.running.parts.settings.keys)
    assert keys.key(key, "record")
    assert (await leader.post(f"{path}/{key}/take-back")).status_code == 200
    with pytest.raises(Unreadable):
        keys.key(key, "record")
    assert (await leader.post(f"{path}/{key}/take-back")).status_code == 404
    assert (await leader.get("/api/archive", params={"q": "lam cau"})).json()["results"] == []
    assert (await leader.get(path)).json()["old"] == []
    assert place.store.read_now(lambda session: session.exec(select(AttachedFile)).all()) == []
    looks = (await leader.get(f"/api/cells/{place.cell}/looks")).json()["looks"]
    seen = {(look["action"], look["detail"]) for look in looks}
    assert {("rút biên bản cũ", "Biên bản nhập nhầm"), ("mở biên bản cũ", "Biên bản nhập nhầm")} <= seen


def test_older_minutes_come_in_and_go_by_the_command(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'hopchibo.sqlite'}")
    cell = store.write_now(lambda session: people.add_unit(session, kind="cell", name="Chi bộ").id)
    store.close()
    (tmp_path / "cu.pdf").write_bytes(PDF)
    run = lambda *words: CliRunner().invoke(app, ["older", *map(str, words), "--data", str(tmp_path)])  # noqa: E731
    refused = run(tmp_path / "cu.pdf", "--cell", "khong-co", "--date", "2019-03-05")
    assert (refused.exit_code, "Không có chi bộ" in refused.output) == (1, True)
    assert run(tmp_path / "cu.pdf", "--cell", cell, "--date", "5/3/2019").exit_code == 2
    assert run("--cell", cell, "--date", "2019-03-05").exit_code == 2
    made = run(tmp_path / "cu.pdf", "--cell", cell, "--date", "2019-03-05", "--title", "Họp tháng 3")
    assert made.exit_code == 0, made.output
    gone = run("--cell", cell, "--take-back", made.stdout.strip())
    assert (gone.exit_code, "Họp tháng 3" in gone.output) == (0, True)
    assert run("--cell", cell, "--take-back", made.stdout.strip()).exit_code == 1


async def test_the_clerk_enters_who_follows_a_cell_and_whom_to_phone(place: Place) -> None:
    clerk = above(place)
    path = f"/api/supervision/contacts/{place.cell}"
    set_ = await clerk.post(path, json={"follower": "Trần Thị Sáu", "follower_phone": "0911", "phone": "0987 654 321"})
    assert set_.status_code == 200, set_.text
    shown = (await clerk.get("/api/supervision/contacts")).json()["contacts"]
    one = next(line for line in shown if line["cell"] == place.cell)
    assert (one["follower"], one["follower_phone"], one["phone"]) == ("Trần Thị Sáu", "0911", "0987 654 321")
    await clerk.post(path, json={"follower": ""})
    shown = (await clerk.get("/api/supervision/contacts")).json()["contacts"]
    assert next(line for line in shown if line["cell"] == place.cell)["follower"] == ""
    assert (await clerk.post(path, json={"phone": "<script>"})).status_code == 422
    stranger = place.signed_in(place.account_for("noi-khac", unit="u-none"))
    assert (await stranger.post(path, json={"phone": "1"})).status_code == 403


async def test_the_clerk_prints_a_code_for_a_member_below_and_for_nobody_else(place: Place) -> None:
    clerk, leader = above(place), place.signed_in("bithu")
    shown = (await clerk.get("/api/supervision/accounts")).json()["accounts"]
    assert {"bithu", "thuky"} <= {one["name"] for one in shown}
    assert not {"cap-tren", "quantri"} & {one["name"] for one in shown}
    key = next(one["id"] for one in shown if one["name"] == "thuky")
    code = (await clerk.post(f"/api/supervision/accounts/{key}/code")).json()["code"]
    assert (await place.client().post("/api/recover", json={"code": code, "password": "mật khẩu mới dài"})).is_success
    looks = (await leader.get(f"/api/cells/{place.cell}/looks")).json()["looks"]
    assert ("cap-tren", "in mã vào cho một tài khoản") in [(look["name"], look["action"]) for look in looks]
    stranger = place.signed_in(place.account_for("noi-khac", unit="u-none"))
    assert (await stranger.get("/api/supervision/accounts")).json()["accounts"] == []
    assert (await stranger.post(f"/api/supervision/accounts/{key}/code")).status_code == 404


async def test_reports_carry_the_cells_that_the_filters_leave(place: Place) -> None:
    clerk = above(place)

    def long_here(session: Session) -> None:
        session.get_one(Unit, place.cell).since = None

    place.store.write_now(long_here)
    printed = await clerk.get("/api/supervision/report.pdf")
    assert printed.content.startswith(b"%PDF-")
    assert len(printed.content) > 5_000
    listed = await clerk.get("/api/supervision/report.csv", params={"name": "không có chi bộ này"})
    assert len(listed.content.decode("utf-8-sig").strip().splitlines()) == 1
    book = load_workbook(io.BytesIO((await clerk.get("/api/supervision/report.xlsx")).content))
    assert book.sheetnames[1:] == ["Theo tháng", "Điều cần xem"]
    told = (await clerk.get("/api/supervision")).json()
    held = [row[2].value for row in book["Theo tháng"].iter_rows(min_row=2)]
    assert held == [one["regular"] for one in told["trends"]]
    asked = {row[0].value: row[1].value for row in book["Điều cần xem"].iter_rows(min_row=2)}
    assert asked["Thiếu thường kỳ"] == told["problems"]["missing"] > 0


async def test_the_inbox_is_a_list_for_the_clerk_without_the_letters(place: Place) -> None:
    leader, clerk = place.signed_in("bithu"), above(place)
    body = {"kind": "petition", "title": "Sửa cầu", "text": "Cầu hỏng từ tháng trước."}
    await leader.post(f"/api/cells/{place.cell}/sent", json=body)
    listed = (await clerk.get("/api/inbox.csv")).content.decode("utf-8-sig")
    assert "Sửa cầu" in listed
    assert "Cầu hỏng" not in listed
    assert (await clerk.get("/api/inbox.xlsx")).content[:2] == b"PK"
    assert (await leader.get("/api/inbox.csv")).status_code == 403
    stranger = place.signed_in(place.account_for("noi-khac", unit="u-none"))
    assert "Sửa cầu" not in (await stranger.get("/api/inbox.csv")).text


async def test_a_meeting_is_held_back_from_erasure_on_the_administrators_screen(place: Place) -> None:
    meeting = await place.meeting()
    administrator = place.signed_in(place.account_for("giu-ho-so", administrator=True))
    assert (await administrator.post("/api/holds", json={"meeting": meeting})).json()["code"] == "cannot_hold"
    kept = await administrator.post("/api/holds", json={"meeting": meeting, "reason": "Có đơn thư"})
    assert kept.status_code == 200, kept.text
    shown = (await administrator.get("/api/holds")).json()
    assert [(one["meeting"], one["reason"]) for one in shown["held"]] == [(meeting, "Có đơn thư")]
    assert [one["action"] for one in shown["erased"]] == ["hold"]
    await administrator.post("/api/holds", json={"meeting": meeting, "lift": True})
    assert (await administrator.get("/api/holds")).json()["held"] == []


async def test_a_period_without_sealed_files_has_no_zip(place: Place) -> None:
    reply = await place.signed_in("bithu").get(f"/api/cells/{place.cell}/records.zip")
    assert (reply.status_code, reply.json()["code"]) == (404, "no_records")


def test_records_are_packed_piece_by_piece_into_a_whole_zip(tmp_path: Path) -> None:
    files = []
    for name in ("a.zip", "b.zip"):
        (tmp_path / name).write_bytes(name.encode() * 300_000)
        files.append((name, tmp_path / name))
    pieces = list(packed(files))
    assert len(pieces) > 4
    assert max(map(len, pieces)) < 600_000
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert archive.read("b.zip") == b"b.zip" * 300_000


async def test_a_cell_is_reminded_before_its_month_ends(place: Place) -> None:
    late = summary(HELD, place.cell, now() - 9 * 86_400_000, state="closed", approved_at=None)
    place.store.write_now(lambda session: keep(session, late))
    told = (await place.signed_in("bithu").get(f"/api/cells/{place.cell}/reminders")).json()["reminders"]
    minutes = [one["text"] for one in told if one["kind"] == "minutes"]
    assert minutes == [f"Biên bản “{late.title}” chưa duyệt, đã quá hạn 6 ngày."]


async def test_whoever_comes_was_told_of_recording_and_by_which_text(place: Place) -> None:
    meeting = await place.meeting()
    leader = place.signed_in("bithu")
    async with place.live(meeting, leader, device="computer", informed=True) as chair:
        await chair.told("welcome")
    told = (await leader.get(f"/api/cells/{place.cell}/consents")).json()["consents"]
    assert [(one["name"], one["informed"], one["notice"] != "") for one in told] == [("Vi Văn Thuận", True, True)]
