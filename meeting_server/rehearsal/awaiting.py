"""Waiting for a server that is starting: it listens from its first moment and answers once it is ready."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from meeting_server.settings import RUNNING_AT

PATIENCE_S, EACH_S = 60.0, 2.0
Answer = Literal["answers", "silent", "nobody"]


def until_it_answers(data: Path, starting: Callable[[], None], patience: float = PATIENCE_S) -> Answer:
    """Whether the server of a data directory answers. For one that starts ``starting`` is called, and it is awaited."""
    try:
        host, port = (data / "run" / RUNNING_AT).read_text(encoding="utf-8").split()
        address = (host, int(port))
    except (OSError, ValueError):
        return "nobody"
    each, ends = min(EACH_S, patience), time.monotonic() + patience
    found = _asked(address, each)
    if found == "silent":
        starting()
    while found == "silent" and time.monotonic() < ends:
        found = _asked(address, each)
    return found


def _asked(address: tuple[str, int], seconds: float) -> Answer:
    """Any reply will do, also the refusal of plain HTTP by a server that wants TLS."""
    try:
        with socket.create_connection(address, seconds) as line:
            line.settimeout(seconds)
            line.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            line.recv(1)
    except TimeoutError:
        return "silent"
    except ConnectionResetError:
        return "answers"
    except OSError:
        return "nobody"
    return "answers"
