"""A server's process that is killed (kill -9) while it seals a scan beside a record: ``python -m … DATA MEETING STEP
SCAN…``. ``STEP``: after which of file, leaf, entry it dies."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from meeting_server import sealer
from meeting_server.clock import SystemClock
from meeting_server.keeping import store_of
from meeting_server.meetings import Meetings
from meeting_server.settings import Settings
from minutes.sealing.keys import load_or_create
from minutes.sealing.scan import read_scan


def killed_after(real: Callable[..., Any]) -> Callable[..., Any]:
    def dies(*given: object, **named: object) -> object:
        result = real(*given, **named)
        if asyncio.iscoroutine(result):
            return _awaited(result)
        os.kill(os.getpid(), signal.SIGKILL)
        return result

    return dies


async def _awaited(work: Awaitable[object]) -> None:
    await work
    os.kill(os.getpid(), signal.SIGKILL)


async def attach(settings: Settings, meeting: str, step: str, files: list[bytes], actor: str) -> None:
    store = store_of(settings)
    meetings = Meetings(store, SystemClock())
    keys = load_or_create(settings.keys / "sealing", settings.installation_name(), datetime.now(UTC))
    sealing = sealer.Sealer(store, meetings, keys, settings.records, SystemClock())
    owner, name = {
        "file": (sealer, "write_whole"), "leaf": (sealing.tree, "append"), "entry": (meetings, "append_system"),
    }[step]  # fmt: skip
    setattr(owner, name, killed_after(getattr(owner, name)))
    await sealing.attach(meeting, read_scan(files), actor)


if __name__ == "__main__":
    data, meeting_, step_, actor_, *pages = sys.argv[1:]
    settings_ = Settings(data=Path(data), demo=True, speech=False)
    asyncio.run(attach(settings_, meeting_, step_, [Path(page).read_bytes() for page in pages], actor_))
