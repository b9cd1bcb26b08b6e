"""A clerk's day: supervision first, the month's evenings and who follows whom, whom to phone, whose code to print."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.place import Place, browser, page_of, sign_in
from tests.browser.test_sent_up import clerk_signs_in

pytestmark = [pytest.mark.browser, pytest.mark.serial]
SPEECH = False
TITLE = "Sinh hoạt có người theo dõi"


def planned(page: Page, place: Place) -> None:
    """A meeting of today, by the leader."""
    body = {
        "kind": "regular", "title": TITLE, "mode": "hall", "place": "Nhà văn hóa", "starts_at": int(time.time() * 1000),
        "agenda": [{"title": "Việc chung"}],
    }  # fmt: skip
    headers = {"X-Hopchibo": "1", "Origin": place.url}
    made = page.request.post(f"{place.url}/api/cells/{place.cell}/meetings", data=body, headers=headers)
    assert made.ok, made.text()


def test_a_clerk_sees_evenings_who_follows_whom_and_whom_to_phone(playwright: Playwright, place: Place) -> None:
    people, faults = browser(playwright), []
    leader, administrator, clerk = (page_of(people, place, faults) for _ in range(3))
    sign_in(leader, place, "leader")
    sign_in(administrator, place, "administrator")
    planned(leader, place)
    clerk_signs_in(clerk, place, administrator)
    expect(clerk).to_have_url(f"{place.url}/supervision")
    expect(clerk.get_by_role("link", name="Cuộc họp", exact=True)).to_have_count(0)
    clerk.goto(place.url)
    expect(clerk.get_by_role("heading", name="Theo dõi sinh hoạt chi bộ")).to_be_visible()

    clerk.get_by_role("link", name="Lịch họp").click()
    expect(clerk.get_by_text("1 cuộc họp", exact=False).first).to_be_visible()
    expect(clerk.get_by_text("chưa có người theo dõi")).to_be_visible()
    assert TITLE not in clerk.content(), "the level above sees no contents, titles neither"
    clerk.get_by_text("Người theo dõi và số điện thoại").click()
    clerk.get_by_role("button", name="Sửa: ").first.click()
    clerk.get_by_label("Người theo dõi", exact=True).fill("Hà Thị Nga")
    clerk.get_by_label("Điện thoại bí thư").fill("0912 345 678")
    clerk.get_by_role("button", name="Ghi", exact=True).click()
    expect(clerk.get_by_role("cell", name="0912 345 678")).to_be_visible()
    clerk.reload()
    expect(clerk.get_by_text("theo dõi: Hà Thị Nga")).to_be_visible()
    clerk.get_by_role("button", name="Tháng sau").click()
    expect(clerk.get_by_text("Không có cuộc họp nào trong tháng này.")).to_be_visible()

    told = clerk.request.get(f"{place.url}/api/supervision/calls").json()["calls"]
    clerk.get_by_role("link", name="Cần gọi").click()
    if told:  # from the 20th of a month on
        expect(clerk.locator("table.calls tbody tr")).to_have_count(len(told))
        expect(clerk.get_by_role("link", name="0912 345 678")).to_have_attribute("href", "tel:0912345678")
    else:
        expect(clerk.get_by_text("Hôm nay không cần gọi chi bộ nào.")).to_be_visible()

    clerk.get_by_role("link", name="Mã vào").click()
    expect(clerk.get_by_role("button", name="In mã: Lương Văn Chiến")).to_be_visible()
    people.close()
    assert not faults
