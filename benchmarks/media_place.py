"""Where the media benchmark runs: its own network namespace, a core for each side, fresh servers of either kind."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

SPACE, ADDRESS, ALONE = f"hcb-bench-{os.getpid()}", "10.77.0.1", "127.0.0.1"
PLUGINS = "voicemail recordplay sip nosip lua duktape streaming textroom videocall echotest"
TRANSPORTS = "rabbitmq mqtt nanomsg pfunix http"
PARTS = Path("/usr/lib/x86_64-linux-gnu/janus")
JANUS_PORT = 48188


class Place:
    """Where both sides run: ``prefix`` enters the namespace."""

    def __init__(self, directory: Path, own_space: bool) -> None:
        self.directory = directory
        self.prefix = ["ip", "netns", "exec", SPACE] if own_space else []
        self.address = ADDRESS if own_space else ALONE
        self.own_space = own_space

    def on_core(self, core: int, *command: str, first: bool = True) -> list[str]:
        """``first``: scheduled before all other work of the machine, which must starve neither side."""
        pin = ["taskset", "-c", str(core)] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []
        before = ["chrt", "-r", "1"] if first and os.geteuid() == 0 and shutil.which("chrt") else []
        return [*self.prefix, *before, *pin, *command]


@contextlib.contextmanager
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="bench-media-") as made:
        own_space = os.geteuid() == 0 and shutil.which("ip") is not None and _make_space()
        try:
            yield Place(Path(made), own_space)
        finally:
            if own_space:
                subprocess.run(["ip", "netns", "del", SPACE], check=False)


def _make_space() -> bool:
    inside = ["ip", "netns", "exec", SPACE, "ip"]
    commands = [
        ["ip", "netns", "add", SPACE],
        [*inside, "link", "set", "lo", "up"],
        [*inside, "link", "add", "d0", "type", "veth", "peer", "name", "d1"],
        [*inside, "addr", "add", f"{ADDRESS}/24", "dev", "d0"],
        [*inside, "link", "set", "d0", "up"],
        [*inside, "link", "set", "d1", "up"],
    ]
    return all(subprocess.run(command, check=False, capture_output=True).returncode == 0 for command in commands)


@contextlib.contextmanager
def node(where: Place, *, first: bool = True) -> Iterator[tuple[int, Path, Path]]:
    """(pid, run directory, recordings) of a fresh media node: a session of its own, as `hopchibo serve` starts it."""
    base = Path(tempfile.mkdtemp(dir=where.directory))
    run, recordings = base / "run", base / "recordings"
    command = [sys.executable, "-m", "meeting_server.media", "--run", str(run), "--recordings", str(recordings)]
    with (base / "log").open("wb") as log:
        command = where.on_core(0, *command, "--host", where.address, first=first)
        process = subprocess.Popen(command, stderr=log, start_new_session=True)
        try:
            until((run / "media.sock").exists)
            yield process.pid, run, recordings
        finally:
            process.terminate()
            process.wait(30)


@contextlib.contextmanager
def janus(where: Place) -> Iterator[int]:
    """pid of a fresh Janus with AudioBridge and VideoRoom."""
    base = Path(tempfile.mkdtemp(dir=where.directory))
    disabled = ",".join(f"libjanus_{name}.so" for name in PLUGINS.split())
    transports = ",".join(f"libjanus_{name}.so" for name in TRANSPORTS.split())
    (base / "janus.jcfg").write_text(
        f'general: {{ configs_folder = "{base}" plugins_folder = "{PARTS}/plugins" '
        f'transports_folder = "{PARTS}/transports" events_folder = "{PARTS}/events" '
        f'loggers_folder = "{PARTS}/loggers" debug_level = 2 interface = "{ADDRESS}" server_name = "bench" }}\n'
        'certificates: { }\nmedia: { rtp_port_range = "42000-48000" }\n'
        f'nat: {{ ice_enforce_list = "{ADDRESS}" full_trickle = false ice_lite = false ignore_mdns = true }}\n'
        f'plugins: {{ disable = "{disabled}" }}\ntransports: {{ disable = "{transports}" }}\n'
    )
    (base / "janus.transport.websockets.jcfg").write_text(
        f'general: {{ json = "compact" ws = true ws_port = {JANUS_PORT} ws_ip = "{ADDRESS}" wss = false }}\n'
        "admin: { admin_ws = false }\n"
    )
    for plugin in ("audiobridge", "videoroom"):
        (base / f"janus.plugin.{plugin}.jcfg").write_text("")
    with (base / "log").open("wb") as log:
        process = subprocess.Popen(where.on_core(0, "janus", "-F", str(base)), stdout=log, stderr=log)
        try:
            time.sleep(2)
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("the server did not start")
        time.sleep(0.05)
