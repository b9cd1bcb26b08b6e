"""A meeting without one tap by the chair and without recording, from the call to the record that anybody can check.

The secretary enters everything "theo lời chủ trì" in a real browser; the leader joins only for the minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, WebSocketRoute, expect

from tests.browser.place import Place, browser, call_meeting, page_of, sign_in, sit_in_hall
from tests.minutes.sealing.authority import PASSWORD, authority

pytestmark = [pytest.mark.browser, pytest.mark.serial]
SPEECH = False
CHAIR, DESK = "Vi Văn Thuận (bí thư)", "Lương Văn Chiến"
MOTION = "Chủ trương vận động làm đường, mức dự kiến 300.000 đồng/hộ"


@dataclass
class Line:
    """The way between a page and the server; ``cut`` as a lost network is."""

    sockets: list[WebSocketRoute] = field(default_factory=list)
    whole: bool = True

    def carry(self, socket: WebSocketRoute) -> None:
        if not self.whole:
            socket.close(code=1012)
            return
        socket.connect_to_server()
        self.sockets.append(socket)

    def cut(self) -> None:
        self.whole = False
        for socket in self.sockets:
            socket.close(code=1012)
        self.sockets.clear()


@dataclass
class Desk:
    people: Browser
    page: Page
    place: Place
    line: Line
    faults: list[str]
    path: str = ""

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


@pytest.fixture(scope="module")
def desk(playwright: Playwright, place: Place) -> Iterator[Desk]:
    people, faults, line = browser(playwright), [], Line()
    page = page_of(people, place, faults)
    page.route_web_socket(re.compile("/live/"), line.carry)
    yield Desk(people, page, place, line, faults)
    people.close()


def _prepared(desk: Desk) -> str:
    """The leader calls the meeting and names chair and secretary, then goes; returns the meeting's path."""
    leader = page_of(desk.people, desk.place, desk.faults)
    sign_in(leader, desk.place, "leader")
    path = call_meeting(leader)
    leader.goto(path)
    sit_in_hall(leader)
    leader.get_by_label("Chủ trì", exact=True).select_option(label=CHAIR)
    secretary = leader.get_by_label("Thư ký", exact=True)
    secretary.select_option(label=_label(leader, DESK))
    expect(secretary.locator("option:checked")).to_contain_text(DESK)
    leader.context.close()
    return path


def _label(page: Page, name: str) -> str:
    labels = page.locator("#appoint_secretary option").all_inner_texts()
    return next(label for label in labels if label.startswith(name))


def test_the_secretary_opens_the_meeting_by_the_chairs_word_without_recording(desk: Desk) -> None:
    page = desk.page
    desk.path = _prepared(desk)
    sign_in(page, desk.place, "secretary")
    page.goto(desk.path)
    sit_in_hall(page)
    expect(page.get_by_text("theo lời chủ trì").first).to_be_visible()
    expect(desk.button("KHAI MẠC")).to_be_disabled()
    page.get_by_label("Không ghi").check()
    desk.button("KHAI MẠC").click()
    expect(desk.button("KHAI MẠC")).to_have_count(0)
    expect(page.get_by_text("Không ghi âm").first).to_be_visible()


def test_the_roll_is_called_and_its_sums_add_up(desk: Desk) -> None:
    page = desk.page
    desk.button("Điểm danh").click()
    sheet = page.get_by_role("dialog")
    rows = sheet.locator(".rollline")
    for row in rows.all()[:12]:
        row.get_by_role("button", name="Hội trường").click()
        expect(row.get_by_role("button", name="Hội trường")).to_have_attribute("aria-pressed", "true")
    absent = rows.nth(12)
    absent.get_by_role("button", name="Có lý do").click()
    absent.get_by_role("textbox").fill("đi viện")
    absent.get_by_role("button", name="Lưu").click()
    expect(absent).to_contain_text("đi viện")
    rows.nth(13).get_by_role("button", name="Không lý do").click()
    expect(sheet.locator("p.num").first).to_contain_text("12 hội trường + 0 từ xa + 2 vắng")
    sheet.get_by_role("button", name="Đóng").click()


def test_speech_is_written_by_hand_and_stands_in_the_transcript(desk: Desk) -> None:
    page = desk.page
    page.locator("#desk-switch").select_option("chair")
    page.get_by_role("button", name=re.compile("^Vào nội dung:")).click()
    expect(page.locator(".agendaitem.now")).to_have_count(1)
    page.locator("#desk-switch").select_option("secretary")
    page.locator("#typed-who").select_option(label="Vi Thị Lan")
    box = page.locator("#typed-text")
    box.fill("Tôi đề nghị mức đóng góp 300.000 đồng một hộ, hộ nghèo được miễn.")
    box.press("Control+Enter")
    line = page.locator(".lines .line").last
    expect(line).to_contain_text("Vi Thị Lan")
    expect(line).to_contain_text("ghi tay")
    expect(box).to_have_value("")


def test_a_name_corrected_in_one_line_is_put_right_in_the_others_with_one_tap(desk: Desk) -> None:
    page, box = desk.page, desk.page.locator("#typed-text")
    for words in ("Đường vào bản Mạ Hố xuống cấp.", "Các hộ ở bản Mạ Hố rất khó khăn.", "Mong chi bộ giúp bản Mạ Hố."):
        box.fill(words)
        box.press("Control+Enter")
        expect(page.locator(".lines .line").last).to_contain_text(words)
    line = page.locator(".lines .line").last
    line.locator(".linetext").click()
    line.get_by_role("button", name="Sửa lời").click()
    line.locator("textarea").fill("Mong chi bộ giúp bản Mạ Hồ.")
    line.locator("textarea").press("Control+Enter")
    offer = page.locator(".elsewhere")
    expect(offer).to_contain_text("Còn 2 chỗ khác ghi “Mạ Hố”")
    offer.get_by_text("Xem từng chỗ").click()
    expect(offer.locator("del")).to_have_count(2)
    offer.get_by_role("button", name="Sửa cả 2 chỗ").click()
    expect(offer).to_have_count(0)
    expect(page.locator(".lines")).not_to_contain_text("Mạ Hố")
    expect(page.locator(".lines .line").filter(has_text="Mạ Hồ")).to_have_count(3)


def test_a_vote_that_does_not_add_up_says_by_how_many_then_does(desk: Desk) -> None:
    page = desk.page
    page.locator("#desk-switch").select_option("chair")
    desk.button("BIỂU QUYẾT").click()
    page.locator("#motion-text").fill(MOTION)
    page.get_by_role("button", name="Bắt đầu biểu quyết").click()
    base = int(str(page.locator("#count-for").get_attribute("max")))
    page.locator("#count-for").fill(str(base - 2))
    page.locator("#count-against").fill("1")
    expect(page.get_by_text(f"Còn thiếu 1 trong {base}").first).to_be_visible()
    page.locator("#count-other").fill("1")
    expect(page.get_by_text(f"Đủ {base}/{base}").first).to_be_visible()
    desk.button("Ghi số đếm").click()
    expect(page.locator(".sumline")).to_contain_text(str(base - 2))
    desk.button("Kết thúc biểu quyết").click()
    expect(page.locator(".result")).to_contain_text("Đã thông qua")


def test_the_item_is_concluded_with_an_opinion_heard_and_a_task_given(desk: Desk) -> None:
    page = desk.page
    desk.button("Giao nhiệm vụ").click()
    page.locator("#task-what").fill("Họp thôn để Nhân dân bàn, quyết định")
    page.get_by_role("dialog").get_by_label("Lò Văn Dũng").check()
    today = date.today()  # noqa: DTZ011  (as the page's own day)
    page.locator("#task-due").fill((today - timedelta(30)).isoformat())
    desk.button("Ghi nhiệm vụ").click()
    expect(page.get_by_text("Hạn này trước ngày họp")).to_be_visible()
    due = today + timedelta(14)
    page.locator("#task-due").fill(due.isoformat())
    desk.button("Ghi nhiệm vụ").click()
    expect(page.locator(".tasks")).to_contain_text(f"hạn {due:%d/%m/%Y}")
    desk.button("Sửa nhiệm vụ đã giao").click()
    expect(page.locator("#task-what")).to_have_value("Họp thôn để Nhân dân bàn, quyết định")
    expect(page.get_by_role("dialog").get_by_label("Lò Văn Dũng")).to_be_checked()
    due += timedelta(1)
    page.locator("#task-due").fill(due.isoformat())
    desk.button("Ghi nhiệm vụ").click()
    expect(page.locator(".tasks li")).to_have_count(1)
    expect(page.locator(".tasks")).to_contain_text(f"hạn {due:%d/%m/%Y}")
    page.locator(".proposals").get_by_label(re.compile("300.000")).check()
    desk.button("KẾT LUẬN").click()
    expect(page.locator("#conclusion")).to_have_value(re.compile("300.000 đồng"))
    desk.button("Ghi kết luận").click()
    expect(page.locator(".agendaitem.concluded")).to_have_count(1)


def test_what_stood_on_the_paper_form_is_typed_in_and_marked_so(desk: Desk) -> None:
    page = desk.page
    page.locator("hcb-closing").get_by_label("Nhập tay từ phiếu giấy").check()
    expect(page.get_by_text("Đang nhập tay từ phiếu giấy")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Vào nội dung:")).click()
    desk.button("Giao nhiệm vụ").click()
    page.locator("#task-what").fill("Phát quang đường trục thôn")
    desk.button("Ghi nhiệm vụ").click()
    expect(page.locator(".tasks li").filter(has_text="Phát quang")).to_contain_text("nhập tay")
    desk.button("Thôi nhập tay").click()
    desk.button("KẾT LUẬN").click()
    desk.button("Chưa kết luận, để lại").click()
    expect(page.locator(".agendaitem.now")).to_have_count(0)


def test_between_items_a_task_of_any_item_is_given_put_right_and_withdrawn(desk: Desk) -> None:
    page = desk.page
    first = page.locator(".agendaitem .grow > span").first.inner_text().split(". ", 1)[1]
    desk.button("Giao nhiệm vụ").click()
    page.locator("#task-what").fill("Dọn kho thôn")
    page.locator("#task-item").select_option(label=first)
    desk.button("Ghi nhiệm vụ").click()
    wrong = page.locator(".tasks li").filter(has_text="Dọn kho thôn")
    expect(wrong).to_have_count(1)
    wrong.get_by_role("button", name="Sửa nhiệm vụ đã giao").click()
    page.locator("#task-what").fill("Dọn kho của thôn")
    desk.button("Ghi nhiệm vụ").click()
    wrong = page.locator(".tasks li").filter(has_text="Dọn kho của thôn")
    wrong.get_by_role("button", name="Rút lại nhiệm vụ đã ghi").click()
    page.locator("#withdraw-reason").fill("ghi nhầm")
    page.get_by_role("dialog").get_by_role("button", name="Rút lại").click()
    expect(wrong).to_have_count(0)
    expect(page.locator(".tasks li").filter(has_text="Phát quang")).to_have_count(1)


def test_the_minutes_are_read_back_passed_and_the_meeting_is_closed(desk: Desk) -> None:
    page = desk.page
    page.locator("#desk-switch").select_option("secretary")
    desk.button("Soạn dự thảo").click()
    expect(page.locator(".blk").first).to_be_visible()
    page.locator("#desk-switch").select_option("chair")
    for step in ("Đã đọc lại biên bản", "Thông qua biên bản"):
        desk.button(step).click()
        page.get_by_role("dialog").locator("button.main").click()
    expect(page.get_by_text("Đã thông qua", exact=True).first).to_be_visible()
    desk.button("BẾ MẠC").click()
    left = page.get_by_role("dialog")
    for words in ("đồng chí chưa điểm danh", "nội dung chưa bàn", "1 nội dung chưa kết luận"):
        expect(left.locator(".unfinished")).to_contain_text(words)
    expect(left.locator(".unfinished")).not_to_contain_text("chưa thông qua")
    left.get_by_role("button", name="BẾ MẠC").click()
    expect(page.get_by_text("Trình, duyệt và lưu hồ sơ")).to_be_visible()
    page.locator("#desk-switch").select_option("secretary")
    expect(page.locator(".blk").filter(has_text="Nhập tay từ phiếu điều hành giấy: 1 nhiệm vụ.")).to_have_count(1)


def test_after_the_close_a_task_is_withdrawn_with_a_reason_only_and_leaves_the_minutes(desk: Desk) -> None:
    page = desk.page
    expect(page.locator(".blk").filter(has_text="Phát quang")).to_have_count(1)
    page.get_by_role("button", name=re.compile(r"^Nhiệm vụ, kiến nghị \(2\)")).click()
    page.locator(".tasks li").filter(has_text="Phát quang").get_by_role("button", name="Rút lại").click()
    page.get_by_role("dialog").locator("button.main").click()
    expect(page.locator("#withdraw-reason:invalid")).to_have_count(1)
    page.locator("#withdraw-reason").fill("thôn đã làm xong")
    page.get_by_role("dialog").locator("button.main").click()
    expect(page.locator(".tasks li").filter(has_text="Phát quang")).to_have_count(0)
    page.get_by_role("dialog").get_by_role("button", name="Đóng").click()
    expect(page.locator(".blk").filter(has_text="Phát quang")).to_have_count(0)


def test_a_paragraph_is_put_in_as_somebodys_opinion_and_is_given_to_another(desk: Desk) -> None:
    page = desk.page
    opinion = _block(page, "300.000")
    opinion.locator(".blktext").click()  # a paragraph opened for writing keeps its tools under the pointer
    expect(opinion.locator("textarea")).to_be_focused()
    opinion.get_by_role("button", name="Thêm đoạn dưới").click()
    opinion.get_by_label("Loại đoạn", exact=True).select_option("opinion")
    opinion.get_by_label("Người phát biểu").select_option(label="Lang Văn Hợp")
    opinion.get_by_role("button", name="Thêm đoạn", exact=True).click()
    new = page.locator(".blk").filter(has_text="…")
    expect(new).to_have_count(1)
    new.get_by_role("button", name="Đổi loại đoạn, người nói").click()
    expect(new.get_by_label("Người phát biểu").locator("option:checked")).to_have_text("Lang Văn Hợp")
    new.get_by_role("button", name="Thôi").click()
    new.get_by_role("button", name="Bỏ đoạn").click()
    new.get_by_label("Lý do sửa").fill("thêm thử")
    new.get_by_role("button", name="Bỏ đoạn").click()
    expect(new).to_have_count(0)


def _block(page: Page, words: str) -> Locator:
    """The block that says these words now; it stays the same block while it is written in."""
    block = page.locator(".blk").filter(has_text=words).first.get_attribute("data-block")
    return page.locator(f'[data-block="{block}"]')


def test_a_figure_changed_after_reading_back_needs_a_reason(desk: Desk) -> None:
    page = desk.page
    page.locator("#desk-switch").select_option("secretary")
    block = _block(page, "300.000")
    block.locator(".blktext").first.click()
    text = block.locator("textarea").input_value()
    block.locator("textarea").fill(text.replace("300.000", "350.000"))
    block.locator("textarea").press("Escape")
    block.get_by_label("Lý do sửa").fill("Ghi nhầm khi đọc lại")
    block.get_by_role("button", name="Lưu").click()
    expect(block).to_contain_text("sửa tay")
    expect(page.get_by_text("Đã lưu").first).to_be_visible()


def test_words_written_while_the_line_is_cut_arrive_when_it_is_back(desk: Desk) -> None:
    page = desk.page
    block = page.locator(".blk").first
    block.locator(".blktext").first.click()
    desk.line.cut()
    expect(page.get_by_text("Mất kết nối").first).to_be_visible()
    text = block.locator("textarea").input_value()
    block.locator("textarea").fill(f"{text} Viết khi mất mạng.")
    block.locator("textarea").press("Control+Enter")
    expect(page.get_by_text("Mất kết nối – còn giữ trên máy này")).to_be_visible()
    desk.line.whole = True
    page.get_by_role("button", name="Nối lại ngay").click()
    # The block's own figures did not change, so no reason is asked.
    expect(page.get_by_text(re.compile("Đã lưu")).first).to_be_visible()
    expect(page.locator(".blk").first).to_contain_text("Viết khi mất mạng.")
    expect(page.locator(".blk.dirty")).to_have_count(0)


def test_words_not_yet_sent_survive_a_reload(desk: Desk) -> None:
    page = desk.page
    block = page.locator(".blk").first
    block.locator(".blktext").first.click()
    desk.line.cut()
    expect(page.get_by_text("Mất kết nối").first).to_be_visible()
    text = block.locator("textarea").input_value()
    block.locator("textarea").fill(f"{text} Viết trước khi tải lại.")
    page.on("dialog", lambda asked: asked.accept())
    desk.line.whole = True
    page.reload()
    expect(page.locator(".blk").first).to_contain_text("Viết trước khi tải lại.")
    expect(page.locator(".blk.dirty")).to_have_count(0)
    expect(page.get_by_text(re.compile("Đã lưu")).first).to_be_visible()


def test_two_people_editing_one_block_lose_nothing(desk: Desk) -> None:
    leader = page_of(desk.people, desk.place, desk.faults)
    sign_in(leader, desk.place, "leader")
    leader.goto(desk.path)
    sit_in_hall(leader)
    leader.locator("#desk-switch").select_option("secretary")
    mine, theirs = desk.page.locator(".blk").first, leader.locator(".blk").first
    for one in (mine, theirs):
        one.locator(".blktext").first.click()
        one.locator("textarea").press("End")
    for one, words in ((mine, " Thư ký thêm."), (theirs, " Bí thư thêm.")):
        box = one.locator("textarea")
        box.fill(box.input_value() + words)
    mine.locator("textarea").press("Escape")
    expect(mine).to_contain_text("sửa tay")
    theirs.locator("textarea").press("Escape")
    expect(theirs).to_contain_text("Đoạn này vừa được sửa ở nơi khác")
    expect(theirs.locator(".blktext.now")).to_contain_text("Thư ký thêm.")
    theirs.get_by_role("button", name="Ghép cả hai").click()
    expect(theirs.locator("textarea")).to_have_value(re.compile(r"Thư ký thêm\. Bí thư thêm\.$"))
    theirs.locator("textarea").press("Escape")
    expect(theirs).not_to_contain_text("Đoạn này vừa được sửa ở nơi khác")
    expect(mine).to_contain_text("Thư ký thêm. Bí thư thêm.")
    expect(leader.locator(".blk.dirty")).to_have_count(0)
    leader.context.close()


def test_submitted_approved_and_sealed_it_can_be_checked_by_anybody(desk: Desk, tmp_path: Path) -> None:
    page = desk.page
    desk.button("Trình chủ trì duyệt").click()
    leader = page_of(desk.people, desk.place, desk.faults)  # nobody approves their own minutes
    sign_in(leader, desk.place, "leader")
    leader.goto(desk.path)
    sit_in_hall(leader)
    leader.get_by_role("button", name="DUYỆT BIÊN BẢN", exact=True).click()
    leader.context.close()
    expect(page.get_by_text("Đã niêm phong (chưa có chữ ký của người)").first).to_be_visible(timeout=60_000)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tải hồ sơ lưu").click()
    record = tmp_path / "ho-so.zip"
    taken.value.save_as(record)
    stranger = page_of(desk.people, desk.place, desk.faults)
    stranger.goto("/verify")
    stranger.locator("#record").set_input_files(record)
    expect(stranger.get_by_role("heading", name="Nguyên vẹn", exact=True)).to_be_visible()
    expect(stranger.get_by_role("heading", name="Chữ ký trong PDF")).to_be_visible()  # the server has answered too
    forged = bytearray(record.read_bytes())
    forged[len(forged) // 2] ^= 1
    record.write_bytes(forged)
    stranger.locator("#record").set_input_files(record)
    expect(stranger.get_by_role("heading", name="Không nguyên vẹn")).to_be_visible()
    stranger.context.close()


def test_the_secretary_signs_by_a_key_file_and_the_chair_is_asked_to(desk: Desk, tmp_path: Path) -> None:
    page, key = desk.page, tmp_path / "thu-ky.p12"
    key.write_bytes(authority("CA thử").person(DESK))
    page.goto(f"{desk.path}/minutes")
    page.get_by_text("Ký bằng tệp chứng thư số (.p12)", exact=True).click()
    page.locator("#p12").set_input_files(key)
    page.get_by_label("Mật khẩu của tệp").fill("sai")
    desk.button("KÝ SỐ").click()
    expect(page.get_by_text("sai mật khẩu", exact=False)).to_be_visible()
    page.get_by_label("Mật khẩu của tệp").fill(PASSWORD)
    desk.button("KÝ SỐ").click()
    expect(page.get_by_text("Thư ký đã ký số, chờ chủ trì")).to_be_visible(timeout=20_000)
    leader = page_of(desk.people, desk.place, desk.faults)
    sign_in(leader, desk.place, "leader")
    leader.goto("/")
    leader.get_by_role("link", name="Ký số hồ sơ").first.click()
    expect(leader.get_by_text("Thư ký đã ký số: đồng chí Lương Văn Chiến")).to_be_visible()
    expect(leader.get_by_text("Ký bằng tệp chứng thư số (.p12)", exact=True)).to_be_visible()
    leader.context.close()


def test_the_minutes_are_read_and_found_without_diacritics(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.path}/minutes")
    expect(page.locator(".minutespage")).to_contain_text("350.000")
    page.goto("/archive")
    page.locator("#q").fill("dong gop")
    page.get_by_role("button", name="Tìm").click()
    expect(page.locator("mark").first).to_be_visible()


def test_no_browser_complained(desk: Desk) -> None:
    assert not desk.faults
