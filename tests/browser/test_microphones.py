"""A phone in the hall becomes its microphone by the code on the screen: the nearest is heard, far away and in writing
once, and the hall puts it away again."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page, Playwright, expect

from tests.browser.place import Place, browser, call_meeting, from_afar, loudness, page_of, sign_in, sit_in_hall, until
from tests.sound import RATE, Sound, murmur, quiet

pytestmark = [pytest.mark.browser, pytest.mark.serial]
SPEECH = False


def speaker(wav: Path, loud: float, noise: float) -> Path:
    """Somebody who speaks with pauses, as a microphone hears them, over and over."""
    parts: list[Sound] = []
    for seed in range(6):
        parts += [murmur(1.6, seed=seed) * loud, quiet(0.9) * 0]
    sound = np.concatenate(parts)
    hiss = np.random.default_rng(3).normal(0, noise, len(sound))
    soundfile.write(wav, np.clip(sound + hiss, -1, 1), RATE, subtype="PCM_16")
    return wav


@dataclass
class Meeting:
    chair: Page
    hall: Page
    phone: Page
    far: Page
    place: Place
    path: str
    faults: list[str] = field(default_factory=list)

    def tracks(self) -> list[str]:
        """Of the log: whose sound is the meeting's."""
        with sqlite3.connect(self.place.data / "hopchibo.sqlite") as store:
            query = "select count(*) from meeting_entry where meeting = ? and kind = 'TrackOpened'"
            return ["t"] * int(store.execute(query, (self.path.rsplit("/", 1)[-1],)).fetchone()[0])


@pytest.fixture(scope="module")
def meeting(playwright: Playwright, place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meeting]:
    folder = tmp_path_factory.mktemp("voices")
    faults: list[str] = []
    people = browser(playwright)
    front = browser(playwright, speaker(folder / "front.wav", 0.02, 0.003))  # the speaker is far from the table
    back = browser(playwright, speaker(folder / "back.wav", 0.7, 0.0005))
    chair, hall = page_of(people, place, faults), page_of(front, place, faults)
    phone, far = (page_of(one, place, faults, width=390, height=800) for one in (back, people))
    try:
        sign_in(chair, place, "leader")
        path = call_meeting(chair)
        reply = chair.request.post(
            f"{place.url}/api/meetings/{path.rsplit('/', 1)[-1]}/links", data={},
            headers={"X-Hopchibo": "1", "Origin": place.url},
        )  # fmt: skip
        links = {link["name"]: link["url"] for link in reply.json()["links"]}
        chair.goto(path)
        sit_in_hall(chair)
        chair.get_by_label("Chủ trì", exact=True).select_option(index=1)
        chair.get_by_label("Thư ký", exact=True).select_option(index=2)
        chair.get_by_label("Ghi âm và chép thành chữ").check()
        chair.get_by_role("button", name="KHAI MẠC").click()
        sign_in(hall, place, "secretary")
        hall.goto(f"{path}/hall")
        hall.get_by_role("button", name="MỞ HỘI TRƯỜNG").click()
        expect(hall.get_by_role("button", name=re.compile("Micrô hội trường đang bật"))).to_be_visible()
        far.goto(links["Lang Văn Hợp"])
        from_afar(far)
        yield Meeting(chair, hall, phone, far, place, path, faults)
    finally:
        for one in (people, front, back):
            one.close()


def test_a_phone_becomes_the_hall_s_microphone_by_the_code(meeting: Meeting) -> None:
    hall, phone = meeting.hall, meeting.phone
    with hall.expect_response(re.compile("/microphones$")) as made:
        hall.get_by_role("button", name="Thêm micrô").click()
    expect(hall.get_by_role("img", name=re.compile("Quét mã"))).to_be_visible()
    phone.goto(made.value.json()["url"])
    expect(phone.get_by_role("heading", name="Dùng điện thoại này làm micrô phụ")).to_be_visible()
    phone.get_by_label("Máy này đặt ở đâu?").fill("Dãy cuối")
    phone.get_by_role("button", name="BẮT ĐẦU THU").click()
    expect(hall.get_by_role("dialog")).to_contain_text("Dãy cuối")
    hall.get_by_role("dialog").get_by_role("button", name="Đóng").click()
    expect(hall.locator(".micchip.heard")).to_contain_text("Dãy cuối")
    expect(phone.get_by_text("Đang nghe bằng máy này")).to_be_visible()
    expect(phone.locator("audio")).to_have_count(0)
    meeting.chair.get_by_text("Người trong phòng").click()
    expect(meeting.chair.locator("hcb-people .miclist")).to_contain_text("Dãy cuối")


def test_the_speaker_is_heard_far_away_and_written_down_by_one_track(meeting: Meeting) -> None:
    until(lambda: loudness(meeting.far, 2) > 0.01, meeting.far, 40, "the hall is heard far away")
    before = len(meeting.tracks())
    assert 2 <= before <= 3, "the hall's own track, the common one, and whose is far away"
    meeting.phone.reload()
    expect(meeting.hall.locator(".micchip.heard")).to_contain_text("Dãy cuối")
    expect(meeting.phone.get_by_text("Đang nghe bằng máy này")).to_be_visible()
    assert len(meeting.tracks()) == before, "it came back as what it was"
    recordings = meeting.place.data / "recordings" / meeting.path.rsplit("/", 1)[-1]
    until(lambda: (recordings / "microphones").stat().st_size > 10_000, meeting.hall, 20, "each is kept by itself too")


def test_the_hall_s_switch_shuts_its_phones_and_a_phone_is_put_away(meeting: Meeting) -> None:
    hall, phone = meeting.hall, meeting.phone
    hall.get_by_role("button", name=re.compile("Micrô hội trường đang bật")).click()
    until(lambda: loudness(meeting.far, 2) < 0.002, meeting.far, 30, "nothing is heard of the hall")
    hall.get_by_role("button", name=re.compile("Micrô hội trường đang tắt")).click()
    until(lambda: loudness(meeting.far, 2) > 0.01, meeting.far, 30, "the hall is heard again")
    hall.get_by_role("button", name="Thêm micrô").click()
    hall.get_by_role("dialog").get_by_role("button", name="Bỏ: Dãy cuối").click()
    expect(phone.get_by_role("heading", name="không còn là micrô phụ")).to_be_visible()
    expect(hall.locator(".micchip")).to_have_count(0)
    assert not meeting.faults
