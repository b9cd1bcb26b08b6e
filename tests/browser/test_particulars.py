"""Reserved opinions and the meeting's own score, entered at the secretary's desk and carried into the draft."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.place import ROOT, Place, browser, call_meeting, page_of, sign_in, sit_in_hall
from tests.browser.screens import faults

pytestmark = [pytest.mark.browser, pytest.mark.serial]
SPEECH = False


def _opened(page: Page, place: Place) -> None:
    """A meeting opened by the leader with some members in the hall; the leader's roles stay on their desk."""
    sign_in(page, place, "leader")
    page.goto(call_meeting(page))
    sit_in_hall(page)
    for role, label in (("Chủ trì", 1), ("Thư ký", 1)):
        page.get_by_label(role, exact=True).select_option(index=label)
    page.get_by_label("Không ghi").check()
    page.get_by_role("button", name="KHAI MẠC").click()
    expect(page.get_by_role("button", name="KHAI MẠC")).to_have_count(0)
    page.get_by_role("button", name="Điểm danh").click()
    for row in page.get_by_role("dialog").locator(".rollline").all()[:3]:
        row.get_by_role("button", name="Hội trường").click()
        expect(row.get_by_role("button", name="Hội trường")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("dialog").get_by_role("button", name="Đóng").click()


@pytest.fixture(scope="module")
def page(playwright: Playwright, place: Place) -> Iterator[Page]:
    people, told = browser(playwright), list[str]()
    page = page_of(people, place, told, width=360, height=740)
    _opened(page, place)
    yield page
    assert not told
    people.close()


def _clean(page: Page) -> None:
    assert not faults(page, (ROOT / "web_client/node_modules/axe-core/axe.min.js").read_text("utf-8"), 360)


def test_the_meeting_is_scored_at_the_desk(page: Page) -> None:
    page.locator("#desk-switch").select_option("secretary")
    page.get_by_role("button", name="Tự chấm điểm").click()
    sheet = page.get_by_role("dialog")
    for box in sheet.locator("input[type=number]").all():
        if box.input_value() == "":
            box.fill(str(int(float(str(box.get_attribute("max"))))))
    _clean(page)
    sheet.get_by_role("button", name="Ghi điểm").click()
    expect(sheet).to_have_count(0)
    page.get_by_role("button", name="Tự chấm điểm").click()
    expect(page.get_by_role("dialog").get_by_text("Đã chấm:")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Thôi").click()


def test_an_opinion_is_kept_on_a_vote(page: Page) -> None:
    page.locator("#desk-switch").select_option("chair")
    page.get_by_role("button", name="BIỂU QUYẾT").click()
    page.locator("#motion-text").fill("Mức đóng góp 300.000 đồng mỗi hộ")
    page.get_by_role("button", name="Bắt đầu biểu quyết").click()
    page.locator("#desk-switch").select_option("secretary")
    for _ in range(2):
        page.get_by_role("button", name="Ý kiến bảo lưu").click()
        kept = page.get_by_role("dialog").get_by_role("listitem")
        if kept.count():
            break
        page.locator("#reserve-text").fill("mức thu quá cao với hộ neo đơn")
        _clean(page)
        page.get_by_role("button", name="Ghi bảo lưu").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
    expect(kept).to_contain_text("mức thu quá cao với hộ neo đơn")
