"""Debian's Firefox against the node, with its fake microphone (a tone): it is heard, and it hears."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aioice.ice import get_host_addresses

from meeting_server.media.engine import TrackStarted, Voiced
from tests.meeting_server.media.clients import Voice, speech_like, until
from tests.meeting_server.media.conftest import Rig

FIREFOX = shutil.which("firefox-esr")
PREFERENCES = {
    "media.navigator.permission.disabled": "true", "media.navigator.streams.fake": "true",
    "media.autoplay.default": "0", "media.autoplay.blocking_policy": "0",
    "media.peerconnection.ice.loopback": "true", "media.peerconnection.ice.obfuscate_host_addresses": "false",
    "datareporting.policy.dataSubmissionEnabled": "false", "browser.shell.checkDefaultBrowser": "false",
    "toolkit.startup.max_resumed_crashes": "-1", "network.captive-portal-service.enabled": "false",
    "network.connectivity-service.enabled": "false", "app.update.enabled": "false",
}  # fmt: skip
PAGE = b"""<!doctype html><meta charset=utf-8><script>
const post = async (path, body) => (await fetch(path, {method: 'POST', body})).text();
(async () => {
  const pc = new RTCPeerConnection();
  pc.ontrack = (event) => { const a = new Audio(); a.srcObject = new MediaStream([event.track]); a.play(); };
  const stream = await navigator.mediaDevices.getUserMedia({audio: true});
  pc.addTransceiver(stream.getTracks()[0], {direction: 'sendrecv'});
  for (let n = 0; n < 2; n++) pc.addTransceiver('audio', {direction: 'recvonly'});
  await pc.setLocalDescription(await pc.createOffer());
  await pc.setRemoteDescription({type: 'answer', sdp: await post('/offer', pc.localDescription.sdp)});
  setInterval(async () => {
    const out = {state: pc.connectionState, packets: 0, lost: 0};
    (await pc.getStats()).forEach((s) => {
      if (s.type === 'inbound-rtp') { out.packets += s.packetsReceived; out.lost += s.packetsLost; }
    });
    post('/figures', JSON.stringify(out));
  }, 500);
})().catch((error) => post('/figures', JSON.stringify({state: String(error)})));
</script>"""


class Site:
    """The page, and what it tells: ``figures`` is the newest."""

    def __init__(self, rig: Rig) -> None:
        self.figures: dict[str, Any] = {}
        site, loop = self, asyncio.get_running_loop()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(PAGE, "text/html")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                if self.path == "/figures":
                    site.figures = json.loads(body)
                    self._say(b"", "text/plain")
                    return
                joining = rig.link.join("r", "fox", "remote", body, speak=True, hear=True)
                self._say(asyncio.run_coroutine_threadsafe(joining, loop).result(15).encode(), "text/plain")

            def _say(self, body: bytes, kind: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def own_addresses() -> tuple[str, ...]:
    """Addresses of this machine that are not the loopback: Firefox sends to no other."""
    return tuple(get_host_addresses(use_ipv4=True, use_ipv6=False))


@pytest.fixture
def hosts() -> tuple[str, ...]:
    return ("127.0.0.1", *own_addresses()[:1])


@pytest.mark.browser
@pytest.mark.skipif(not own_addresses(), reason="this machine has only the loopback, which Firefox does not use")
@pytest.mark.skipif(FIREFOX is None, reason="Debian's firefox-esr is not installed")
async def test_firefox_is_heard_and_hears(rig: Rig, tmp_path: Path) -> None:
    await rig.link.open("r")
    one = rig.client("one", Voice(speech_like(60)))
    await one.join(rig.link, "r")
    profile = tmp_path / "profile"
    profile.mkdir()
    preferences = "".join(f'user_pref("{name}", {value});\n' for name, value in PREFERENCES.items())
    (profile / "user.js").write_text(preferences)
    site = Site(rig)
    assert FIREFOX is not None
    browser = await asyncio.create_subprocess_exec(
        FIREFOX, "--headless", "--no-remote", "--profile", profile, f"http://localhost:{site.port}/",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, env={"HOME": str(tmp_path)},
    )  # fmt: skip
    try:
        await rig.hears(TrackStarted, session="fox", within=60)
        await rig.hears(Voiced, session="fox", voiced=True, within=10)
        await until(lambda: site.figures.get("packets", 0) > 100, 20)
        await until(lambda: len(one.heard) > 100, 10)
        assert site.figures["state"] == "connected"
        assert site.figures["lost"] <= site.figures["packets"] * 0.01
    finally:
        browser.terminate()
        await browser.wait()
        site.close()
