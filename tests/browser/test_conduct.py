"""The conduct of a meeting by two people in real browsers: roll call, floor, paper ballots, off record. No speech."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from tests.browser.place import Place, browser, call_meeting, from_afar, open_recorded, page_of, sign_in, sit_in_hall

pytestmark = [pytest.mark.browser, pytest.mark.serial]
SPEECH = False
INK = "rgb(41, 36, 31)"  # of what is chosen
CHAIR, FAR, UNANNOUNCED = "Vi Văn Thuận", "Lang Văn Hợp", "Lê Đình Khang"


@dataclass
class Meeting:
    """``desk``: the leader in the hall, at the chair's desk. ``far``: a member elsewhere. ``unannounced``: a page
    at the door of a member whom the cell's list has in the hall."""

    desk: Page
    far: Page
    unannounced: Page

    def at(self, desk: str) -> Page:
        self.desk.locator("#desk-switch").select_option(desk)
        return self.desk

    def row(self, name: str) -> Locator:
        return self.desk.get_by_role("dialog").locator(".rollline").filter(has_text=name)

    def tap(self, name: str, words: str, pressed: bool = True) -> None:
        button = self.row(name).get_by_role("button", name=words, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", str(pressed).lower())
        if pressed and words == "Hội trường":  # also under the pointer, which is still there: white words on ink
            expect(button).to_have_css("background-color", INK)

    def shut(self) -> None:
        self.desk.get_by_role("dialog").get_by_role("button", name="Đóng").click()


@pytest.fixture(scope="module")
def meeting(playwright: Playwright, place: Place) -> Iterator[Meeting]:
    people, faults = browser(playwright), list[str]()
    desk, far = page_of(people, place, faults), page_of(people, place, faults, width=390, height=800)
    sign_in(desk, place, "leader")
    path = call_meeting(desk)
    unannounced = page_of(people, place, faults, width=360, height=740)
    addresses = desk.evaluate(
        """async (path) => {
          const headers = { "X-Hopchibo": "1", "Content-Type": "application/json" };
          const links = `/api/meetings/${path.split("/").pop()}/links`;
          const reply = await fetch(links, { method: "POST", headers, body: "{}" });
          return Object.fromEntries((await reply.json()).links.map((link) => [link.name, link.url]));
        }""",
        path,
    )
    desk.goto(path)
    sit_in_hall(desk)
    far.goto(addresses[FAR])
    unannounced.goto(addresses[UNANNOUNCED])
    yield Meeting(desk, far, unannounced)
    people.close()
    assert not faults


def test_a_member_answers_the_invitation_and_the_desk_sees_it(meeting: Meeting) -> None:
    desk, far = meeting.desk, meeting.far
    from_afar(far)
    far.get_by_role("button", name="Tôi vắng").click()
    far.get_by_label("Lý do vắng").fill("đi làm ca đêm")
    far.get_by_role("button", name="Báo vắng").click()
    expect(far.get_by_text("Đồng chí đã báo vắng: đi làm ca đêm.")).to_be_visible()
    open_recorded(desk)


def test_contradictions_at_the_roll_call_are_said_and_settled_by_a_tap(meeting: Meeting) -> None:
    desk = meeting.at("chair")
    desk.get_by_role("button", name="Điểm danh").click()
    for name in (CHAIR, "Vi Thị Lan"):
        meeting.tap(name, "Hội trường")
    meeting.tap("Vi Thị Lan", "Hội trường", pressed=False)  # a wrong tap, taken back
    meeting.tap("Vi Thị Lan", "Hội trường")
    meeting.tap(FAR, "Hội trường")
    row = meeting.row(FAR)
    expect(row).to_contain_text("vừa kết nối trực tuyến")
    expect(row).to_contain_text("Đã xin vắng nhưng có mặt")
    row.get_by_role("button", name="Đã đến, bỏ ghi vắng").click()
    expect(row).not_to_contain_text("Đã xin vắng")
    row.get_by_role("button", name="Tính là từ xa").click()
    expect(row.locator(".banner")).to_have_count(0)
    meeting.tap(FAR, "Đã nghe tiếng")
    expect(row).to_contain_text(f"đã nhận diện – {CHAIR}")
    meeting.shut()
    desk.locator("hcb-roll-call .bases summary").click()
    expect(desk.locator("hcb-roll-call .bases dd").nth(1)).to_contain_text(FAR)


def test_who_comes_from_elsewhere_unannounced_waits_for_one_tap_of_the_chair(meeting: Meeting) -> None:
    page, desk = meeting.unannounced, meeting.at("chair")
    from_afar(page)
    expect(page.get_by_text("chưa có trong danh sách được dự từ xa")).to_be_visible()
    card = desk.locator("hcb-people .attention").filter(has_text=UNANNOUNCED)
    card.get_by_label("Lý do").fill("đi công tác ở Hà Nội")
    card.get_by_role("button", name="Cho dự trực tuyến").click()
    expect(page.get_by_role("button", name="GIƠ TAY")).to_be_visible()
    desk.get_by_role("button", name="Điểm danh").click()
    expect(meeting.row(UNANNOUNCED)).to_contain_text("được dự từ xa: đi công tác ở Hà Nội")
    expect(meeting.row(UNANNOUNCED).locator(".banner")).to_have_count(0)
    meeting.shut()
    page.get_by_role("button", name="Rời họp").click()
    page.get_by_role("dialog").get_by_role("button", name="Rời họp").click()


def test_hands_wait_in_their_order_and_a_mark_is_undone(meeting: Meeting) -> None:
    desk = meeting.at("chair")
    desk.get_by_role("button", name=re.compile("^Vào nội dung:")).click()
    meeting.far.get_by_role("button", name="GIƠ TAY").click()
    hands = desk.locator("hcb-floor .hands li")
    expect(hands).to_have_count(1)
    meeting.at("member").get_by_role("button", name="GIƠ TAY").click()
    desk = meeting.at("chair")
    expect(hands).to_have_count(2)
    expect(hands.nth(0)).to_contain_text(FAR)
    expect(hands.nth(1)).to_contain_text(CHAIR)
    hands.nth(0).get_by_role("button", name="Mời").click()
    expect(desk.locator("hcb-floor .speaker")).to_contain_text(FAR)
    expect(meeting.far.get_by_text("Mời đồng chí phát biểu")).to_be_visible()
    marker = meeting.at("secretary").locator("hcb-marker")
    marker.get_by_role("button", name="Chưa rõ").click()
    expect(marker.get_by_role("button", name="Chưa rõ")).to_have_attribute("aria-pressed", "true")
    marker.get_by_role("button", name="Hoàn tác").click()
    expect(marker.get_by_role("button", name=FAR)).to_have_attribute("aria-pressed", "true")


def test_on_a_small_phone_every_choice_of_a_vote_is_seen_also_by_who_has_the_floor(meeting: Meeting) -> None:
    desk, far = meeting.at("chair"), meeting.far
    far.set_viewport_size({"width": 360, "height": 740})
    desk.get_by_role("button", name="BIỂU QUYẾT", exact=True).click()
    desk.locator("#motion-text").fill("Chủ trương vận động làm đường, mức 300.000 đồng/hộ")
    desk.get_by_role("button", name="Bắt đầu biểu quyết").click()
    expect(far.get_by_role("button", name="Ý kiến khác")).to_be_visible()
    last, foot = far.get_by_role("button", name="Ý kiến khác").bounding_box(), far.locator(".memberfoot").bounding_box()
    assert last is not None
    assert foot is not None
    assert last["y"] + last["height"] <= foot["y"]  # not under the foot, and nothing to scroll for
    assert foot["y"] + foot["height"] <= 741
    far.get_by_role("button", name="Tán thành", exact=True).click()
    desk.get_by_label("Tán thành", exact=True).fill("1")
    desk.get_by_role("button", name="Kết thúc biểu quyết").click()
    expect(desk.get_by_text("Còn 1 đồng chí chưa biểu quyết. Vẫn kết thúc?")).to_be_visible()
    desk.get_by_role("button", name="Ghi số đếm").click()
    expect(desk.get_by_text("đủ 2/2")).to_be_visible()
    expect(desk.get_by_text("Vẫn kết thúc?")).to_have_count(0)  # nobody is missing any more
    desk.get_by_role("button", name="Kết thúc biểu quyết").click()
    expect(desk.locator(".result").last).to_contain_text("2/2")
    far.get_by_role("button", name="TÔI NÓI XONG").click()
    expect(far.get_by_role("button", name="GIƠ TAY")).to_be_visible()
    expect(desk.locator("hcb-floor .speaker")).to_have_count(0)


def test_only_who_is_invited_speaks_while_the_chair_says_so(meeting: Meeting) -> None:
    desk = meeting.at("chair")
    desk.locator("hcb-floor .rules summary").click()
    desk.get_by_label("Chỉ người được mời").check()
    desk.get_by_label("Thời gian mỗi lượt").select_option(label="3 phút")
    expect(desk.locator("hcb-floor .rules summary")).to_contain_text("Chỉ người được mời · 3 phút")


def test_paper_ballots_leave_out_who_is_elsewhere_and_must_add_up(meeting: Meeting) -> None:
    desk = meeting.at("chair")
    desk.get_by_role("button", name="BIỂU QUYẾT", exact=True).click()
    desk.locator("#motion-text").fill("Giới thiệu nhân sự chi ủy")
    desk.get_by_label("Hình thức").select_option(label="phiếu kín (giấy)")
    desk.get_by_role("button", name="Bắt đầu biểu quyết").click()
    card = desk.locator("hcb-ballots")
    expect(card).to_contain_text("1 đồng chí dự từ xa không bỏ phiếu")
    expect(meeting.far.locator(".captions")).to_be_visible()  # the paper waits, the meeting goes on
    expect(meeting.far.get_by_text("không bỏ phiếu lần này")).to_be_visible()
    base = int(re.findall(r"hội trường (\d+) đồng chí", card.inner_text())[0])

    def count(valid: int) -> None:
        numbers = {"Phát ra": base, "Thu về": base, "Hợp lệ": valid, "Không hợp lệ": 0}
        for label, number in ({**numbers, "Tán thành": base, "Không tán thành": 0, "Ý kiến khác": 0}).items():
            card.get_by_label(label, exact=True).fill(str(number))
        card.get_by_role("button", name="Ghi kết quả kiểm phiếu").click()

    count(base - 1)
    expect(desk.get_by_text("Hợp lệ và không hợp lệ cộng lại")).to_be_visible()
    count(base)
    card.get_by_role("button", name="Kết thúc biểu quyết").click()
    expect(desk.locator(".result").last).to_contain_text("1 đồng chí dự trực tuyến không bỏ phiếu")


def test_off_record_is_said_on_every_screen(meeting: Meeting) -> None:
    desk = meeting.at("chair")
    desk.get_by_role("button", name="TẠM DỪNG GHI").click()
    for page in (desk, meeting.far):
        expect(page.get_by_text("Đã dừng ghi").first).to_be_visible()
    desk.get_by_role("button", name="Ghi trở lại").click()
    for page in (desk, meeting.far):
        expect(page.get_by_text("Đang ghi").first).to_be_visible()
