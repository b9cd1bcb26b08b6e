"""The room's sound beside Janus: ``python -m benchmarks.media`` (make bench-media). About fifteen minutes.

The server stands on one core, the load on another, both scheduled before all else and in a network namespace of their
own when that may be made (root); without it there is no Janus (it takes no loopback) and the figures say so.
``waited``: per cent of the time that threads of the server wanted a core and had none (Janus' many wait for one
another). BENCH_SECONDS, BENCH_JOINS, BENCH_WORDS_S, BENCH_SILENCE_S shorten or lengthen runs (two hours of silence:
7200); BENCH_OUTAGE=1 adds ``benchmarks.media_outage``. Last line: one JSON object; null = not measured, and why is said
above.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from benchmarks.media_beside import busy_server
from benchmarks.media_place import ADDRESS, JANUS_PORT, Place, janus, node, place

SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
JOINS = int(os.environ.get("BENCH_JOINS", "1000"))
WORDS_S = int(os.environ.get("BENCH_WORDS_S", "60"))
SILENCE_S = int(os.environ.get("BENCH_SILENCE_S", "60"))
OUTAGE = os.environ.get("BENCH_OUTAGE", "") not in ("", "0")
CROWD = (400, 560, 720, 880, 1040)
BUSY_CROWD = CROWD[0]
ROOMS8 = {"room": 8, "traffic": "dtx"}
SHOWN = (
    "cpu", "waited", "in_pps", "out_pps", "delay_p50_ms", "delay_p95_ms", "delay_p99_ms", "lag_p50_ms", "lag_p99_ms",
    "joins_per_s", "join_cpu_ms", "kb_per_person",
)  # fmt: skip


def load(place_: Place, **spec: Any) -> dict[str, Any]:
    spec = {"address": place_.address, "seconds": SECONDS, **spec}
    command = place_.on_core(1, sys.executable, "-m", "benchmarks.media_load", json.dumps(spec))
    return _told(command, 300)


def _told(command: list[str], limit_s: float) -> dict[str, Any]:
    """The JSON object of the command's last line. Raises CalledProcessError, with what it said of itself shown."""
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True, timeout=limit_s)
    done.check_returncode()
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def on_node(where: Place, *, capture: bool = True, first: bool = True, **spec: Any) -> dict[str, Any]:
    with node(where, first=first) as (pid, run, _):
        return load(where, target="node", where=str(run), pid=pid, capture=capture, **spec)


def on_janus(where: Place, plugin: str, **spec: Any) -> dict[str, Any] | None:
    if not where.own_space or shutil.which("janus") is None:
        return None
    with janus(where) as pid:
        url = f"ws://{ADDRESS}:{JANUS_PORT}"
        return load(where, target=plugin, where=url, pid=pid, capture=False, **spec)


def beside_janus(where: Place) -> dict[str, Any]:
    """Ours whole and bare, and Janus by both of its ways, in the same hour."""
    result: dict[str, Any] = {}
    for key, name, spec in (
        ("rooms8_dtx", "80 in rooms of 8, DTX", {"people": 80, **ROOMS8}),
        ("room80_open", "one room of 80, open microphones", {"people": 80, "room": 80, "traffic": "open"}),
    ):
        ours, bare = on_node(where, **spec), on_node(where, capture=False, **spec)
        mixed = on_janus(where, "audiobridge", **spec)
        show(f"{name}: ours, all parts on", ours)
        show(f"{name}: ours, recorder and feed off", bare)
        show(f"{name}: Janus AudioBridge", mixed)
        result |= {f"janus_ratio_{key}": ratio(mixed, ours), f"cpu_{key}": ours["cpu"]}
        if key == "rooms8_dtx":
            forwarded = on_janus(where, "videoroom", **spec)
            show(f"{name}: Janus VideoRoom", forwarded)
            result |= {
                f"janus_videoroom_ratio_{key}": ratio(forwarded, ours), "joins_per_s": ours["joins_per_s"],
                "janus_joins_per_s": mixed["joins_per_s"] if mixed else None,
            }  # fmt: skip
    return result


def crowd(where: Place) -> dict[str, Any]:
    """The largest crowd carried whole and in time below 70 % of a core, and its figures."""
    people, best = 0, dict[str, Any]()
    for people_now in CROWD:
        found = on_node(where, people=people_now, **ROOMS8)
        show(f"{people_now} in rooms of 8, DTX", found)
        if found["cpu"] > 70 or found["out_pps"] < whole(people_now) or found["delay_p99_ms"] > 20:
            break
        people, best = people_now, found
    return {
        "participants_per_core": people, "participants_per_core_cpu": best.get("cpu"),
        "added_latency_p99_alone_ms": best.get("delay_p99_ms"), "lag_p50_ms": best.get("lag_p50_ms"),
        "lag_p99_ms": best.get("lag_p99_ms"), "kb_per_person": best.get("kb_per_person"),
    }  # fmt: skip


def whole(people: int) -> float:
    """Packets a second that must come out: one voice a room of 8."""
    return people // 8 * 7 * 50 * 0.98


def busy(where: Place) -> dict[str, Any]:
    """The added delay while searches and an export run in the server on the node's core, neither scheduled first."""
    with busy_server(where) as beside:
        found = on_node(where, people=BUSY_CROWD, first=False, **ROOMS8)
    show(f"{BUSY_CROWD} in rooms of 8, DTX, searches and exports", found)
    print(f"answered meanwhile: {beside}")
    return {
        "added_latency_p50_ms": found["delay_p50_ms"], "added_latency_p95_ms": found["delay_p95_ms"],
        "added_latency_p99_ms": found["delay_p99_ms"], "beside_searches": beside.get("searches", 0),
        "beside_exports": beside.get("exports", 0),
    }  # fmt: skip


def quality(where: Place) -> dict[str, Any]:
    alone = Place(where.directory, own_space=False)
    with node(alone) as (pid, run, recordings):
        asked = [str(run), str(recordings), str(pid), str(JOINS), str(SILENCE_S)]
        command = alone.on_core(1, sys.executable, "-m", "benchmarks.media_quality", *asked)
        result = _told(command, 600 + SILENCE_S + JOINS / 5)
    with node(alone) as (pid, run, recordings):
        asked = ["kill", str(run), str(recordings), str(pid)]
        result |= _told(alone.on_core(1, sys.executable, "-m", "benchmarks.media_kept", *asked), 120)
    result |= _told([sys.executable, "-m", "benchmarks.media_kept", "drift"], 600)
    return result


def recognised() -> float | None:
    """Word error rate over a bad line ÷ over a clean one; None without Chromium or a speech model."""
    try:
        last = _told([sys.executable, "-m", "benchmarks.media_loss", str(WORDS_S)], 600)
    except subprocess.CalledProcessError:
        print("recognition over a bad line: not measured")
        return None
    print(f"recognition over a bad line: {last}")
    return float(last["loss10_wer_ratio"])


def outage() -> dict[str, Any]:
    try:
        return _told([sys.executable, "-m", "benchmarks.media_outage"], 600)
    except subprocess.CalledProcessError:
        print("outages in browsers: not measured")
        return {}


def show(name: str, found: dict[str, Any] | None) -> None:
    told = "not measured" if found is None else "  ".join(f"{key} {found.get(key)}" for key in SHOWN)
    print(f"{name:<54} {told}", flush=True)


BARS = {
    "janus_ratio_rooms8_dtx": "≥ 4", "janus_ratio_room80_open": "≥ 3", "participants_per_core": "≥ 400",
    "added_latency_p99_ms": "≤ 20, beside searches and exports", "envelope_correlation": "≥ 0.98",
    "strange_packets": "0 in another's parameters", "kept_at_20_loss": "≥ 0.995", "drift_60min_ms": "≤ 20",
    "drift_60min_jitter_ms": "≤ 20, 30 ms of jitter", "loss10_wer_ratio": "≤ 1.25",
    "delay_after_loss_ms": "that before the loss", "rejoin_s": "≤ 3, light peers",
    "join_leave_growth_pct": f"≤ 5, {JOINS} joins", "silence_growth_mb": f"none, {SILENCE_S} s (bar: 7200 s)",
    "kill_lost_s": "≤ 1", "new_connection_s": "≤ 3, browser", "outage_2s_s": "≤ 5", "outage_10s_s": "≤ 5",
    "outage_60s_s": "≤ 10", "only_443_s": "≤ 8",
}  # fmt: skip


def ratio(theirs: dict[str, Any] | None, ours: dict[str, Any]) -> float | None:
    return round(theirs["cpu"] / ours["cpu"], 2) if theirs else None


def main() -> None:
    versions = {name: version(name) for name in ("aiortc", "aioice", "pylibsrtp", "av", "uvloop")}
    when, machine = f"{datetime.now(tz=UTC):%d %b %Y}", f"{platform.machine()}, {os.cpu_count()} cores"
    print(f"{when}  load {os.getloadavg()[0]:.1f}  {machine}, Python {platform.python_version()}, {versions}")
    with place() as where:
        result = beside_janus(where) | crowd(where) | busy(where) | quality(where)
    result["loss10_wer_ratio"] = recognised()
    result |= outage() if OUTAGE else {}
    for key, bar in BARS.items():
        print(f"{key:<28} {result.get(key)!s:>10}   {bar}")
    print(json.dumps({**dict.fromkeys(BARS), **result}))


if __name__ == "__main__":
    main()
