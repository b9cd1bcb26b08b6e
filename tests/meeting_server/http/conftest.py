from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.meeting_server.place import Place, serving


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with serving(tmp_path) as place:
        yield place
