"""The media node as a process: ``python -m meeting_server.media --run DIR --recordings DIR``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import resource
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

import structlog
import uvloop

from meeting_server.media.node import Node
from meeting_server.media.settings import NodeSettings, TurnRelay
from meeting_server.settled import settle


def main() -> None:
    arguments = _arguments()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    _allow_many_sockets()
    sys.setswitchinterval(0.001)  # the recorder's thread gives way to the sound at once
    settle()  # a full collection stops the sound of every room for its time
    settings = NodeSettings(
        arguments.run, arguments.recordings, tuple(arguments.host), arguments.ports, _relay(arguments.relay)
    )
    uvloop.run(_serve(settings))


async def _serve(settings: NodeSettings) -> None:
    node = Node(settings)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    await node.start()
    await ended.wait()
    await node.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m meeting_server.media", description="Carry a room's sound.")
    parser.add_argument("--run", type=Path, required=True, help="directory of media.sock and feed.sock")
    parser.add_argument("--recordings", type=Path, required=True)
    parser.add_argument("--host", action="append", default=[], help="address to offer; all interfaces if none is given")
    parser.add_argument("--ports", type=_ports, help="UDP ports, first-last; any if not given")
    parser.add_argument(
        "--relay",
        help="turn[s]:host:port[?transport=tcp]; credentials: TURN_SECRET, or TURN_USERNAME, TURN_PASSWORD",
    )
    return parser.parse_args()


def _ports(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if not (first.isdigit() and last.isdigit() and 1 <= int(first) <= int(last) <= 65_535):
        raise argparse.ArgumentTypeError("ports are given as first-last")
    return int(first), int(last)


def _relay(text: str | None) -> TurnRelay | None:
    if not text:
        return None
    scheme, _, rest = text.partition(":")
    split = urlsplit(f"//{rest}")
    tls = scheme == "turns"
    transport = "tcp" if tls or "transport=tcp" in split.query else "udp"
    return TurnRelay(
        split.hostname or "", split.port or (5349 if tls else 3478),
        os.environ.get("TURN_USERNAME", ""), os.environ.get("TURN_PASSWORD", ""), tls, transport,
        os.environ.get("TURN_SECRET", ""),
    )  # fmt: skip


def _allow_many_sockets() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    main()
