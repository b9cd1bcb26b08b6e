"""The way in: light, by keys alone, from inside Zalo, on an old browser, by the wall's QR, and in Firefox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, Response, expect

from tests.browser.firefox import FIREFOX, firefox
from tests.browser.place import Place, browser, call_meeting, from_afar, links_of, page_of, sign_in, sit_in_hall

pytestmark = [pytest.mark.browser, pytest.mark.serial]
SPEECH = False
LIMIT = 150_000  # bytes of the join page as they travel
ZALO = (
    "Mozilla/5.0 (Linux; Android 13; SM-A146) AppleWebKit/537.36 Chrome/115.0 Mobile Safari/537.36 Zalo android/12090"
)


@dataclass
class Called:
    """A meeting with its links and the chair at the desk."""

    people: Browser
    chair: Page
    place: Place
    path: str
    links: dict[str, str]
    wall: str
    faults: list[str]


@pytest.fixture(scope="module")
def called(playwright: Playwright, place: Place) -> Iterator[Called]:
    people, faults = browser(playwright), []
    chair = page_of(people, place, faults)
    sign_in(chair, place, "leader")
    path = call_meeting(chair)
    links, wall = links_of(chair, place, path)
    chair.goto(path)
    sit_in_hall(chair)
    expect(chair.get_by_role("heading", name="Trước khi khai mạc")).to_be_visible()
    yield Called(people, chair, place, path, links, wall, faults)
    people.close()


def test_the_join_page_is_light(called: Called) -> None:
    page = page_of(called.people, called.place, called.faults, width=360, height=740)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(called.links["Vi Thị Lan"])
    expect(page.get_by_text("Đồng chí Vi Thị Lan")).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => 1)")
    weight = sum(answer.request.sizes()["responseBodySize"] for answer in answers)
    page.context.close()
    assert weight < LIMIT, f"{weight} bytes"


def test_one_comes_in_by_keys_alone(called: Called) -> None:
    page = page_of(called.people, called.place, called.faults)
    page.goto(called.links["Vi Thị Lan"])
    expect(page.get_by_text("Đồng chí Vi Thị Lan")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.name") == "seat":
            break
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Tôi ngồi tại hội trường")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Cuộc họp chưa khai mạc")).to_be_visible()
    expect(page.locator("audio")).to_have_count(0)
    page.context.close()


def test_inside_zalo_one_is_told_to_open_chrome_before_the_microphone_is_asked_for(called: Called) -> None:
    page = called.people.new_context(user_agent=ZALO, base_url=called.place.url).new_page()
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => { window.asked = true; return Promise.reject(new Error()); };"
    )
    page.goto(called.links["Lang Văn Hợp"])
    link = page.get_by_role("link", name="Mở bằng Chrome")
    expect(link).to_have_attribute("href", re.compile("^intent://.*package=com.android.chrome"))
    expect(page.get_by_text("Tôi dự từ xa")).to_have_count(0)
    assert page.evaluate("window.asked") is None
    page.context.close()


def test_an_old_browser_gets_advice_and_never_a_white_page(called: Called) -> None:
    page = called.people.new_context(base_url=called.place.url).new_page()
    page.add_init_script(
        "delete window.RTCPeerConnection; delete HTMLDialogElement; window.HTMLDialogElement = undefined;"
    )
    page.route("**/assets/*.js", lambda route: route.abort())
    page.goto(called.links["Lang Văn Hợp"])
    expect(page.get_by_text("Trình duyệt trên máy này đã cũ")).to_be_visible()
    expect(page.locator("#plain-link")).to_have_value(called.links["Lang Văn Hợp"])
    page.context.close()


def test_by_the_wall_one_waits_until_the_desk_lets_one_in(called: Called) -> None:
    page = page_of(called.people, called.place, called.faults, width=360, height=740)
    page.goto(called.wall)
    page.get_by_label("Gõ tên để tìm").fill("hoa")
    page.get_by_role("button", name="Lương Thị Hoa").click()
    page.get_by_label("Tôi đã biết").check()
    page.get_by_role("button", name="VÀO HỌP").click()
    expect(page.get_by_role("heading", name="Đồng chí chờ một chút")).to_be_visible()
    waiting = called.chair.locator(".attention")
    expect(waiting).to_contain_text("Lương Thị Hoa")
    waiting.get_by_role("button", name="Mời vào").click()
    expect(page.get_by_text("Cuộc họp chưa khai mạc")).to_be_visible()
    page.context.close()


def test_a_revoked_link_says_whom_to_ask(called: Called) -> None:
    meeting = called.path.rsplit("/", 1)[-1]
    api = f"{called.place.url}/api/meetings/{meeting}/links"
    first = called.chair.request.get(api).json()["links"][0]
    headers = {"X-Hopchibo": "1", "Origin": called.place.url}
    called.chair.request.delete(f"{api}/{first['id']}", headers=headers)
    page = page_of(called.people, called.place, called.faults)
    page.goto(called.links[first["name"]])
    expect(page.get_by_text("Giấy mời này không dùng được nữa")).to_be_visible()
    expect(page.get_by_text(re.compile("hỏi thư ký"))).to_be_visible()
    page.context.close()


def test_a_second_window_takes_over_and_the_first_says_so(called: Called) -> None:
    first = page_of(called.people, called.place, called.faults)
    first.goto(called.links["Lang Văn Hợp"])
    from_afar(first)
    expect(first.get_by_text("Cuộc họp chưa khai mạc")).to_be_visible()
    second = first.context.new_page()
    second.goto(called.links["Lang Văn Hợp"])
    from_afar(second)
    expect(first.get_by_text("Đồng chí đã vào họp ở một cửa sổ khác")).to_be_visible()
    expect(second.get_by_text("Cuộc họp chưa khai mạc")).to_be_visible()
    first.context.close()


def test_the_hall_is_tried_before_the_meeting_and_gets_a_verdict(called: Called) -> None:
    page = called.chair.context.new_page()
    page.goto(f"{called.path}/hall")
    page.get_by_role("button", name="Thử phòng họp").click()
    page.evaluate("document.querySelector('hcb-trial').pace = 0.1")
    for start in ("BẮT ĐẦU NGHE", "BẮT ĐẦU ĐỌC", "BẮT ĐẦU ĐỌC", "PHÁT TIẾNG"):
        page.get_by_role("button", name=start).click()
        expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_role("heading", name="Kết quả thử phòng")).to_be_visible()
    # The fake microphone beeps all the time and hears no loudspeaker.
    expect(page.get_by_text("Không nghe thấy tiếng loa.")).to_be_visible()
    page.get_by_role("button", name="XONG").click()
    expect(page.get_by_role("button", name="MỞ HỘI TRƯỜNG")).to_be_enabled()
    page.close()


def test_in_firefox_one_joins_from_afar_and_the_sound_is_connected(called: Called, tmp_path: Path) -> None:
    if not FIREFOX.exists():
        pytest.skip("needs Debian's firefox-esr")
    with firefox(tmp_path / "profile") as fox:
        fox.go(called.links["Quách Văn Thắng"])
        fox.until("return document.body.innerText.includes('Quách Văn Thắng')", 30, "the invitation is shown")
        fox.click("Tôi dự từ xa")
        fox.click("Cho phép dùng micrô")
        # Without a sound card Firefox measures no level; that the microphone was given is seen by its meter.
        fox.until("return document.querySelector('.meter') !== null", 20, "the microphone is given")
        fox.click("Tôi đã biết")
        fox.click("VÀO HỌP")
        fox.until("return document.body.innerText.includes('Cuộc họp chưa khai mạc')", 20, "the room is shown")
        fox.until("return document.querySelectorAll('audio').length >= 3", 20, "three lines to listen")
        fox.until("return !document.body.innerText.includes('Đang nối âm thanh')", 20, "the sound is connected")


def test_no_browser_complained(called: Called) -> None:
    assert not called.faults
