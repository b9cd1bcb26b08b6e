"""A meeting conducted with the keyboard alone: the secretary enters, opens, calls the roll, marks who speaks, puts a
vote to the hall, counts it and closes. After the sign-in nothing clicks or fills: each step is a key on what has focus.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.place import Place, browser, call_meeting, page_of, sign_in, sit_in_hall

pytestmark = [pytest.mark.browser, pytest.mark.serial]
SPEECH = False
SECRETARY = "Lương Văn Chiến"
MOST_TABS = 160
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return "";
  const label = one.labels?.length ? [...one.labels].map((each) => each.textContent).join(" ") : "";
  const words = one.ariaLabel || label || (one.localName === "select" ? "" : one.textContent) || "";
  return words.trim().replace(/\\s+/g, " ");
}"""


@dataclass
class Keys:
    page: Page

    @property
    def at(self) -> str:
        """The name of what has the focus."""
        return str(self.page.evaluate(FOCUSED))

    def go(self, words: str, *, onward: bool = False) -> None:
        """Tab to what is called so; ``onward``: to the next one of that name."""
        seen: list[str] = []
        if onward:
            self.page.keyboard.press("Tab")
        for _ in range(MOST_TABS):
            if re.search(words, self.at):
                assert self.page.evaluate("document.activeElement.matches(':focus-visible')"), (
                    f"{words}: focus not seen"
                )
                return
            seen.append(self.at[:30])
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab comes to {words!r}: {seen}")

    def press(self, words: str, *, onward: bool = False) -> None:
        self.go(words, onward=onward)
        self.page.keyboard.press("Enter")

    def choose(self, words: str) -> None:
        """A radio button of the group that has the focus, or comes next."""
        for _ in range(8):
            if re.search(words, self.at):
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow comes to {words!r}")

    def write(self, words: str) -> None:
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)


@pytest.fixture(scope="module")
def keys(playwright: Playwright, place: Place) -> Iterator[Keys]:
    people, faults = browser(playwright), list[str]()
    leader = page_of(people, place, faults)
    sign_in(leader, place, "leader")
    path = call_meeting(leader)
    leader.goto(path)
    sit_in_hall(leader)
    leader.get_by_label("Chủ trì", exact=True).select_option(index=1)
    secretary = leader.get_by_label("Thư ký", exact=True)
    labels = secretary.locator("option").all_inner_texts()
    secretary.select_option(label=next(label for label in labels if label.startswith(SECRETARY)))
    expect(secretary.locator("option:checked")).to_contain_text(SECRETARY)
    leader.context.close()
    page = page_of(people, place, faults)
    sign_in(page, place, "secretary")
    page.goto(path)
    expect(page.get_by_label("Tôi ngồi tại hội trường")).to_be_visible()
    yield Keys(page)
    people.close()
    assert not faults


def test_the_door_is_passed_and_the_meeting_opened(keys: Keys) -> None:
    keys.go("Tôi ngồi tại hội trường|Tôi dự từ xa")
    keys.choose("Tôi ngồi tại hội trường")
    keys.go("Tôi đã biết")
    keys.page.keyboard.press("Space")
    keys.press("^VÀO HỌP")
    expect(keys.page.get_by_role("button", name="KHAI MẠC")).to_be_visible()
    keys.go("Ghi âm và chép thành chữ|Chỉ ghi âm|^Không ghi")
    keys.choose("^Không ghi")
    keys.press("^KHAI MẠC")
    expect(keys.page.get_by_text("Không ghi âm").first).to_be_visible()


def test_the_roll_is_called_and_the_focus_comes_back_to_where_it_was(keys: Keys) -> None:
    keys.press("^Điểm danh$")
    sheet = keys.page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    for n in range(5):
        keys.go("^Hội trường$", onward=n > 0)
        keys.page.keyboard.press("Space")
        pressed = sheet.get_by_role("button", name="Hội trường", exact=True).nth(n)
        expect(pressed).to_have_attribute("aria-pressed", "true")
    expect(sheet.locator("p.num").first).to_contain_text("5 hội trường")
    keys.press("^Đóng$")
    expect(sheet).to_have_count(0)
    assert keys.at == "Điểm danh"


def test_who_speaks_in_the_hall_is_marked_by_a_key(keys: Keys) -> None:
    marker = keys.page.locator("hcb-marker")
    expect(marker.get_by_role("button").nth(1)).to_be_visible()
    name = re.sub(r"^\d\s*", "", marker.get_by_role("button").nth(1).inner_text())
    keys.page.keyboard.press("Alt+2")
    expect(marker.locator("[aria-pressed=true]")).to_contain_text(name)  # and is the first now, being the latest
    keys.page.keyboard.press("Alt+0")
    expect(marker.locator("[aria-pressed=true]")).to_contain_text("Chưa rõ")


def test_at_the_chairs_desk_a_vote_is_put_and_counted(keys: Keys) -> None:
    page = keys.page
    keys.go("^Bàn làm việc")
    page.keyboard.press("ArrowUp")
    expect(page.locator("hcb-chair")).to_be_visible()
    expect(page.locator("#desk-switch")).to_be_focused()
    keys.press("^Vào nội dung:")
    expect(page.locator(".agendaitem.now")).to_have_count(1)
    keys.press("^BIỂU QUYẾT$")
    keys.go("^Nội dung biểu quyết")
    keys.write("Mức đóng góp làm đường 300.000 đồng một hộ")
    keys.press("^Bắt đầu biểu quyết$")
    expect(page.locator("#count-for")).to_be_visible()
    base = int(str(page.locator("#count-for").get_attribute("max")))
    for words, count in (("^Tán thành", base - 1), ("^Không tán thành", 1)):
        keys.go(words)
        keys.write(str(count))
    expect(page.get_by_text(f"Đủ {base}/{base}").first).to_be_visible()
    keys.press("^Ghi số đếm$")
    expect(page.locator(".sumline")).to_contain_text(str(base - 1))
    keys.press("^Kết thúc biểu quyết$")
    expect(page.locator(".result")).to_contain_text("Đã thông qua")


def test_the_item_is_left_open_and_the_meeting_closed(keys: Keys) -> None:
    page = keys.page
    keys.press("^KẾT LUẬN$")
    keys.press("^Chưa kết luận, để lại$")
    expect(page.locator(".agendaitem.now")).to_have_count(0)
    keys.press("^BẾ MẠC$")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("^BẾ MẠC$")
    expect(page.get_by_text("Trình, duyệt và lưu hồ sơ")).to_be_visible()
