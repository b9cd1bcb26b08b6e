"""No screen is wider than its window on a phone, and axe finds nothing serious on any of them."""

from __future__ import annotations

import pytest

from tests.browser.place import CHROMIUM
from tests.browser.screens import CLIENT, draw

pytestmark = [pytest.mark.browser, pytest.mark.serial]


def test_every_screen_is_clean_on_a_phone() -> None:
    if not CHROMIUM.exists() or not (CLIENT / "node_modules").exists():
        pytest.skip("needs Debian's chromium and the web client's packages")
    seen = draw(None, "", ((360, 740),))
    assert {name: found for name, found in seen.items() if found} == {}
