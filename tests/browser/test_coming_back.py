"""Reloaded, called away by a phone, cut off or on a paid line: the person keeps the seat and the sound."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Playwright, expect

from meeting_server.media.recorder import RoomJournal
from meeting_server.media.times import Times
from tests.browser.place import (
    Place,
    browser,
    call_meeting,
    from_afar,
    kill,
    links_of,
    loudness,
    open_recorded,
    page_of,
    sign_in,
    sit_in_hall,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.serial]
SPEECH = False

SEEN = """
window.tracks = []; window.sockets = []; window.peers = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wish) => {
  const stream = await ask(wish); tracks.push(...stream.getTracks()); return stream;
};
window.WebSocket = class extends WebSocket { constructor(...all) { super(...all); sockets.push(this); } };
window.RTCPeerConnection = class extends RTCPeerConnection { constructor(...all) { super(...all); peers.push(this); } };
"""


PACKETS = """async (way) => {
  const count = async () => {
    let all = 0;
    (await peers.at(-1).getStats()).forEach((s) => { if (s.type === way) all += s.packetsReceived ?? s.packetsSent; });
    return all;
  };
  const before = await count();
  await new Promise((done) => setTimeout(done, 4000));
  return (await count() - before) / 4;
}"""


@dataclass
class Two:
    """One who speaks and one who listens, both far away; who leads the meeting."""

    chair: Page
    speaks: Page
    listens: Page
    place: Place
    meeting: str
    faults: list[str]

    def written(self, kind: str) -> int:
        with sqlite3.connect(self.place.data / "hopchibo.sqlite") as store:
            query = "select count(*) from meeting_entry where meeting = ? and kind = ?"
            return int(store.execute(query, (self.meeting, kind)).fetchone()[0])

    def heard(self, what: str) -> None:
        until(lambda: loudness(self.listens, 1) > 0.01, self.listens, 30, what)


@pytest.fixture(scope="module")
def two(playwright: Playwright, place: Place) -> Iterator[Two]:
    people, faults = browser(playwright), list[str]()
    chair = page_of(people, place, faults)
    sign_in(chair, place, "leader")
    path = call_meeting(chair)
    links, _ = links_of(chair, place, path)
    pages = []
    for name in ("Lang Văn Hợp", "Quách Văn Thắng"):
        page = page_of(people, place, faults, width=390, height=800)
        page.add_init_script(SEEN)
        page.goto(links[name])
        from_afar(page)
        expect(page.get_by_text("Mạng tốt")).to_be_visible()
        pages.append(page)
    pages[0].get_by_role("button", name=re.compile("Micrô đang tắt")).click()
    yield Two(chair, pages[0], pages[1], place, path.rsplit("/", 1)[-1], faults)
    people.close()


def test_a_reloaded_page_goes_back_to_its_seat_with_its_microphone_and_was_never_away(two: Two) -> None:
    two.heard("the speaker")
    two.speaks.reload()
    expect(two.speaks.get_by_role("button", name=re.compile("Micrô đang bật"))).to_be_visible()
    two.heard("the speaker after the reload")
    assert (two.written("Joined"), two.written("Left")) == (2, 0)


def test_a_cut_socket_is_not_heard(two: Two) -> None:
    peers = two.listens.evaluate("peers.length")
    two.listens.evaluate("sockets.at(-1).close()")
    until(lambda: two.listens.evaluate("sockets.length") > 1, two.listens, 10, "a new socket")
    expect(two.listens.get_by_text("Mạng tốt")).to_be_visible()
    two.heard("the speaker over the cut")
    assert two.listens.evaluate("peers.length") == peers


def test_a_phone_call_is_told_and_a_microphone_that_was_taken_is_asked_for_again(two: Two) -> None:
    two.speaks.evaluate("tracks.at(-1).dispatchEvent(new Event('mute'))")
    expect(two.speaks.get_by_text("Có cuộc gọi đến")).to_be_visible()
    two.speaks.evaluate("tracks.at(-1).dispatchEvent(new Event('unmute'))")
    expect(two.speaks.get_by_text("Có cuộc gọi đến")).to_have_count(0)
    before, peers = two.speaks.evaluate("[tracks.length, peers.length]")
    two.speaks.evaluate("tracks.at(-1).dispatchEvent(new Event('ended'))")
    until(lambda: two.speaks.evaluate("tracks.length") > before, two.speaks, 10, "the microphone is asked for again")
    assert two.speaks.evaluate("tracks.at(-2).readyState") == "ended"  # the old one is given back
    two.heard("the new microphone")
    assert two.speaks.evaluate("peers.length") == peers


def test_on_a_paid_line_less_is_sent_and_what_was_used_is_shown(two: Two) -> None:
    two.listens.get_by_text(re.compile(r"Đã dùng [\d,]*[1-9][\d,]* MB")).click()
    peers = two.listens.evaluate("peers.length")
    two.listens.get_by_label("Tiết kiệm dữ liệu").check()
    until(lambda: two.listens.evaluate("peers.length") > peers, two.listens, 10, "a light line")
    two.heard("the speaker on the light line")
    got, sent = (
        float(page.evaluate(PACKETS, way)) for page, way in ((two.listens, "inbound-rtp"), (two.speaks, "outbound-rtp"))
    )
    assert 0 < got < 25 < sent, "three packets in one for the light line; who speaks goes on as before"
    two.listens.get_by_label("Chỉ nghe").check()
    expect(two.listens.get_by_role("button", name=re.compile("Micrô đang"))).to_have_count(0)
    two.heard("the speaker by one who only listens")
    assert not two.faults


def test_a_seat_taken_back_from_another_window_listens_only_as_before(two: Two) -> None:
    other = two.listens.context.new_page()
    other.goto(f"/m/{two.meeting}")
    from_afar(other)
    two.listens.get_by_role("button", name="Họp ở cửa sổ này").click()
    expect(two.listens.get_by_text(re.compile(r"Đã dùng [\d,]*[1-9][\d,]* MB"))).to_be_visible()
    expect(two.listens.get_by_text("Chỉ nghe").first).to_be_visible()
    expect(two.listens.get_by_role("button", name=re.compile("Micrô đang"))).to_have_count(0)
    other.close()
    two.heard("the speaker by who came back")
    assert not two.faults


def test_what_the_holder_of_the_floor_says_while_the_sound_is_cut_is_in_the_recording_afterwards(two: Two) -> None:
    invite(two)
    since = two.speaks.evaluate("Date.now()") + 1_000
    two.speaks.wait_for_timeout(4_000)
    kill(two.place, "meeting_server.media")
    expect(two.speaks.get_by_text("Máy này giữ bản dự phòng")).to_be_visible()
    two.heard("the speaker after the cut")
    back = two.speaks.evaluate("Date.now()")
    until(lambda: recorded(two).has(since, back), two.speaks, 40, "nothing is missing in the recording")
    expect(two.speaks.get_by_text("bản dự phòng")).to_have_count(0)
    assert two.written("TrackOpened") >= 3  # before the cut, after it, and the copy between
    assert not two.faults


def test_who_only_listens_and_is_invited_speaks_by_one_button(two: Two) -> None:
    two.listens.get_by_role("button", name="GIƠ TAY").click()
    two.chair.locator("hcb-floor .hands li").get_by_role("button", name="Mời").click()
    two.listens.get_by_role("button", name=re.compile("Chỉ nghe.*Bấm để bật và nói")).click()
    expect(two.listens.get_by_role("button", name=re.compile("Micrô đang bật"))).to_be_visible()
    until(lambda: loudness(two.speaks, 1) > 0.01, two.speaks, 30, "the one who only listened is heard")
    assert not two.faults


def invite(two: Two) -> None:
    """The meeting opens, is recorded, and who speaks has the floor."""
    desk = two.chair
    desk.goto(f"/m/{two.meeting}")
    sit_in_hall(desk)
    open_recorded(desk)
    expect(two.speaks.get_by_text("Đang ghi").first).to_be_visible()
    desk.locator("#desk-switch").select_option("chair")
    two.speaks.get_by_role("button", name="GIƠ TAY").click()
    desk.locator("hcb-floor .hands li").get_by_role("button", name="Mời").click()
    expect(two.speaks.get_by_text("Mời đồng chí phát biểu")).to_be_visible()


def recorded(two: Two) -> Times:
    """When anything of the meeting was recorded."""
    journal = RoomJournal(two.place.data / "recordings" / two.meeting)
    journal.read()
    times = Times(1_000)
    for kept in journal.kept.values():
        for begin, end in kept:
            times.add(begin, end)
    return times
