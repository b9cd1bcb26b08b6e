"""What all tests share: those that wait for sound, sockets or processes run alone, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

HERE = Path(__file__).parent
IN_REAL_TIME = tuple(
    HERE / place
    for place in (
        "meeting_server/media",
        "meeting_server/live",
        "meeting_server/backup",
        "transcription/link",
        "transcription/test_listener.py",
    )
)


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """A test that configured the log leaves nobody a stream that is closed by then."""
    yield
    structlog.reset_defaults()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(item.path.is_relative_to(place) for place in IN_REAL_TIME) and not _pure(item.path):
            item.add_marker(pytest.mark.serial)


def _pure(path: Path) -> bool:
    """Tests in these rooms that neither wait nor open anything."""
    return path.name in ("test_slots.py", "test_sdp.py", "test_rtp.py", "test_signalling.py")
