"""Cut off, and heard again: ``python -m benchmarks.media_outage`` (make bench-media_outage). About three minutes.

A server with the demonstration (without speech) and a relay stand in one network namespace, a person's browser
(Debian's Chromium, the built web client) in another, a pair of veth between them; somebody else's browser stands beside
the server. Both speak on and on. Measured in the pages, both ways, the worse counts: a new peer connection to sound;
the link taken down for 2, 10 and 60 s (BENCH_CUTS), from its coming up to sound; all but TCP 443 dropped, from the new
peer connection to sound. Needs root, iproute2, chromium; coturn and nftables for the last. Last line: one JSON object;
null = not measured or not heard within a minute, and which is said above.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import hashlib
import ipaddress
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.media_voice import RATE, voice
from tests.browser.place import (
    CHROMIUM,
    FLAGS,
    PATIENCE_MS,
    ROOT,
    Place,
    call_meeting,
    from_afar,
    serving,
    sign_in,
)

CUTS = tuple(int(seconds) for seconds in os.environ.get("BENCH_CUTS", "2 10 60").split())
NEW_CONNECTIONS = 3
GIVE_UP_S = 60
NEVER = float("inf")
HERE, AWAY = f"hcb-here-{os.getpid()}", f"hcb-away-{os.getpid()}"
SERVER, RELAY, PERSON = "10.78.0.1", "10.78.0.3", "10.78.0.2"
SECRET = "of the outage benchmark"
NAMES = ("Lang Văn Hợp", "Quách Văn Thắng")

SEEN = """
(() => {
  const seen = window.seen = {made: [], loud: [], peers: []};
  const samples = new Float32Array(1024);
  let mix = null;
  const listen = (track) => {
    if (!mix) {
      const context = new AudioContext();
      mix = context.createAnalyser(); mix.fftSize = samples.length;
      const sink = context.createGain(); sink.gain.value = 0; mix.connect(sink).connect(context.destination);
      context.resume();
    }
    mix.context.createMediaStreamSource(new MediaStream([track])).connect(mix);
  };
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...all) {
      super(...all);
      seen.made.push(Date.now()); seen.peers.push(this);
      this.addEventListener("track", (event) => listen(event.track));
    }
  };
  setInterval(() => {
    if (!mix) return;
    mix.getFloatTimeDomainData(samples);
    if (Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length) > 0.01) seen.loud.push(Date.now());
    if (seen.loud.length > 10000) seen.loud.splice(0, 5000);
  }, 20);
})()
"""
WAY = """async () => {
  const all = []; (await seen.peers.at(-1).getStats()).forEach((one) => all.push(one));
  const transport = all.find((one) => one.type === "transport");
  const pair = all.find((one) => one.id === transport?.selectedCandidatePairId);
  const own = all.find((one) => one.id === pair?.localCandidateId);
  return own ? `${own.candidateType} ${own.relayProtocol ?? own.protocol}` : "none";
}"""
ONLY_443 = """
table inet only443 {
  chain in { type filter hook input priority 0; policy drop; iifname "lo" accept; tcp sport 443 accept; }
  chain out { type filter hook output priority 0; policy drop; oifname "lo" accept; tcp dport 443 accept; }
}
"""
ROWS = ("new_connection_s", *(f"outage_{cut}s_s" for cut in CUTS), "only_443_s")
BARS = {"new_connection_s": 3, "outage_2s_s": 5, "outage_10s_s": 5, "outage_60s_s": 10, "only_443_s": 8}


# -- outside -----------------------------------------------------------------------------------------------------------


def main() -> int:
    found: dict[str, float | None] = dict.fromkeys(ROWS)
    missing = lacking()
    if missing:
        print(f"not measured: {missing}")
    else:
        with namespaces():
            command = ["ip", "netns", "exec", HERE, sys.executable, "-m", "benchmarks.media_outage", "--inside", AWAY]
            told = told_by(command)
        if told is None:
            print("broken off")
            return 1
        found |= told
    print(json.dumps(found))
    return 0


def told_by(command: list[str]) -> dict[str, float | None] | None:
    """The object of the last line; what is said before is shown as it comes. None: it failed."""
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if last:
                print(last, flush=True)
            last = line.rstrip()
    if process.returncode:
        print(last)
        return None
    found: dict[str, float | None] = json.loads(last)
    return found


def lacking() -> str:
    """What of this machine is missing; "" = all that is needed is there."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return "a network namespace needs root and iproute2"
    if not CHROMIUM.exists():
        return "needs Debian's chromium"
    return "" if (ROOT / "web_client" / "dist" / "index.html").exists() else "the web client is not built"


@contextlib.contextmanager
def namespaces() -> Iterator[None]:
    steps = (
        f"netns add {HERE}", f"netns add {AWAY}", f"-n {HERE} link add v0 type veth peer name v1 netns {AWAY}",
        f"-n {HERE} addr add {SERVER}/24 dev v0", f"-n {HERE} addr add {RELAY}/24 dev v0",
        f"-n {AWAY} addr add {PERSON}/24 dev v1", f"-n {HERE} link set lo up", f"-n {AWAY} link set lo up",
        f"-n {HERE} link set v0 up", f"-n {AWAY} link set v1 up",
    )  # fmt: skip
    try:
        for step in steps:
            subprocess.run(["ip", *step.split()], check=True)
        yield
    finally:
        for name in (HERE, AWAY):
            subprocess.run(["ip", "netns", "del", name], check=False)


# -- inside, beside the server -----------------------------------------------------------------------------------------


def inside(away: str) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-outage-") as made:
        folder = Path(made)
        cert, key, pin = certificate(folder)
        settings = {
            "HOPCHIBO_HOST": SERVER, "HOPCHIBO_PUBLIC_URL": f"https://{SERVER}", "HOPCHIBO_MEDIA_HOSTS": SERVER,
            "HOPCHIBO_TLS_CERT": str(cert), "HOPCHIBO_TLS_KEY": str(key), "HOPCHIBO_LOG": "warning",
        }  # fmt: skip
        with coturn(folder, cert, key) as relayed:
            settings |= {"HOPCHIBO_TURN_HOST": RELAY, "HOPCHIBO_TURN_SECRET": SECRET} if relayed else {}
            (folder / "data").mkdir()
            with serving(folder / "data", speech=False, port=443, settings=settings) as place:
                print(json.dumps(measured(folder, place, away, pin, relayed)))


def certificate(folder: Path) -> tuple[Path, Path, str]:
    """(certificate, key, what Chromium is told to trust it by) of server and relay."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "outage benchmark")])
    now, day = datetime.datetime.now(tz=datetime.UTC), datetime.timedelta(days=1)
    addresses = [x509.IPAddress(ipaddress.ip_address(one)) for one in (SERVER, RELAY)]
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName(addresses), critical=False).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )  # fmt: skip
    return folder / "cert.pem", folder / "key.pem", base64.b64encode(hashlib.sha256(public).digest()).decode()


@contextlib.contextmanager
def coturn(folder: Path, cert: Path, key: Path) -> Iterator[bool]:
    """Debian's coturn with TLS on 443; False where it is not installed."""
    command = shutil.which("turnserver")
    if command is None:
        yield False
        return
    asked = [
        command, "-n", f"--listening-ip={RELAY}", f"--relay-ip={RELAY}", "--listening-port=3478",
        "--tls-listening-port=443", f"--cert={cert}", f"--pkey={key}", "--use-auth-secret",
        f"--static-auth-secret={SECRET}", "--realm=bench", "--no-cli", "--no-dtls", f"--pidfile={folder / 'pid'}",
        f"--log-file={folder / 'turn.log'}", "--simple-log", f"--userdb={folder / 'turn.db'}",
    ]  # fmt: skip
    process = subprocess.Popen(asked, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield True
    finally:
        process.terminate()
        process.wait(15)


def measured(folder: Path, place: Place, away: str, pin: str, relayed: bool) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    expect.set_options(timeout=PATIENCE_MS)
    speech = voice(12)
    with sync_playwright() as playwright:
        plain = str(CHROMIUM)
        through = executable(folder, "away", f"exec nsenter --net=/run/netns/{away} {CHROMIUM}")

        def launch(path: str, sound: NDArray[np.int16], name: str) -> Browser:
            flags = [f"--use-file-for-fake-audio-capture={wav(folder / name, sound)}"]
            flags += [f"--ignore-certificate-errors-spki-list={pin}"]
            return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])

        near_browser = launch(plain, speech, "near.wav")
        far_browser = launch(through, np.roll(speech, len(speech) // 2), "far.wav")
        links = called(near_browser, place)
        near, far = seated(near_browser, links[NAMES[0]]), seated(far_browser, links[NAMES[1]])
        pair = Pair(near, far)
        pair.heard(since=now_ms())
        found["new_connection_s"] = row("new_connection_s", max(pair.anew() for _ in range(NEW_CONNECTIONS)))
        for cut in CUTS:
            found[f"outage_{cut}s_s"] = row(f"outage_{cut}s_s", pair.cut(away, cut))
        found["only_443_s"] = row("only_443_s", only_443(pair, away, relayed))
        near_browser.close()
        far_browser.close()
    return found


def only_443(pair: Pair, away: str, relayed: bool) -> float | None:
    if not relayed or shutil.which("nft") is None:
        print("only TCP 443: needs coturn and nftables")
        return None
    subprocess.run(["ip", "netns", "exec", away, "nft", "-f", "-"], input=ONLY_443, text=True, check=True)
    took = pair.anew()
    way = pair.far.evaluate(WAY)
    print(f"only TCP 443: by {way}")
    if way != "relay tls":
        print("only TCP 443: the sound took another way, so that this is no figure")
        return None
    return took


def row(name: str, value: float | None) -> float | None:
    bar = f"≤ {BARS[name]}" if name in BARS else "–"
    told = "not measured" if value is None else f"> {GIVE_UP_S}" if value == NEVER else str(value)
    print(f"{name:<20} {told:>12}   {bar}", flush=True)
    return None if value == NEVER else value


class Pair:
    """Two who speak all the time: ``near`` beside the server, ``far`` behind the line that is cut."""

    def __init__(self, near: Page, far: Page) -> None:
        self.near, self.far = near, far

    def heard(self, since: float) -> float:
        """Seconds from a time (ms) to sound at both; each hears the other alone. NEVER: not within GIVE_UP_S."""
        took = [first_sound(page, since) for page in (self.far, self.near)]
        print(f"  away hears after {took[0]:.2f} s, is heard after {took[1]:.2f} s", flush=True)
        return round(max(took), 2)

    def anew(self) -> float:
        """From a new peer connection of the far one (it loads its page again and has its seat back) to sound."""
        begun = now_ms()
        self.far.reload()
        if not until_seen(self.far, "seen.made.length > 0"):
            raise AssertionError("the page that was loaded again did not go back to its seat: is the web client built?")
        made = float(self.far.evaluate("seen.made[0]"))
        print(f"  page to connection {(made - begun) / 1000:.2f} s", end="")
        return self.heard(made)

    def cut(self, away: str, seconds: float) -> float:
        self.heard(now_ms())
        subprocess.run(["ip", "-n", away, "link", "set", "v1", "down"], check=True)
        self.near.wait_for_timeout(seconds * 1000)
        up = now_ms()
        subprocess.run(["ip", "-n", away, "link", "set", "v1", "up"], check=True)
        return self.heard(up)


def first_sound(page: Page, since: float) -> float:
    if not until_seen(page, f"seen.loud.some((at) => at >= {since})"):
        return NEVER
    return (float(page.evaluate(f"seen.loud.find((at) => at >= {since})")) - since) / 1000


def until_seen(page: Page, true: str) -> bool:
    end = time.monotonic() + GIVE_UP_S
    while time.monotonic() < end:
        if page.evaluate(true):
            return True
        page.wait_for_timeout(50)
    return False


def now_ms() -> float:
    return time.time_ns() // 1_000_000


def page_of(browser: Browser, url: str = "") -> Page:
    page = browser.new_context(ignore_https_errors=True, permissions=["microphone"], base_url=url or None).new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


def called(browser: Browser, place: Place) -> dict[str, Any]:
    """A meeting that the leader called; name → address of everybody invited."""
    chair = page_of(browser, place.url)
    sign_in(chair, place, "leader")
    meeting = call_meeting(chair).rsplit("/", 1)[-1]
    headers = {"X-Hopchibo": "1", "Origin": place.url}
    made = chair.request.post(f"{place.url}/api/meetings/{meeting}/links", data={}, headers=headers).json()
    chair.context.close()
    return {link["name"]: link["url"] for link in made["links"]}


def seated(browser: Browser, link: str) -> Page:
    """Somebody far from the hall, microphone on."""
    page = page_of(browser)
    page.add_init_script(SEEN)
    page.goto(link)
    from_afar(page)
    expect(page.get_by_text("Mạng tốt")).to_be_visible()
    page.get_by_role("button", name="Micrô đang tắt").click()
    return page


def executable(folder: Path, name: str, command: str) -> str:
    path = folder / name
    path.write_text(f'#!/bin/sh\n{command} "$@"\n')
    path.chmod(0o755)
    return str(path)


def wav(path: Path, sound: NDArray[np.int16]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.astype("<i2").tobytes())
    return path


if __name__ == "__main__":
    if "--inside" in sys.argv:
        inside(sys.argv[-1])
    else:
        sys.exit(main())
