"""A meeting that was held on paper during a power cut, typed in afterwards in a real browser. No speech."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from tests.browser.place import Place, browser, links_of, page_of, sign_in, sit_in_hall

pytestmark = [pytest.mark.browser, pytest.mark.serial]
SPEECH = False
CHAIR, LATE, OUT = "Vi Văn Thuận", "Vi Thị Lan", "Lê Đình Khang"
BEGAN = (datetime.now(UTC) + timedelta(hours=7 - 3)).replace(second=0, microsecond=0)  # three hours ago, in Vietnam


def clock(minutes: int) -> str:
    """So long after the opening, as the paper has it."""
    return f"{BEGAN + timedelta(minutes=minutes):%H:%M}"


@dataclass
class Desk:
    people: Browser
    page: Page
    place: Place
    path: str
    faults: list[str]

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def row(self, name: str) -> Locator:
        return self.page.get_by_role("dialog").locator(".rollline").filter(has_text=name)


@pytest.fixture(scope="module")
def desk(playwright: Playwright, place: Place) -> Iterator[Desk]:
    people, faults = browser(playwright), list[str]()
    page = page_of(people, place, faults)
    sign_in(page, place, "leader")
    headers = {"X-Hopchibo": "1", "Origin": place.url}
    cell = page.request.get(f"{place.url}/api/me").json()["cell"]
    plan = {
        "kind": "regular", "title": "Sinh hoạt khi mất điện", "place": "Nhà văn hóa thôn", "mode": "hybrid",
        "starts_at": int((BEGAN - timedelta(hours=7)).timestamp() * 1000), "agenda": [{"title": "Làm đường"}],
    }  # fmt: skip
    made = page.request.post(f"{place.url}/api/cells/{cell}/meetings", data=plan, headers=headers)
    assert made.ok, made.text()
    path = f"/m/{made.json()['id']}"
    page.goto(path)
    sit_in_hall(page)
    yield Desk(people, page, place, path, faults)
    people.close()
    assert not faults


def test_the_opening_is_typed_in_with_its_time_which_is_not_to_come(desk: Desk) -> None:
    page = desk.page
    page.get_by_label("Chủ trì", exact=True).select_option(label=f"{CHAIR} (bí thư)")
    page.get_by_label("Thư ký", exact=True).select_option(index=2)
    page.get_by_label("Không ghi").check()
    page.locator("hcb-opening").get_by_label("Nhập tay từ phiếu giấy").check()
    page.locator("#opened-day").fill(f"{BEGAN + timedelta(days=1):%Y-%m-%d}")
    page.locator("#opened-time").fill(clock(0))
    desk.button("KHAI MẠC").click()
    expect(page.get_by_text("là giờ chưa tới")).to_be_visible()
    page.locator("#opened-day").fill(f"{BEGAN:%Y-%m-%d}")
    desk.button("KHAI MẠC").click()
    expect(desk.button("KHAI MẠC")).to_have_count(0)
    expect(page.get_by_text("Đang nhập tay từ phiếu giấy")).to_be_visible()


def test_who_came_late_and_stepped_out_has_the_times_of_the_paper(desk: Desk) -> None:
    page = desk.page
    desk.button("Điểm danh").click()
    for name in (CHAIR, LATE, OUT):
        row = desk.row(name)
        row.get_by_role("button", name="Hội trường").click()
        expect(row).to_contain_text("nhập tay")
    late = desk.row(LATE)
    late.get_by_role("button", name="Giờ đến, về").click()
    late.get_by_label("Đến lúc").fill(clock(20))
    late.get_by_label("Đến muộn").check()
    late.get_by_role("button", name="Lưu").click()
    expect(late).to_contain_text(f"đến lúc {clock(20)}")
    out = desk.row(OUT)
    out.get_by_role("button", name="Giờ đến, về").click()
    out.get_by_label("Rời phòng lúc").fill(clock(40))
    out.get_by_label("Trở lại lúc").fill(clock(30))
    out.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("sớm hơn giờ rời phòng")).to_be_visible()
    out.get_by_label("Trở lại lúc").fill(clock(55))
    out.get_by_role("button", name="Lưu").click()
    expect(out).to_contain_text(f"ra ngoài {clock(40)} – {clock(55)}")
    page.get_by_role("dialog").get_by_role("button", name="Đóng").click()


def test_a_reload_keeps_the_mark(desk: Desk) -> None:
    desk.page.reload()
    expect(desk.page.get_by_text("Đang nhập tay từ phiếu giấy")).to_be_visible()


def test_a_hall_count_says_what_the_other_opinion_was_and_a_member_keeps_one_on_the_phone(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("button", name=re.compile("^Vào nội dung:")).click()
    desk.button("BIỂU QUYẾT").click()
    page.locator("#motion-text").fill("Mỗi hộ góp 300.000 đồng")
    page.get_by_role("button", name="Bắt đầu biểu quyết").click()
    base = int(str(page.locator("#count-for").get_attribute("max")))
    page.locator("#count-for").fill(str(base - 1))
    page.locator("#count-other").fill("1")
    page.locator("#count-note").fill("đề nghị chia hai đợt")
    desk.button("Ghi số đếm").click()
    expect(desk.button("Ghi số đếm")).to_be_disabled()
    desk.button("Kết thúc biểu quyết").click()
    expect(page.locator(".result")).to_contain_text("Ý kiến khác: đề nghị chia hai đợt")
    expect(page.locator(".result")).to_contain_text("nhập tay")

    phone = page_of(desk.people, desk.place, desk.faults, width=360, height=740)
    links, _ = links_of(page, desk.place, desk.path)
    phone.goto(links[OUT])
    sit_in_hall(phone)
    phone.get_by_role("button", name="Bảo lưu ý kiến").click()
    phone.get_by_label("Ý kiến bảo lưu của đồng chí").fill("Mức này cao với hộ cận nghèo.")
    phone.get_by_role("button", name="Ghi vào biên bản").click()
    phone.get_by_role("button", name="Ý kiến bảo lưu của tôi").click()
    expect(phone.get_by_label("Ý kiến bảo lưu của đồng chí")).to_have_value("Mức này cao với hộ cận nghèo.")
    phone.get_by_role("button", name="Rút ý kiến bảo lưu").click()
    expect(phone.get_by_role("button", name="Bảo lưu ý kiến")).to_be_visible()
    phone.get_by_role("button", name="Bảo lưu ý kiến").click()
    phone.get_by_label("Ý kiến bảo lưu của đồng chí").fill("Đề nghị miễn cho hộ cận nghèo.")
    phone.get_by_role("button", name="Ghi vào biên bản").click()
    expect(phone.get_by_role("button", name="Ý kiến bảo lưu của tôi")).to_be_visible()
    phone.context.close()


def test_the_close_is_typed_in_with_its_time(desk: Desk) -> None:
    page = desk.page
    desk.button("KẾT LUẬN").click()
    desk.button("Chưa kết luận, để lại").click()
    desk.button("BẾ MẠC").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("#closed-time").fill(clock(95))
    dialog.locator("#closed-day").fill(f"{BEGAN + timedelta(minutes=95):%Y-%m-%d}")
    dialog.get_by_role("button", name="BẾ MẠC").click()
    expect(desk.button("BẾ MẠC")).to_have_count(0)
