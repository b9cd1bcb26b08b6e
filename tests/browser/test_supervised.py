"""A clerk's day: the month's evenings and who follows whom, whom to phone, a printed code that lets somebody in again;
and a cell's own: lists for the handbook and the history of a matter."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, Playwright, expect

from tests.browser.place import Place, browser, page_of, sign_in
from tests.browser.test_sent_up import clerk_signs_in

pytestmark = [pytest.mark.browser, pytest.mark.serial]
SPEECH = False
TITLE, NEW = "Sinh hoạt có người theo dõi", "mat-khau-moi-dai"


def planned(page: Page, place: Place) -> None:
    """A meeting of today, by the leader."""
    body = {
        "kind": "regular", "title": TITLE, "mode": "hall", "place": "Nhà văn hóa", "starts_at": int(time.time() * 1000),
        "agenda": [{"title": "Việc chung"}],
    }  # fmt: skip
    headers = {"X-Hopchibo": "1", "Origin": place.url}
    made = page.request.post(f"{place.url}/api/cells/{place.cell}/meetings", data=body, headers=headers)
    assert made.ok, made.text()


def test_a_clerk_sees_evenings_phones_and_lets_somebody_in_again(playwright: Playwright, place: Place) -> None:
    people, faults = browser(playwright), []
    leader, administrator, clerk, back = (page_of(people, place, faults) for _ in range(4))
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
    clerk.get_by_label("Gõ họ tên hoặc tên đăng nhập").fill(place.accounts["secretary"]["name"])
    clerk.get_by_label("Gõ họ tên hoặc tên đăng nhập").press("Tab")
    expect(clerk.get_by_role("button", name="In mã: ")).to_have_count(1)
    clerk.get_by_role("button", name="In mã: ").click()
    code = clerk.locator(".codepaper .code").inner_text()
    back.goto(place.url)
    back.get_by_role("button", name="Quên mật khẩu").click()
    back.get_by_label("Mã in trên giấy").fill(code)
    back.get_by_label("Mật khẩu mới").fill(NEW)
    back.get_by_role("button", name="Đặt mật khẩu và vào").click()
    expect(back.get_by_text(TITLE)).to_be_visible()
    leader.goto(f"{place.url}/archive/looks")
    expect(leader.get_by_role("cell", name="in mã vào cho một tài khoản").first).to_be_visible()
    people.close()
    assert not faults


def test_a_cell_takes_its_lists_out_and_follows_a_matter_through_the_years(
    playwright: Playwright, place: Place, tmp_path: Path
) -> None:
    people, faults = browser(playwright), []
    leader = page_of(people, place, faults)
    sign_in(leader, place, "leader")
    planned(leader, place)
    headers = {"X-Hopchibo": "1", "Origin": place.url}
    for day, text in (("2019-03-05", "Đề nghị sửa cầu treo bản Pom."), ("2021-04-03", "Cầu treo đã sửa xong.")):
        form = {"title": "Sinh hoạt chi bộ", "day": day, "text": text}
        made = leader.request.post(f"{place.url}/api/cells/{place.cell}/old", multipart=form, headers=headers)
        assert made.ok, made.text()

    leader.goto(f"{place.url}/archive/lists")
    with leader.expect_download() as taken:
        leader.get_by_role("button", name="Tải Excel").click()
    book = load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes()), read_only=True)
    assert {"Cuộc họp", "Dự họp", "Nhiệm vụ", "Kết luận"} <= set(book.sheetnames)
    assert any(TITLE in row for row in book["Cuộc họp"].iter_rows(values_only=True))
    leader.get_by_label("Danh sách", exact=True).select_option("meetings")
    with leader.expect_download() as taken:
        leader.get_by_role("button", name="Tải CSV").click()
    assert TITLE in Path(taken.value.path()).read_text(encoding="utf-8-sig")
    expect(leader.get_by_text("Đã tải xong.")).to_be_visible()
    leader.get_by_role("button", name="Tải hồ sơ (ZIP)").click()
    expect(leader.get_by_text("chưa có hồ sơ nào được niêm phong")).to_be_visible()

    leader.goto(f"{place.url}/archive/history")
    leader.get_by_label("Việc cần tìm").fill("cau treo")
    leader.get_by_role("button", name="Xem lịch sử").click()
    expect(leader.get_by_text("2 dòng", exact=True)).to_be_visible()
    lines = leader.locator(".timeline .minutestext")
    assert [line.inner_text() for line in lines.all()] == ["Đề nghị sửa cầu treo bản Pom.", "Cầu treo đã sửa xong."]
    assert lines.first.locator("mark").all_inner_texts() == ["cầu", "treo"]
    leader.goto(f"{place.url}/archive/looks")
    expect(leader.locator("tbody tr")).not_to_have_count(0)
    people.close()
    assert not faults
