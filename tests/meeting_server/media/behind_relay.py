"""A node that is reached only through its relay, in a network namespace with public-looking addresses.

Run by test_turn.py: ``python -m tests.meeting_server.media.behind_relay COTURN``. Exit status 0 = sound passed.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
import tempfile
from pathlib import Path

import aioice.ice

from meeting_server.media.engine import ControlLink
from meeting_server.media.node import Node
from meeting_server.media.settings import NodeSettings, TurnRelay
from tests.meeting_server.media.clients import Client, Voice, speech_like, until

BROWSER, RELAY, NOWHERE = "11.0.0.1", "11.0.0.2", "no address"
SECRET = "of the tests"


async def main(coturn: str) -> None:
    base = Path(tempfile.mkdtemp())
    process = await asyncio.create_subprocess_exec(
        coturn, "-n", f"--listening-ip={RELAY}", f"--relay-ip={RELAY}", "--use-auth-secret",
        f"--static-auth-secret={SECRET}",
        "--realm=tests", "--no-cli", "--no-tls", "--no-dtls", f"--pidfile={base / 'pid'}", f"--userdb={base / 'db'}",
        f"--log-file={base / 'log'}", "--simple-log", cwd=base,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await until(_listening, 15)
        aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: [BROWSER]
        relay = TurnRelay(RELAY, 3478, secret=SECRET)
        node = Node(NodeSettings(base / "run", base / "rec", (NOWHERE,), relay=relay, disk_reserve=0))
        await node.start()
        link = ControlLink(base / "run")
        await link.start()
        await link.open("r")
        one, two = Client("one", Voice(speech_like(30))), Client("two", Voice())
        await one.join(link, "r")
        await two.join(link, "r")
        await until(lambda: len(two.heard) > 50, 15)
        for client in (one, two):
            await client.close()
        await link.stop()
        await node.stop()
    finally:
        process.terminate()
        await process.wait()
        shutil.rmtree(base)


def _listening() -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((RELAY, 3478)) == 0


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
