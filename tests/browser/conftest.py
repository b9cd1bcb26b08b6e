"""One running system and one Playwright for the journeys of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from tests.browser.place import CHROMIUM, PATIENCE_MS, ROOT, Place, serving  # noqa: E402  (after the skip)

sync_api.expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def playwright() -> Iterator[object]:
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's chromium")
    with sync_api.sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """With recognition, unless the module says ``SPEECH = False``."""
    if not (ROOT / "web_client" / "dist" / "index.html").exists():
        pytest.skip("the web client is not built (make run builds it)")
    with serving(tmp_path_factory.mktemp("served"), speech=getattr(request.module, "SPEECH", True)) as running:
        yield running
