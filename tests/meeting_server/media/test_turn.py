"""TURN: credentials as coturn checks them, and sound through a real coturn over UDP, TCP and TLS."""

from __future__ import annotations

import asyncio
import base64
import datetime
import hmac
import ipaddress
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiortc import RTCIceServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from meeting_server.doctor.checks import Finding, Place
from meeting_server.doctor.relay import relay
from meeting_server.media.settings import TurnRelay
from meeting_server.media.turn import TurnServer, credentials, ice_servers
from tests.meeting_server.media.clients import Voice, free_ports, speech_like, until
from tests.meeting_server.media.conftest import Rig

COTURN = shutil.which("turnserver")
SECRET = "of the tests"


def test_credentials_name_their_end_and_are_signed() -> None:
    username, password = credentials("s", "one", 1_000, 60)
    assert username == "1060:one"
    assert password == base64.b64encode(hmac.new(b"s", b"1060:one", "sha1").digest()).decode()
    assert credentials("other", "one", 1_000, 60)[1] != password


def test_a_browser_gets_udp_tcp_and_tls_and_nothing_without_a_relay() -> None:
    (told,) = ice_servers(TurnServer("turn.example", "s"), "one", 1_000)
    assert told["urls"] == [
        "turn:turn.example:3478",
        "turn:turn.example:3478?transport=tcp",
        "turns:turn.example:443?transport=tcp",
    ]
    assert ice_servers(None, "one", 1_000) == []


def test_a_node_with_the_secret_makes_its_own_credentials_anew() -> None:
    relay = TurnRelay("turn.example", 443, tls=True, secret="s")
    assert relay.login(1_000) == credentials("s", "node", 1_000)
    assert relay.login(2_000) != relay.login(1_000)
    assert TurnRelay("turn.example", 3478, "name", "word").login(1_000) == ("name", "word")
    assert "bimat" not in repr(TurnRelay("turn.example", 3478, "name", "bimat", secret="bimat"))


@dataclass(frozen=True)
class Coturn:
    port: int
    tls_port: int
    authority: Path


def certificate(directory: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay of the tests")])
    now = datetime.datetime.now(tz=datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert, private = directory / "cert.pem", directory / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert, private


@pytest.fixture
async def coturn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Coturn]:
    cert, key = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    made = Coturn(*free_ports(2), cert)
    assert COTURN is not None
    process = await asyncio.create_subprocess_exec(
        COTURN, "-n", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={made.port}",
        f"--tls-listening-port={made.tls_port}", f"--cert={cert}", f"--pkey={key}", "--use-auth-secret",
        f"--static-auth-secret={SECRET}", "--realm=tests", "--allow-loopback-peers", "--no-cli", "--no-dtls",
        f"--pidfile={tmp_path / 'pid'}", f"--log-file={tmp_path / 'log'}", "--simple-log",
        f"--userdb={tmp_path / 'db'}",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, cwd=tmp_path,
    )  # fmt: skip

    def listening() -> bool:
        assert process.returncode is None, (tmp_path / "log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", made.tls_port)) == 0

    await until(listening, 15)
    yield made
    process.terminate()
    await process.wait()


@pytest.mark.serial
@pytest.mark.skipif(COTURN is None, reason="coturn is not installed")
@pytest.mark.parametrize("way", [0, 1, 2], ids=["udp", "tcp", "tls"])
async def test_sound_passes_a_relay(coturn: Coturn, rig: Rig, way: int) -> None:
    (told,) = ice_servers(TurnServer("127.0.0.1", SECRET, coturn.port, coturn.tls_port), "one", int(time.time()))
    urls = told["urls"]
    assert isinstance(urls, list)
    way_in = RTCIceServer(urls=urls[way], username=str(told["username"]), credential=str(told["credential"]))
    await rig.link.open("r")
    one, two = rig.client("one", Voice(speech_like(30)), relay=way_in), rig.client("two", Voice(speech_like(30, 2)))
    await two.join(rig.link, "r")
    connecting = await one.join(rig.link, "r")
    sounding = await until(lambda: len(two.heard) > 50 and len(one.heard) > 50, 15)
    assert connecting + sounding < 8


@pytest.mark.serial
@pytest.mark.skipif(COTURN is None, reason="coturn is not installed")
async def test_credentials_past_their_end_are_refused(coturn: Coturn, rig: Rig) -> None:
    username, password = credentials(SECRET, "one", int(time.time()) - 7200, 3600)
    way_in = RTCIceServer(urls=f"turn:127.0.0.1:{coturn.port}", username=username, credential=password)
    one = rig.client("one", Voice(), relay=way_in)
    assert "typ relay" not in await one.offer()


@pytest.mark.serial
@pytest.mark.skipif(COTURN is None, reason="coturn is not installed")
async def test_the_doctor_asks_the_relay_by_every_way(coturn: Coturn, tmp_path: Path) -> None:
    """A wrong secret, a certificate nobody vouches for, a port where nobody listens: each is said."""

    async def seen(server: TurnServer) -> Finding:
        return await asyncio.to_thread(relay, Place(tmp_path, "127.0.0.1", 1, tmp_path, server))

    good = await seen(TurnServer("127.0.0.1", SECRET, coturn.port, coturn.tls_port))
    assert (good.state, good.advice) == ("OK", "")
    wrong = await seen(TurnServer("127.0.0.1", "another", coturn.port, coturn.tls_port))
    assert wrong.state == "BAD"
    assert "không nhận mật khẩu" in wrong.advice
    deaf = await seen(TurnServer("127.0.0.1", SECRET, coturn.port, free_ports()[0]))
    assert deaf.state == "WARN"
    assert "TLS: không nối được" in deaf.advice


def test_without_a_relay_the_doctor_says_that_it_is_not_needed(tmp_path: Path) -> None:
    assert relay(Place(tmp_path, "127.0.0.1", 1, tmp_path)).state == "OK"


@pytest.fixture
def namespace() -> Iterator[list[str]]:
    """A network of its own with two addresses that look public; skipped where none may be made."""
    name = f"hcb-turn-{os.getpid()}"
    inside = ["ip", "netns", "exec", name]
    commands = [
        ["ip", "netns", "add", name],
        [*inside, "ip", "link", "set", "lo", "up"],
        [*inside, "ip", "addr", "add", "11.0.0.1/32", "dev", "lo"],
        [*inside, "ip", "addr", "add", "11.0.0.2/32", "dev", "lo"],
    ]
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("a network namespace takes root and iproute2")
    try:
        for command in commands:
            if subprocess.run(command, check=False, capture_output=True).returncode:
                pytest.skip("this system makes no network namespace")
        yield inside
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


@pytest.mark.serial
@pytest.mark.skipif(COTURN is None, reason="coturn is not installed")
def test_a_node_behind_a_relay_is_reached_through_it(namespace: list[str]) -> None:
    command = [sys.executable, "-m", "tests.meeting_server.media.behind_relay", str(COTURN)]
    done = subprocess.run([*namespace, *command], check=False, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr[-3000:]
