"""The administrator founds and renames units from a phone: the sections are found, refusals said, changes told."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.place import ROOT, Place, browser, page_of, sign_in
from tests.browser.screens import faults

pytestmark = [pytest.mark.browser, pytest.mark.serial]
SPEECH = False


def test_a_cell_is_founded_and_renamed_on_a_phone(playwright: Playwright, place: Place) -> None:
    people, complaints = browser(playwright), list[str]()
    page = page_of(people, place, complaints, width=360, height=740)
    sign_in(page, place, "administrator")
    expect(page.get_by_role("link", name="Tổ chức")).to_be_hidden()
    page.get_by_role("button", name="Các phần").click()
    page.get_by_role("link", name="Tổ chức").click()
    page.get_by_role("button", name="Thêm chi bộ").click()
    page.get_by_label("Tên đầy đủ").fill("Chi bộ thôn Mị")
    page.get_by_label("Nhiệm kỳ").fill("2025-2030")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã lập Chi bộ thôn Mị. Tiếp theo: nhập danh sách đảng viên")).to_be_visible()
    page.get_by_role("button", name="Sửa: Chi bộ thôn Mị").click()
    page.get_by_label("Tên đầy đủ").fill("Chi bộ thôn Chiềng Cà")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("alert")).to_contain_text("Đã có “Chi bộ thôn Chiềng Cà” ở đây.")
    page.get_by_label("Tên đầy đủ").fill("Chi bộ thôn Mỵ")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Chi bộ thôn Mị → Chi bộ thôn Mỵ")).to_be_visible()
    axe = (ROOT / "web_client/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    wrong = faults(page, axe, 360)
    page.goto("/admin")
    expect(page.get_by_text("bithu")).to_be_visible()
    assert page.get_by_text("bithu").bounding_box()["height"] < 40, "a name stands on one line"  # type: ignore[index]
    assert not wrong + faults(page, axe, 360)
    for nowhere in ("/m/khong-co", "/m/khong-co/hall", "/m/khong-co/display"):
        page.goto(nowhere)
        expect(
            page.get_by_role("link", name="Về trang đầu").or_(page.get_by_role("button", name="Về trang đầu"))
        ).to_be_visible()
    assert not complaints
    people.close()
