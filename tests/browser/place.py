"""A running system and real browsers before it: what journeys are written with."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from playwright.sync_api import Browser, Page, Playwright, expect

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--lang=vi",
)
PATIENCE_MS = 20_000
READY_S = 150  # a busy machine imports slowly


@dataclass(frozen=True)
class Place:
    """``accounts``: role → {name, password} of the demonstration."""

    url: str
    cell: str
    accounts: dict[str, dict[str, str]]
    data: Path


def place_of(data: Path) -> Place:
    told = json.loads((data / "demo.json").read_text(encoding="utf-8"))
    return Place(told["url"], told["cell"], told["accounts"], data)


@contextmanager
def serving(data: Path, *, speech: bool, port: int = 0, settings: dict[str, str] | None = None) -> Iterator[Place]:
    """``hopchibo serve --demo`` in its own process group; HOPCHIBO_RUNNING names the data of one that runs already.
    ``settings``: further HOPCHIBO_… of the environment."""
    if running := os.environ.get("HOPCHIBO_RUNNING"):
        yield place_of(Path(running))
        return
    env = {**os.environ, "HOPCHIBO_SPEECH": "true" if speech else "false", **(settings or {})}
    command = [sys.executable, "-m", "meeting_server", "serve", "--demo", "--data", str(data), "--port", str(port)]
    server = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    with server:  # closes the pipe, once everybody who writes into it is gone
        try:
            _await_ready(server)
            yield place_of(data)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)


def _await_ready(server: subprocess.Popen[str]) -> None:
    """READY within a minute; what is said later is read away, so that the pipe never fills."""
    assert server.stdout is not None
    seen: list[str] = []
    late = threading.Timer(READY_S, server.kill)
    late.start()
    for line in server.stdout:
        seen.append(line)
        if line.startswith("READY "):
            break
    late.cancel()
    if not seen or not seen[-1].startswith("READY "):
        raise AssertionError("the server did not come up:\n" + "".join(seen[-20:]))
    threading.Thread(target=read_away, args=(server.stdout,), daemon=True).start()


def read_away(said: IO[str]) -> None:
    with contextlib.suppress(ValueError):  # closed under our hands at the end
        for _ in said:
            pass


def browser(playwright: Playwright, wav: Path | None = None) -> Browser:
    """Debian's Chromium; its microphone hears ``wav`` over and over, else beeps."""
    flags = [*FLAGS, *([f"--use-file-for-fake-audio-capture={wav}"] if wav else [])]
    return playwright.chromium.launch(executable_path=CHROMIUM, args=flags)


def page_of(one: Browser, place: Place, faults: list[str], **window: Any) -> Page:
    """A fresh person's window. What the console calls an error is collected: there must be none."""
    size = {"width": 1280, "height": 800} | window
    page = one.new_context(viewport=size, base_url=place.url, permissions=["microphone", "camera"]).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if _wrong(said.type, said.text) else None)
    return page


def _wrong(kind: str, text: str) -> bool:
    return kind == "error" and "Failed to load resource" not in text


def sign_in(page: Page, place: Place, role: str) -> None:
    page.goto("/")
    page.get_by_label("Tên đăng nhập").fill(place.accounts[role]["name"])
    page.get_by_label("Mật khẩu").fill(place.accounts[role]["password"])
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("navigation")).to_be_visible(timeout=PATIENCE_MS)


def call_meeting(page: Page) -> str:
    """Whoever may calls a meeting as the form suggests it; returns the meeting's path."""
    page.get_by_role("button", name="Lập cuộc họp").click()
    with page.expect_response(lambda reply: reply.url.endswith("/meetings") and reply.request.method == "POST") as made:
        page.get_by_role("dialog").get_by_role("button", name="Lập cuộc họp").click()
    return f"/m/{made.value.json()['id']}"


def links_of(page: Page, place: Place, path: str) -> tuple[dict[str, str], str]:
    """Everybody's own address to a meeting, by name, and the wall's; made by whoever's page it is."""
    headers = {"X-Hopchibo": "1", "Origin": place.url}
    meeting = path.rsplit("/", 1)[-1]
    made = page.request.post(f"{place.url}/api/meetings/{meeting}/links", data={}, headers=headers).json()
    return {link["name"]: link["url"] for link in made["links"]}, made["wall"]["url"]


def open_recorded(desk: Page) -> None:
    """At the chair's desk: the leader chairs, somebody is secretary, it is recorded, and begins."""
    desk.get_by_label("Chủ trì", exact=True).select_option(index=1)
    desk.get_by_label("Thư ký", exact=True).select_option(index=2)
    desk.get_by_label("Ghi âm và chép thành chữ").check()
    desk.get_by_role("button", name="KHAI MẠC").click()
    expect(desk.get_by_text("Đang ghi").first).to_be_visible()


def sit_in_hall(page: Page) -> None:
    """Through the door as somebody before the hall's microphone."""
    page.get_by_label("Tôi ngồi tại hội trường").check()
    page.get_by_label("Tôi đã biết").check()
    page.get_by_role("button", name="VÀO HỌP").click()


def from_afar(page: Page) -> None:
    """Through the door with one's own microphone, which is heard before one enters."""
    page.get_by_label("Tôi dự từ xa").check()
    expect(page.get_by_text("Micrô nghe rõ.")).to_be_visible()
    page.get_by_label("Tôi đã biết").check()
    page.get_by_label("Tôi ở nơi riêng").check()
    page.get_by_role("button", name="VÀO HỌP").click()


def loudness(page: Page, seconds: float = 4) -> float:
    """The loudest 100 ms (root mean square) that this page's loudspeakers played in the time."""
    return float(
        page.evaluate(
            """async (seconds) => {
              const context = new AudioContext(); await context.resume();
              const mix = context.createAnalyser(); mix.fftSize = 4096;
              const sink = context.createGain(); sink.gain.value = 0; mix.connect(sink).connect(context.destination);
              for (const audio of document.querySelectorAll("audio"))
                if (audio.srcObject) context.createMediaStreamSource(audio.srcObject).connect(mix);
              const samples = new Float32Array(4096); let most = 0;
              for (let n = 0; n < seconds * 10; n += 1) {
                await new Promise((done) => setTimeout(done, 100));
                mix.getFloatTimeDomainData(samples);
                most = Math.max(most, Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length));
              }
              await context.close(); return most;
            }""",
            seconds,
        )
    )


def until(true: Callable[[], bool], page: Page, seconds: float, what: str) -> None:
    """Wait for something that the page's own waiting cannot say."""
    for _ in range(int(seconds * 4)):
        if true():
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"after {seconds:.0f} s still not: {what}")


def kill(place: Place, words: str) -> None:
    """kill -9 of the one process of this place whose command says these words."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            around = (process / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if words in command and (str(place.data) in command or str(place.data) in around):
            os.kill(int(process.name), signal.SIGKILL)
            return
    raise AssertionError(f"no process of this place says {words!r}")
