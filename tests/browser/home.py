"""Chromium as a person starts it: a page behind another tab is hidden, and may be frozen or thrown away.

Playwright's own browser makes every page believe that it is looked at, and a page that is debugged is never thrown
away: so this one is started by itself, talked to without those settings, and let go of while Chromium discards.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright
from websockets.sync.client import connect

from tests.browser.place import CHROMIUM, FLAGS, PATIENCE_MS, read_away

DISCARDS = "chrome://discards/"
DISCARD = """(() => {
  const tab = document.querySelector("discards-main").shadowRoot.querySelector("discards-tab").shadowRoot;
  const row = [...tab.querySelectorAll("tbody tr")].find((one) => one.innerText.includes(URL));
  [...row.querySelectorAll("[is=action-link]")].find((one) => one.innerText.includes("Urgent Discard")).click();
})()"""


@dataclass
class Home:
    """``address``: where it is debugged."""

    playwright: Playwright
    address: str
    browser: Browser

    @property
    def pages(self) -> list[Page]:
        return self.browser.contexts[0].pages

    def new_page(self) -> Page:
        page = self.browser.contexts[0].new_page()
        page.set_default_timeout(PATIENCE_MS)
        return page

    def throw_away(self, url: str) -> Page:
        """Chromium discards the tab at this address, as it does when memory is short, and it is looked at again."""
        other = self.new_page()
        other.goto(DISCARDS)
        other.get_by_text(url).first.wait_for()
        self.browser.close()  # lets go of it only
        with connect(self._target(DISCARDS)["webSocketDebuggerUrl"]) as line:
            words = DISCARD.replace("URL", json.dumps(url))
            line.send(json.dumps({"id": 1, "method": "Runtime.evaluate", "params": {"expression": words}}))
            told = json.loads(line.recv(10))
            assert "exceptionDetails" not in told["result"], told
        self._ask(f"activate/{self._target(url)['id']}")
        self.browser = connected(self.playwright, self.address)
        return next(page for page in self.pages if page.url == url)

    def _target(self, url: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in json.loads(self._ask("list")) if one["url"] == url)
        return found

    def _ask(self, what: str) -> str:
        port = self.address.split(":")[2].split("/")[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/{what}", timeout=10) as reply:
            return str(reply.read().decode())


def connected(playwright: Playwright, address: str) -> Browser:
    return playwright.chromium.connect_over_cdp(address, no_defaults=True)


@contextmanager
def at_home(playwright: Playwright, profile: Path) -> Iterator[Home]:
    (profile / "Local State").write_text(json.dumps({"internal_only_uis_enabled": True}), encoding="utf-8")
    flags = ("--headless=new", "--remote-debugging-port=0", "--no-first-run", f"--user-data-dir={profile}")
    running = subprocess.Popen([CHROMIUM, *flags, *FLAGS], stderr=subprocess.PIPE, text=True, start_new_session=True)
    with running:
        try:
            assert running.stderr is not None
            address = next(line for line in running.stderr if "DevTools listening on " in line).split()[-1]
            threading.Thread(target=read_away, args=(running.stderr,), daemon=True).start()
            home = Home(playwright, address, connected(playwright, address))
            yield home
            home.browser.close()
        finally:
            os.killpg(running.pid, signal.SIGKILL)
