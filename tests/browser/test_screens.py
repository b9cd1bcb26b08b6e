"""No screen is wider than its window, nothing to tap is under 48 px, and axe finds nothing serious on any of them: on a
phone and on a desk."""

from __future__ import annotations

import pytest

from tests.browser.place import CHROMIUM
from tests.browser.screens import CLIENT, draw

pytestmark = [pytest.mark.browser, pytest.mark.serial]


@pytest.mark.parametrize("size", [(360, 740), (1280, 800)], ids=["phone", "desk"])
def test_every_screen_is_clean(size: tuple[int, int]) -> None:
    if not CHROMIUM.exists() or not (CLIENT / "node_modules").exists():
        pytest.skip("needs Debian's chromium and the web client's packages")
    seen = draw(None, "", (size,))
    assert {name: found for name, found in seen.items() if found} == {}
