"""The room's sound beside Janus: ``python -m benchmarks.media`` (make bench-media). About ten minutes.

The server stands on one core, the load on another, both scheduled before all else and in a network namespace of their
own when that may be made (root); without it there is no Janus (it takes no loopback) and the figures say so.
``waited``: per cent of the time that threads of the server wanted a core and had none (Janus' many wait for one
another). Last line: one JSON object.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

SPACE, ADDRESS, ALONE = f"hcb-bench-{os.getpid()}", "10.77.0.1", "127.0.0.1"
SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
JOINS = int(os.environ.get("BENCH_JOINS", "1000"))
WORDS_S = int(os.environ.get("BENCH_WORDS_S", "60"))
CROWD = (400, 560, 720, 880, 1040)
PLUGINS = "voicemail recordplay sip nosip lua duktape streaming textroom videocall echotest"
TRANSPORTS = "rabbitmq mqtt nanomsg pfunix http"
PARTS = Path("/usr/lib/x86_64-linux-gnu/janus")


class Place:
    """Where both sides run: ``prefix`` enters the namespace."""

    def __init__(self, directory: Path, own_space: bool) -> None:
        self.directory = directory
        self.prefix = ["ip", "netns", "exec", SPACE] if own_space else []
        self.address = ADDRESS if own_space else ALONE
        self.own_space = own_space

    def on_core(self, core: int, *command: str) -> list[str]:
        pin = ["taskset", "-c", str(core)] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []
        # Other work of the machine must not starve either side: both are always scheduled before it.
        first = ["chrt", "-r", "1"] if os.geteuid() == 0 and shutil.which("chrt") else []
        return [*self.prefix, *first, *pin, *command]


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
def node(where: Place) -> Iterator[tuple[int, Path, Path]]:
    """(pid, run directory, recordings) of a fresh media node."""
    base = Path(tempfile.mkdtemp(dir=where.directory))
    run, recordings = base / "run", base / "recordings"
    command = [sys.executable, "-m", "meeting_server.media", "--run", str(run), "--recordings", str(recordings)]
    with (base / "log").open("wb") as log:
        process = subprocess.Popen(where.on_core(0, *command, "--host", where.address), stderr=log)
        try:
            _until((run / "media.sock").exists)
            yield process.pid, run, recordings
        finally:
            process.terminate()
            process.wait(30)


@contextlib.contextmanager
def janus(where: Place) -> Iterator[int]:
    """pid of a fresh Janus with AudioBridge."""
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
        f'general: {{ json = "compact" ws = true ws_port = 48188 ws_ip = "{ADDRESS}" wss = false }}\n'
        "admin: { admin_ws = false }\n"
    )
    (base / "janus.plugin.audiobridge.jcfg").write_text("")
    with (base / "log").open("wb") as log:
        process = subprocess.Popen(where.on_core(0, "janus", "-F", str(base)), stdout=log, stderr=log)
        try:
            time.sleep(2)
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def _until(true: Any, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("the server did not start")
        time.sleep(0.05)


def load(place_: Place, **spec: Any) -> dict[str, Any]:
    spec = {"address": place_.address, "seconds": SECONDS, **spec}
    command = place_.on_core(1, sys.executable, "-m", "benchmarks.media_load", json.dumps(spec))
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def on_node(where: Place, *, capture: bool = True, **spec: Any) -> dict[str, Any]:
    with node(where) as (pid, run, _):
        return load(where, target="node", where=str(run), pid=pid, capture=capture, **spec)


def on_janus(where: Place, **spec: Any) -> dict[str, Any] | None:
    if not where.own_space or shutil.which("janus") is None:
        return None
    with janus(where) as pid:
        url = f"ws://{ADDRESS}:48188"
        return load(where, target="audiobridge", where=url, pid=pid, capture=False, **spec)


def crowd(where: Place) -> tuple[int, dict[str, Any]]:
    """The largest crowd carried whole and in time below 70 % of a core, and its figures."""
    best: tuple[int, dict[str, Any]] = (0, {})
    for people in CROWD:
        found = on_node(where, people=people, room=8, traffic="dtx")
        show(f"{people} in rooms of 8, DTX", found)
        expected = people // 8 * 7 * 50
        if found["cpu"] > 70 or found["out_pps"] < expected * 0.98 or found["delay_p99_ms"] > 20:
            break
        best = (people, found)
    return best


def quality(where: Place) -> dict[str, Any]:
    alone = Place(where.directory, own_space=False)
    with node(alone) as (pid, run, recordings):
        command = [sys.executable, "-m", "benchmarks.media_quality", str(run), str(recordings), str(pid), str(JOINS)]
        done = subprocess.run(alone.on_core(1, *command), check=True, capture_output=True, text=True, timeout=600)
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def recognised() -> float | None:
    """Word error rate over a bad line ÷ over a clean one; None without Chromium or a speech model."""
    command = [sys.executable, "-m", "benchmarks.media_loss", str(WORDS_S)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        print("recognition over a bad line: not measured")
        return None
    last: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    print(f"recognition over a bad line: {last}")
    return float(last["loss10_wer_ratio"])


def show(name: str, found: dict[str, Any] | None) -> None:
    keys = (
        "cpu",
        "waited",
        "in_pps",
        "out_pps",
        "delay_p50_ms",
        "delay_p95_ms",
        "delay_p99_ms",
        "lag_p50_ms",
        "lag_p99_ms",
    )
    figures = "not measured" if found is None else "  ".join(f"{key} {found.get(key)}" for key in keys)
    rest = "" if found is None else f"  kB/person {found['kb_per_person']}  join {found['join_cpu_ms']} ms"
    print(f"{name:<44} {figures}{rest}", flush=True)


def ratio(theirs: dict[str, Any] | None, ours: dict[str, Any]) -> float | None:
    return round(theirs["cpu"] / ours["cpu"], 2) if theirs else None


def main() -> None:
    versions = {name: version(name) for name in ("aiortc", "aioice", "pylibsrtp", "av", "uvloop")}
    when, machine = f"{datetime.now(tz=UTC):%d %b %Y}", f"{platform.machine()}, {os.cpu_count()} cores"
    print(f"{when}  load {os.getloadavg()[0]:.1f}  {machine}, Python {platform.python_version()}, {versions}")
    result: dict[str, Any] = {}
    with place() as where:
        for key, name, spec in (
            ("rooms8_dtx", "80 in rooms of 8, DTX", {"people": 80, "room": 8, "traffic": "dtx"}),
            ("room80_open", "one room of 80, open microphones", {"people": 80, "room": 80, "traffic": "open"}),
        ):
            ours, bare = on_node(where, **spec), on_node(where, capture=False, **spec)
            theirs = on_janus(where, **spec)
            show(f"{name}: ours, all parts on", ours)
            show(f"{name}: ours, recorder and feed off", bare)
            show(f"{name}: Janus AudioBridge", theirs)
            result |= {f"janus_ratio_{key}": ratio(theirs, ours), f"cpu_{key}": ours["cpu"]}
        people, found = crowd(where)
        result |= {
            "participants_per_core": people, "participants_per_core_cpu": found.get("cpu"),
            "added_latency_p99_ms": found.get("delay_p99_ms"), "kb_per_person": found.get("kb_per_person"),
        }  # fmt: skip
        result |= quality(where)
    result["loss10_wer_ratio"] = recognised()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
