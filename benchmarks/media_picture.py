"""What one picture costs the media node, and what it does to the sound: ``python -m benchmarks.media_picture``.

A room of eight, one of whom speaks, and a picture of 500 kbit/s (15 frames a second, a key frame of 30 packets every
five seconds) to 0, 8 and 40 viewers; node and load on a core each. A table, and one JSON object as last line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.media_load import _share, cpu
from benchmarks.media_peer import LOUD, QUIET, LightPeer, delay_ms, stamped
from benchmarks.media_place import node, place
from benchmarks.media_voice import packets
from meeting_server.media.engine import ControlLink
from meeting_server.media.picture import rtcp
from meeting_server.media.rtp import header

PEOPLE, VIEWERS, SECONDS = 8, (0, 8, 40), 20
FPS, PART, KEY_EVERY, KEY_PARTS, BITRATE = 15, 1100, 75, 30, 500_000
VP8 = 96
_FRAME = BITRATE / 8 / FPS


class PicturePeer(LightPeer):
    """Shows one picture or looks at two."""

    async def _described(self, mids: dict[str, str], setup: str) -> str:
        sdp = await super()._described(mids, setup)
        sdp = sdp.replace(f"m=audio 9 UDP/TLS/RTP/SAVPF {self.kind.payload_type}", f"m=video 9 UDP/TLS/RTP/SAVPF {VP8}")
        return sdp.replace(f"a=rtpmap:{self.kind.payload_type} opus/48000/2", f"a=rtpmap:{VP8} VP8/90000")

    async def show(self, link: ControlLink, room: str) -> None:
        offer = (await self._described({"0": "sendonly"}, "actpass")).replace("a=recvonly", "a=sendonly")
        await self.accept(await link.show(room, "shows", "hall", offer))

    async def look(self, link: ControlLink, room: str, session: str) -> None:
        offer = await self._described({"0": "recvonly", "1": "recvonly"}, "actpass")
        await self.accept(await link.look(room, session, offer))

    def frame(self, number: int) -> None:
        """A frame's packets, as a browser sends them: at once."""
        key = number % KEY_EVERY == 0
        parts = KEY_PARTS if key else max(1, round((number + 1) * _FRAME / PART) - round(number * _FRAME / PART))
        for part in range(parts):
            first, last = part == 0, part == parts - 1
            head = bytes([0x90 if first else 0x80, 0x80, 0x80 | number >> 8 & 0x7F, number & 0xFF])
            self._sequence = (self._sequence + 1) & 0xFFFF
            rtp = header(VP8, last, self._sequence, number * 90_000 // FPS & 0xFFFFFFFF, self.ssrc, b"")
            body = head + bytes([0 if key else 1]) + bytes(PART - 5)
            assert self._send is not None
            self._send(self._dtls._tx_srtp.protect(rtp + body), self._address)
            self.sent += 1

    def ask(self, ssrc: int) -> None:
        """For a key frame, as browsers do now and then."""
        assert self._send is not None
        self._send(self._dtls._tx_srtp.protect_rtcp(rtcp.pli(self.ssrc, ssrc)), self._address)


async def load(run: Path, pid: int, address: str, viewers: int, seconds: int) -> dict[str, Any]:
    link = ControlLink(run)
    await link.start()
    await link.open("r")
    await link.gate("r", capture=True, remote_sound=True)
    delays: list[float] = []

    def took(packet: bytes) -> None:
        delay = delay_ms(packet)
        if delay is not None:
            delays.append(delay)

    people = [LightPeer(address, 4, took) for _ in range(PEOPLE)]
    for number, peer in enumerate(people):
        await peer.accept(await link.join("r", f"s{number}", "remote", await peer.offer(3), speak=True, hear=True))
    await link.pictures("r", hall="shows" if viewers else "", shared="")
    shows, looks = PicturePeer(address), [PicturePeer(address) for _ in range(viewers)]
    if viewers:
        await shows.show(link, "r")
    for number, peer in enumerate(looks):
        await peer.look(link, "r", f"v{number}")
    voice = packets()

    async def speak() -> None:
        loop, begun, frame = asyncio.get_running_loop(), asyncio.get_running_loop().time(), 0
        while True:
            await asyncio.sleep(max(0.0, begun + frame * 0.02 - loop.time()))
            for number, peer in enumerate(people):
                if number == 0:
                    peer.speak(stamped(voice[frame % len(voice)]), LOUD)
                elif (frame + number) % 20 == 0:
                    peer.speak(b"\xf8\xff\xfe", QUIET, 19_200)
            frame += 1

    async def film() -> None:
        loop, begun, frame = asyncio.get_running_loop(), asyncio.get_running_loop().time() + 0.007, 0
        while viewers:
            await asyncio.sleep(max(0.0, begun + frame / FPS - loop.time()))
            shows.frame(frame)
            frame += 1

    working = [asyncio.create_task(work()) for work in (speak, film)]
    await asyncio.sleep(3)
    delays.clear()
    begun, used = time.monotonic(), cpu(pid)
    sent, seen = shows.sent, sum(peer.received for peer in looks)
    await asyncio.sleep(seconds)
    took_s, used = time.monotonic() - begun, cpu(pid) - used
    sent, seen = shows.sent - sent, sum(peer.received for peer in looks) - seen
    for task in working:
        task.cancel()
    return {
        "viewers": viewers, "cpu": round(used / took_s * 100, 2), "in_kbit": round(sent * PART * 8 / took_s / 1000),
        "out_pps": round(seen / took_s), "arrived": round(seen / sent / viewers, 4) if viewers else None,
        "sound_p50_ms": _share(delays, 50), "sound_p99_ms": _share(delays, 99),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--load", nargs=5, metavar=("RUN", "PID", "ADDRESS", "VIEWERS", "SECONDS"), help="own use")
    given = parser.parse_args()
    if given.load:
        run, pid, address, viewers, seconds = given.load
        print(json.dumps(uvloop.run(load(Path(run), int(pid), address, int(viewers), int(seconds)))), flush=True)
        os._exit(0)
    rows = []
    with place() as where:
        for viewers in VIEWERS:
            with node(where) as (pid, run, _):
                own = [str(run), str(pid), where.address, str(viewers), str(given.seconds)]
                command = where.on_core(1, sys.executable, "-m", "benchmarks.media_picture", "--load", *own)
                told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
                rows.append(json.loads(told.splitlines()[-1]))
    print("| viewers | CPU of a core % | kbit/s in | packets/s out | arrived | sound p50 ms | sound p99 ms |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(str(value) for value in row.values()) + " |")
    by = {row["viewers"]: row for row in rows}
    print(json.dumps({
        **{f"picture_cpu_{n}": round(by[n]["cpu"] - by[0]["cpu"], 2) for n in VIEWERS if n},
        **{f"sound_p99_ms_{n}": by[n]["sound_p99_ms"] for n in VIEWERS},
    }))  # fmt: skip


if __name__ == "__main__":
    main()
