"""What a cell sends up: the clerk above receives and answers it, and the answer comes back; the year's page filters."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.place import Place, browser, page_of, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.serial]
SPEECH = False
CLERK, PASSWORD, TITLE = "van-phong", "mot-mat-khau-dai", "Sửa cầu treo bản Pom"


def clerk_signs_in(page: Page, place: Place, administrator: Page) -> None:
    """An account of the level above, made by the administrator and entered by its printed code."""
    headers = {"X-Hopchibo": "1", "Origin": place.url}
    units = administrator.request.get(f"{place.url}/api/cells").json()["cells"]
    commune = next(unit["parent"] for unit in units if unit["id"] == place.cell)
    body = {"name": CLERK, "person": "Nguyễn Thị Hạnh", "cell": commune, "upper_viewer": True}
    made = administrator.request.post(f"{place.url}/api/accounts", data=body, headers=headers)
    assert made.ok, made.text()
    page.goto(place.url)
    page.get_by_role("button", name="Quên mật khẩu").click()
    page.get_by_label("Mã in trên giấy").fill(made.json()["code"])
    page.get_by_label("Mật khẩu mới").fill(PASSWORD)
    page.get_by_role("button", name="Đặt mật khẩu và vào").click()
    expect(page.get_by_role("link", name="Theo dõi sinh hoạt")).to_be_visible()


def test_a_petition_goes_up_is_answered_and_comes_back(playwright: Playwright, place: Place) -> None:
    people, faults = browser(playwright), []
    leader, administrator, clerk = (page_of(people, place, faults) for _ in range(3))
    sign_in(leader, place, "leader")
    sign_in(administrator, place, "administrator")
    clerk_signs_in(clerk, place, administrator)

    leader.goto(f"{place.url}/archive/sent")
    leader.get_by_role("button", name="Gửi lên cấp trên").click()
    leader.get_by_label("Loại", exact=True).select_option("petition")
    leader.get_by_label("Tên nội dung").fill(TITLE)
    leader.get_by_label("Tệp kèm").set_input_files(
        {"name": "ảnh cầu.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 cau treo"}
    )
    leader.get_by_role("button", name="Gửi", exact=True).click()
    expect(leader.get_by_text("đã gửi", exact=True)).to_be_visible()

    clerk.goto(f"{place.url}/supervision/inbox")
    expect(clerk.get_by_text("1 nội dung · 1 chưa mở · 1 chờ trả lời · 0 quá hạn")).to_be_visible()
    clerk.get_by_role("button", name="Mở", exact=True).click()
    expect(clerk.get_by_role("link", name="ảnh cầu.pdf")).to_be_visible()
    clerk.get_by_label("Trả lời chi bộ").fill("Đã bố trí kinh phí quý I.")
    clerk.get_by_role("button", name="Gửi trả lời").click()
    expect(clerk.get_by_text("Không có nội dung nào ở mục này.")).to_be_visible()

    leader.reload()
    expect(leader.get_by_text("Đã bố trí kinh phí quý I.")).to_be_visible()
    plan = f"{place.url}/api/cells/{place.cell}/plan?starts_at=1795000000000"
    assert TITLE in leader.request.get(plan).text()
    leader.goto(f"{place.url}/archive/looks")
    expect(leader.get_by_role("cell", name="mở nội dung chi bộ gửi lên").first).to_be_visible()

    clerk.goto(f"{place.url}/supervision")
    expect(clerk.locator("table.grid tbody tr")).not_to_have_count(0)
    clerk.get_by_label("Tên chi bộ").fill("không có chi bộ này")
    clerk.get_by_label("Tên chi bộ").press("Tab")
    expect(clerk.get_by_text("Không có chi bộ nào khớp.")).to_be_visible()
    clerk.get_by_label("Tên chi bộ").fill("")
    clerk.get_by_label("Tên chi bộ").press("Tab")
    clerk.locator("table.grid tbody a").first.click()
    expect(clerk.get_by_text("Về bảng năm")).to_be_visible()
    people.close()
    assert not faults
