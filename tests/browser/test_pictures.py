"""Pictures in real browsers: the hall's camera, a screen, the speaker's own. What is shown moves, the sound goes on,
and whoever does not want or cannot bear a picture only hears."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.place import (
    Place,
    browser,
    call_meeting,
    from_afar,
    kill,
    loudness,
    page_of,
    sign_in,
    sit_in_hall,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.serial]
SPEECH = False
FAR, PHONE = "Lang Văn Hợp", "Quách Văn Thắng"
LINKS = """async (path) => {
  const headers = { "X-Hopchibo": "1", "Content-Type": "application/json" };
  const reply = await fetch(`/api/meetings/${path.split("/").pop()}/links`, { method: "POST", headers, body: "{}" });
  return Object.fromEntries((await reply.json()).links.map((link) => [link.name, link.url]));
}"""
FRAMES = """(place) => {
  const video = document.querySelector(`video[data-place="${place}"]`);
  return video?.videoWidth ? video.getVideoPlaybackQuality().totalVideoFrames : -1;
}"""


@dataclass
class Meeting:
    """``hall``: the hall's device. ``chair``: the leader's desk. ``far``, ``phone``: members elsewhere."""

    hall: Page
    chair: Page
    far: Page
    phone: Page
    place: Place
    faults: list[str]


def moves(page: Page, place: str, frames: int = 8, seconds: float = 30) -> None:
    """The picture has a size, and so many more frames of it are drawn."""
    until(lambda: page.evaluate(FRAMES, place) > 0, page, seconds, f"a picture in place {place}")
    begun = page.evaluate(FRAMES, place)
    until(lambda: page.evaluate(FRAMES, place) >= begun + frames, page, seconds, f"a picture that moves in {place}")


@pytest.fixture(scope="module")
def meeting(playwright: Playwright, place: Place) -> Iterator[Meeting]:
    people, faults = browser(playwright), list[str]()
    chair, hall, far = (page_of(people, place, faults) for _ in range(3))
    phone = page_of(people, place, faults, width=390, height=800)
    sign_in(chair, place, "leader")
    path = call_meeting(chair)
    links = chair.evaluate(LINKS, path)
    chair.goto(path)
    sit_in_hall(chair)
    chair.get_by_label("Bàn làm việc").select_option("chair")
    chair.get_by_label("Chủ trì", exact=True).select_option(label=f"{'Vi Văn Thuận'} (bí thư)")
    chair.get_by_label("Thư ký", exact=True).select_option(index=2)
    chair.get_by_label("Không ghi").check()
    chair.get_by_role("button", name="KHAI MẠC").click()
    sign_in(hall, place, "secretary")
    hall.goto(f"{path}/hall")
    hall.get_by_role("button", name="MỞ HỘI TRƯỜNG").click()
    for page, name in ((far, FAR), (phone, PHONE)):
        page.goto(links[name])
        from_afar(page)
    yield Meeting(hall, chair, far, phone, place, faults)
    people.close()


def test_without_pictures_nobody_has_a_second_connection(meeting: Meeting) -> None:
    expect(meeting.far.get_by_role("button", name="GIƠ TAY")).to_be_visible()
    expect(meeting.far.locator("hcb-pictures video, hcb-pictures button")).to_have_count(0)


def test_the_hall_turns_its_camera_on_and_who_is_far_sees_it_move(meeting: Meeting) -> None:
    meeting.hall.get_by_role("button", name="Bật hình hội trường").click()
    expect(meeting.hall.get_by_role("button", name="Tắt hình hội trường")).to_be_visible()
    moves(meeting.far, "hall")
    expect(meeting.far.get_by_text("không được ghi lại")).to_be_visible()


def test_a_phone_sees_nothing_until_it_is_asked_for(meeting: Meeting) -> None:
    expect(meeting.phone.get_by_text("MB mỗi phút")).to_be_visible()
    expect(meeting.phone.locator("video")).to_have_count(0)
    meeting.phone.get_by_role("button", name="Xem hình").click()
    moves(meeting.phone, "hall")


def test_the_chair_shares_a_screen_and_the_wall_shows_it(meeting: Meeting) -> None:
    meeting.chair.get_by_role("button", name="Chiếu màn hình").click()
    expect(meeting.chair.get_by_role("button", name="Dừng chiếu")).to_be_visible()
    for page in (meeting.far, meeting.phone, meeting.hall):
        moves(page, "shared")
    moves(meeting.far, "hall")
    expect(meeting.far.get_by_text("Vi Văn Thuận đang chiếu màn hình").first).to_be_visible()


def test_who_has_the_floor_shows_their_own_picture_instead(meeting: Meeting) -> None:
    meeting.far.get_by_role("button", name="GIƠ TAY").click()
    meeting.chair.get_by_role("button", name="Mời", exact=False).first.click()
    expect(meeting.far.get_by_role("button", name="Bật hình của tôi")).to_be_visible()
    meeting.chair.get_by_role("button", name="Dừng chiếu").click()
    expect(meeting.phone.locator('video[data-place="shared"]')).to_have_count(0)
    meeting.far.get_by_role("button", name="Bật hình của tôi").click()
    for page in (meeting.phone, meeting.hall):
        moves(page, "shared")


def test_who_saves_data_only_hears_and_hears_on(meeting: Meeting) -> None:
    phone = meeting.phone
    assert loudness(phone) > 0.001
    phone.get_by_text("MB dữ liệu").click()
    phone.get_by_label("Tiết kiệm dữ liệu").check()
    expect(phone.get_by_text("Mạng yếu: máy tạm dừng hình")).to_be_visible()
    expect(phone.locator("video")).to_have_count(0)
    until(lambda: loudness(phone, 1) > 0.001, phone, 20, "sound without pictures")
    phone.get_by_label("Tiết kiệm dữ liệu").uncheck()
    moves(phone, "shared")


def test_the_chair_ends_anybodys_picture_and_the_camera_goes_out(meeting: Meeting) -> None:
    meeting.chair.get_by_role("button", name="Dừng hình đang chiếu").click()
    expect(meeting.far.get_by_role("button", name="Bật hình của tôi")).to_be_visible()
    expect(meeting.phone.locator('video[data-place="shared"]')).to_have_count(0)
    assert meeting.far.locator("video[data-own]").count() == 0


@pytest.mark.parametrize("part", ["meeting_server.media", "meeting_server part server"])
def test_what_is_shown_goes_on_by_itself_after_a_part_was_killed(meeting: Meeting, part: str) -> None:
    for page in (meeting.far, meeting.phone):
        moves(page, "hall")
    kill(meeting.place, part)
    if part.endswith("server"):
        for page in (meeting.chair, meeting.far, meeting.phone):
            expect(page.get_by_text("Mất kết nối")).to_be_visible()
        for page in (meeting.chair, meeting.far, meeting.phone):
            expect(page.get_by_text("Mất kết nối")).to_have_count(0, timeout=90_000)
    meeting.hall.wait_for_timeout(8_000)  # longer than what has arrived could be shown
    for page in (meeting.far, meeting.phone):
        moves(page, "hall", seconds=60)
    expect(meeting.hall.get_by_role("button", name="Tắt hình hội trường")).to_be_visible()


def test_secret_contents_end_every_picture(meeting: Meeting) -> None:
    moves(meeting.phone, "hall")
    meeting.chair.locator("hcb-off-record").get_by_role("button").last.click()
    sheet = meeting.chair.get_by_role("dialog")
    sheet.get_by_role("button").last.click()
    expect(meeting.phone.locator("video")).to_have_count(0)
    expect(meeting.hall.get_by_role("button", name="Tắt hình hội trường")).to_have_count(0)
    expect(meeting.hall.get_by_role("button", name="Bật hình hội trường")).to_have_count(0)


def test_no_page_complained(meeting: Meeting) -> None:
    assert not meeting.faults
