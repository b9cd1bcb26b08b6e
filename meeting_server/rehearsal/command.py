"""``hopchibo rehearse``: the rehearsal against a running server, or against one started for it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
from websockets.exceptions import WebSocketException

from meeting_server.rehearsal.awaiting import PATIENCE_S, until_it_answers
from meeting_server.rehearsal.participant import RehearsalFault
from meeting_server.rehearsal.stages import STAGES, Accounts, Rehearsal
from transcription.models import ModelError, voice_samples

DEMO = "demo.json"


class NoServer(Exception):
    """Nobody answers; the message says what to do."""


def rehearse(data: Path, models: Path, *, alone: bool, patience: float = PATIENCE_S) -> int:
    """Hold a rehearsal; prints each stage with its time and ``RECORD <path>``. Returns the exit code."""
    if not alone and (told := _not_now(data, patience)):
        print(f"✗ {told}", flush=True)
        return 1
    folder = data / "rehearsal" / time.strftime("%Y%m%d-%H%M%S")
    folder.mkdir(parents=True, exist_ok=True)
    server: subprocess.Popen[str] | None = None
    try:
        if alone:
            print("• Chạy một máy chủ riêng cho buổi diễn tập …", flush=True)
            data = folder / "server"
            server = _start(data, folder / "server.log")
        base, accounts, trust = _demonstration(data)
        voices = voice_samples(models)
        for stage in () if sys.stdout.isatty() else STAGES:
            print(f"· {stage}", flush=True)
        meeting = Rehearsal(base, accounts, voices, folder, verify_tls=trust, begin=_begin, tell=_tell)
        record = asyncio.run(meeting.run())
    except (httpx.HTTPError, WebSocketException) as fault:
        print(f"✗ Diễn tập không thành công: máy chủ không trả lời ({type(fault).__name__}). {_ASK}", flush=True)
        return 1
    except (RehearsalFault, NoServer, ModelError, OSError) as fault:
        print(f"✗ Diễn tập không thành công: {fault}", flush=True)
        return 1
    finally:
        if server:
            server.terminate()
            server.wait(30)
    print(f"✓ Diễn tập xong. Các tệp ở {folder}")
    print(f"RECORD {record}", flush=True)
    return 0


def _not_now(data: Path, patience: float) -> str:
    """Why no rehearsal can be held on the server of this directory, "" when one can. One that starts is awaited."""
    found = until_it_answers(data, _starting, patience)
    if found == "silent":
        return (
            "Máy chủ vẫn đang khởi động sau một phút. Chờ đến khi nó báo địa chỉ rồi diễn tập lại; "
            "nếu lâu hơn nữa, xem “make doctor”."
        )
    if (data / DEMO).exists():
        return ""
    starting = "\n  Nếu vừa chạy “make run”: máy chủ chưa khởi động xong, chờ đến khi nó báo địa chỉ rồi diễn tập lại."
    return (
        f"Không có chi bộ mẫu ở {data.absolute()}. Xem lại --data; hoặc chạy “make run” trước; hoặc thêm --alone\n"
        "  để diễn tập trên một máy chủ riêng, không đụng đến dữ liệu đang có."
    ) + (starting if found == "nobody" else "")


def _starting() -> None:
    print("• Máy chủ đang khởi động; chờ nó, tối đa một phút …", flush=True)


_ASK = "Máy chủ có đang chạy không? Xem “make doctor”, hoặc thêm --alone để diễn tập trên một máy chủ riêng."


def _begin(stage: str) -> None:
    """On a terminal the line is written over when the stage is done."""
    print(f"… {stage}", end="\r" if sys.stdout.isatty() else "\n", flush=True)


def _tell(stage: str, seconds: float, seen: str) -> None:
    print(f"✓ {stage:<46} {seconds:6.1f} giây  {seen}", flush=True)


def _demonstration(data: Path) -> tuple[str, Accounts, bool | str]:
    demo = json.loads((data / DEMO).read_text(encoding="utf-8"))
    leader, secretary = (
        (demo["accounts"][role]["name"], demo["accounts"][role]["password"]) for role in ("leader", "secretary")
    )
    return demo["url"], Accounts(leader, secretary, demo["cell"]), demo.get("ca") or True


def _start(data: Path, log: Path) -> subprocess.Popen[str]:
    """A server of its own for the rehearsal; returns once it says READY."""
    data.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "meeting_server", "serve", "--demo", "--data", str(data), "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log.open("w"), text=True)  # noqa: S603
    if server.stdout is None:
        raise AssertionError("a pipe was asked for")
    for line in server.stdout:
        if line.startswith("READY "):
            threading.Thread(target=server.stdout.read, daemon=True).start()
            return server
    server.wait(10)
    raise NoServer(f"Máy chủ không khởi động được; xem {log}")
