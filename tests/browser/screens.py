"""Pictures of every screen and state at three sizes, and what axe finds in them: ``python -m tests.browser.screens``.

The components are drawn by web_client/stories from the same views a server sends. The folder (var/screens, or
``--out``) is not committed: the pictures are made to be opened and judged. Exits with 1 when a screen is wider than
its window, when something to tap is under 48 px, or when axe finds something serious or critical.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from meeting_server.http.guard import content_policy

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "web_client"
SIZES = ((360, 740), (1280, 800), (1920, 1080))
CHROMIUM = "/usr/bin/chromium"
SMALL = """() => {
  const targets = "a[href], button, input, select, textarea, summary, [role=button], [role=tab], [role=switch]";
  const found = [];
  for (const one of document.querySelectorAll(targets)) {
    if (one.disabled || one.type === "hidden" || one.closest("[inert], .sr-check")) continue;
    if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (one.matches("a") && getComputedStyle(one).display === "inline") continue; // a link within a text
    const label = one.matches("input[type=checkbox], input[type=radio], input.sr")
      ? one.closest("label") ?? document.querySelector(`label[for="${CSS.escape(one.id)}"]`) : null;
    const { width, height } = (label ?? one).getBoundingClientRect();
    if (width >= 47.5 && height >= 47.5) continue;
    const words = (one.ariaLabel ?? one.textContent ?? "").trim().slice(0, 40);
    found.push(`${Math.round(width)} × ${Math.round(height)}: ${one.localName}.${one.className} ${words}`);
  }
  return found;
}"""


class _Pages(http.server.SimpleHTTPRequestHandler):
    """The built stories, with the server's own content security policy."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", content_policy(self.headers.get("Host", ""), False))
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Pages, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_address[1]}"
        finally:
            server.shutdown()


def build() -> Path:
    env = {**os.environ, "HOPCHIBO_STORIES": "1"}
    subprocess.run(
        ["npm", "--prefix", str(CLIENT), "run", "--silent", "stories", "--", "--logLevel", "error"],
        env=env,
        check=True,
        timeout=180,
    )
    return CLIENT / ".stories"


def faults(page: Page, axe: str, width: int) -> list[str]:
    """What a careful reader would mend: sideways scrolling, targets that a finger misses, serious findings of axe."""
    found = []
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        found.append(f"wider than its window: {wide} > {width}")
    found += [f"under 48 px: {one}" for one in page.evaluate(SMALL)]
    page.evaluate(axe)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    for one in result["violations"]:
        if one["impact"] in ("serious", "critical"):
            where = one["nodes"][0]["html"][:160]
            found.append(f"{one['impact']}: {one['id']}: {where} ({len(one['nodes'])})")
    return found


def draw(out: Path | None, only: str, sizes: tuple[tuple[int, int], ...]) -> dict[str, list[str]]:
    """Findings by story and width; the pictures go to ``out``, if one is named."""
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    axe = (CLIENT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    seen: dict[str, list[str]] = {}
    with served(build()) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{base}/stories.html")
        names = [name for name in page.locator("#stories a").all_inner_texts() if only in name]
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            for name in names:
                file = out / f"{name}-{width}.png" if out is not None else None
                seen[f"{name}-{width}"] = shot(page, base, name, file, axe, width)
        browser.close()
    return seen


def shot(page: Page, base: str, name: str, file: Path | None, axe: str, width: int) -> list[str]:
    said: list[str] = []
    listen = lambda message: said.append(message.text) if message.type == "error" else None  # noqa: E731
    page.on("console", listen)
    page.goto(f"{base}/stories.html?story={name}")
    page.wait_for_selector("body[data-drawn]", timeout=15_000)
    if file is not None:
        page.screenshot(path=str(file), full_page=width < 900 and not name.startswith("member"))
    page.remove_listener("console", listen)
    return faults(page, axe, width) + [
        f"console: {text[:200]}" for text in said if "Failed to load resource" not in text
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "screens")
    parser.add_argument("--only", default="", help="only stories whose name holds this")
    parser.add_argument("--width", type=int, default=0, help="only this size")
    given = parser.parse_args()
    sizes = tuple(size for size in SIZES if not given.width or size[0] == given.width)
    seen = draw(given.out, given.only, sizes)
    wrong = {name: found for name, found in seen.items() if found}
    print(json.dumps(wrong, ensure_ascii=False, indent=1))
    print(f"{len(seen)} pictures in {given.out}; {len(wrong)} with faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
