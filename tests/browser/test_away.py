"""A phone that is locked, put behind another tab, frozen or thrown away by its browser, or whose microphone is taken:
the person keeps the seat, and is heard again once the page is looked at. Nothing is played: Chromium itself does it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import CDPSession, Page, Playwright, expect

from tests.browser.home import Home, at_home
from tests.browser.place import (
    PATIENCE_MS,
    Place,
    browser,
    call_meeting,
    from_afar,
    links_of,
    loudness,
    page_of,
    sign_in,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.serial]
SPEECH = False
FROZEN_MS = 18_000  # longer than either end of the socket bears silence

SEEN = """
window.tracks = []; window.locks = []; window.felt = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wish) => {
  const stream = await ask(wish); tracks.push(...stream.getTracks()); return stream;
};
const take = navigator.wakeLock.request.bind(navigator.wakeLock);
navigator.wakeLock.request = async (kind) => { const lock = await take(kind); locks.push(lock); return lock; };
for (const what of ["freeze", "resume"]) document.addEventListener(what, () => felt.push(what));
"""
AWAKE = "locks.filter((lock) => !lock.released).length"


@dataclass
class Phone:
    """``page``: who speaks from afar, by a browser as people have it. ``other``: another tab before it."""

    home: Home
    page: Page
    other: Page
    listens: Page
    line: CDPSession
    place: Place
    meeting: str

    def behind(self) -> None:
        self.other.bring_to_front()
        until(lambda: self.state() == "hidden", self.other, 10, "the page is hidden")

    def looked_at(self) -> None:
        self.page.bring_to_front()
        until(lambda: self.state() == "visible", self.other, 10, "the page is seen")

    def state(self) -> str:
        return str(self.page.evaluate("document.visibilityState"))

    def heard(self, what: str) -> None:
        until(lambda: loudness(self.listens, 1) > 0.01, self.listens, 30, what)

    def seats(self) -> tuple[int, int]:
        """How often somebody came, and went, by the log."""
        with sqlite3.connect(self.place.data / "hopchibo.sqlite") as store:
            query = "select kind, count(*) from meeting_entry where meeting = ? group by kind"
            counts = dict(store.execute(query, (self.meeting,)))
        return counts.get("Joined", 0), counts.get("Left", 0)


@pytest.fixture(scope="module")
def phone(playwright: Playwright, place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    people = browser(playwright)
    chair, listens = page_of(people, place, []), page_of(people, place, [], width=390, height=800)
    sign_in(chair, place, "leader")
    path = call_meeting(chair)
    links, _ = links_of(chair, place, path)
    listens.goto(links["Quách Văn Thắng"])
    from_afar(listens)
    with at_home(playwright, tmp_path_factory.mktemp("profile")) as home:
        page = home.pages[0]
        page.set_default_timeout(PATIENCE_MS)
        page.add_init_script(SEEN)
        page.goto(links["Lang Văn Hợp"])
        from_afar(page)
        page.get_by_role("button", name=re.compile("Micrô đang tắt")).click()
        other = home.new_page()
        page.bring_to_front()
        line = page.context.new_cdp_session(page)
        yield Phone(home, page, other, listens, line, place, path.rsplit("/", 1)[-1])
    people.close()


def test_the_screen_stays_on_in_the_room_and_again_after_the_page_was_put_aside(phone: Phone) -> None:
    phone.heard("the speaker")
    until(lambda: phone.page.evaluate(AWAKE) == 1, phone.page, 10, "the screen is kept on")
    phone.behind()
    until(lambda: phone.page.evaluate(AWAKE) == 0, phone.other, 10, "Chromium lets the screen go off")
    phone.looked_at()
    until(lambda: phone.page.evaluate(AWAKE) == 1, phone.page, 10, "the screen is kept on again")


def test_a_page_frozen_for_longer_than_a_line_bears_silence_keeps_its_seat_and_is_heard_again(phone: Phone) -> None:
    phone.behind()
    phone.line.send("Page.setWebLifecycleState", {"state": "frozen"})
    phone.other.wait_for_timeout(FROZEN_MS)
    phone.line.send("Page.setWebLifecycleState", {"state": "active"})
    phone.looked_at()
    assert phone.page.evaluate("felt") == ["freeze", "resume"]
    expect(phone.page.get_by_text("Mạng tốt")).to_be_visible()
    expect(phone.page.get_by_role("button", name=re.compile("Micrô đang bật"))).to_be_visible()
    phone.heard("the speaker after the thaw")
    assert phone.seats() == (2, 0)


def test_a_microphone_that_the_person_or_the_system_takes_away_is_told_and_had_again(phone: Phone) -> None:
    whose = {"permission": {"name": "microphone"}, "origin": phone.place.url}
    phone.line.send("Browser.setPermission", {**whose, "setting": "denied"})
    until(lambda: phone.page.evaluate("tracks.at(0).readyState") == "ended", phone.page, 10, "Chromium ends the track")
    phone.line.send("Browser.setPermission", {**whose, "setting": "granted"})
    until(lambda: phone.page.evaluate("tracks.at(-1).readyState") == "live", phone.page, 20, "another track")
    phone.heard("the speaker by the new track")
    assert phone.seats() == (2, 0)


def test_a_tab_that_the_browser_threw_away_goes_back_to_its_seat_when_it_is_looked_at(phone: Phone) -> None:
    page = phone.home.throw_away(phone.page.url)
    assert page.evaluate("document.wasDiscarded")
    expect(page.get_by_role("button", name=re.compile("Micrô đang bật"))).to_be_visible()
    expect(page.get_by_text("Mạng tốt")).to_be_visible()
    phone.heard("the speaker after the tab came back")
    assert phone.seats() == (2, 0)
