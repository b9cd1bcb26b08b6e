"""The checks, one function each; none changes anything. ``OK`` works, ``WARN`` works worse, ``BAD`` does not work."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Literal

from meeting_server.media.turn import TurnServer

ROOT = Path(__file__).resolve().parents[2]
State = Literal["OK", "WARN", "BAD"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw, and what to do when it is not OK."""

    state: State
    seen: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What is looked at: the data directory, the address of the server, the directory of models, the TURN relay."""

    data: Path
    host: str
    port: int
    models: Path
    relay: TurnServer | None = None

    def running(self, told: Path) -> Place:
        """The place where the last server of this data directory listened, as it wrote down itself."""
        with contextlib.suppress(OSError, ValueError):
            host, port = told.read_text(encoding="utf-8").split()
            return replace(self, host=host, port=int(port))
        return self


def python(_: Place) -> Finding:
    version = sys.version.split()[0]
    if (3, 11) <= sys.version_info[:2] < (3, 14):
        return Finding("OK", f"Python {version}")
    return Finding("BAD", f"Python {version}", "Cần Python 3.11 đến 3.13.")


def lock(_: Place) -> Finding:
    """Every package of the lock file is installed in just that version."""
    file = ROOT / "requirements.lock"
    if not file.exists():
        return Finding("WARN", "không có tệp requirements.lock (bản cài riêng)")
    wanted = [line.split()[0].split("==") for line in file.read_text().splitlines() if line[:1].isalnum()]
    wrong = []
    for name, version in wanted:
        try:
            if metadata.version(name) != version.split(";")[0]:
                wrong.append(name)
        except metadata.PackageNotFoundError:
            wrong.append(name)
    if wrong:
        return Finding(
            "BAD", f"{len(wrong)} thư viện thiếu hoặc khác bản: {', '.join(wrong[:5])}", "Chạy lại: make run"
        )
    return Finding("OK", f"{len(wanted)} thư viện đúng bản")


def web_build(_: Place) -> Finding:
    page = ROOT / "web_client" / "dist" / "index.html"
    if page.exists():
        return Finding("OK", "trang web đã dựng")
    return Finding("BAD", "chưa dựng trang web", "Chạy lại: make run")


def machine(_: Place) -> Finding:
    info = Path("/proc/cpuinfo")
    flags = info.read_text().split() if info.exists() else []
    vector = next((name for name in ("avx512f", "avx2", "asimd", "avx", "sse4_2") if name in flags), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    seen = f"{os.cpu_count()} nhân, {vector}, {memory:.1f} GB bộ nhớ"
    if memory < 1.8:
        return Finding("BAD", seen, "Cần ít nhất 2 GB bộ nhớ để nhận dạng tiếng nói.")
    if vector in ("avx", "sse4_2", "?"):
        return Finding("WARN", seen, "Bộ xử lý cũ: chữ sẽ ra chậm; cuộc họp vẫn được ghi đầy đủ.")
    return Finding("OK", seen)


def model(place: Place) -> Finding:
    from transcription import models

    try:
        found = models.find(place.models)
        models.check(found)
    except models.ModelError:
        return Finding("BAD", "chưa có mô hình nhận dạng", "Chạy: .venv/bin/hopchibo models get embedded")
    return Finding("OK", f"mô hình {found.name}")


def recognition(place: Place) -> Finding:
    """Ten seconds or more of recorded speech through the real model, in a process of its own."""
    from transcription import models

    if model(place).state == "BAD":
        return Finding("BAD", "không thử được khi chưa có mô hình", "Chạy: .venv/bin/hopchibo models get embedded")
    voices = [path for path, _ in models.voice_samples(place.models)][:3]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "heard.jsonl"
        command = [sys.executable, "-m", "transcription", "file", *map(str, voices), "--out", str(out)]
        env = {**os.environ, "SPEECH_MODELS": str(place.models.absolute())}
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, env=env)  # noqa: S603
        if done.returncode or not out.exists():
            return Finding("BAD", "bộ nhận dạng không chạy được", (done.stderr or done.stdout)[-300:])
        lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    sound = sum(line["segments"][-1]["end"] if line["segments"] else 0 for line in lines)
    spent = sum(line["seconds"] for line in lines)
    if not sound:
        return Finding("BAD", "bộ nhận dạng không nghe ra chữ nào", "Chạy: .venv/bin/hopchibo models get embedded")
    speed = spent / sound
    seen = f"{sound:.0f} giây nói chép trong {spent:.1f} giây"
    if speed > 0.8:
        return Finding("WARN", seen, "Máy chậm: chữ ra sau; cuộc họp vẫn được ghi và chép tiếp sau khi bế mạc.")
    return Finding("OK", seen)


def database(place: Place) -> Finding:
    if url := os.environ.get("HOPCHIBO_DATABASE", ""):
        return _server_database(url)
    file = place.data / "hopchibo.sqlite"
    if not file.exists():
        advice = "Xem lại --data; lập mới: make run (chi bộ mẫu), hoặc .venv/bin/hopchibo init"
        return Finding("WARN", f"không có dữ liệu ở {place.data.absolute()}", advice)
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        (verdict,) = connection.execute("PRAGMA quick_check").fetchone()
    if verdict != "ok":
        return Finding("BAD", f"cơ sở dữ liệu hỏng: {verdict}", "Khôi phục từ bản sao lưu: .venv/bin/hopchibo restore")
    return Finding("OK", f"{file.stat().st_size // 1024} kB, toàn vẹn")


def _server_database(url: str) -> Finding:
    """PostgreSQL named by HOPCHIBO_DATABASE: it answers and holds our tables, or what to look at."""
    from sqlalchemy import create_engine, inspect
    from sqlalchemy.exc import SQLAlchemyError

    engine = create_engine(url)
    try:
        tables = inspect(engine).get_table_names()
    except SQLAlchemyError as error:
        advice = "Xem HOPCHIBO_DATABASE và máy chủ cơ sở dữ liệu có đang chạy không."
        return Finding("BAD", f"cơ sở dữ liệu không trả lời ({type(error).__name__})", advice)
    finally:
        engine.dispose()
    if "meeting_entry" not in tables:
        return Finding("OK", "cơ sở dữ liệu trả lời; chưa có bảng nào (sẽ tạo khi chạy lần đầu)")
    return Finding("OK", f"cơ sở dữ liệu trả lời, {len(tables)} bảng")


def records(place: Place) -> Finding:
    """Chains, seals and sealed files, read only."""
    from sqlalchemy import create_engine, inspect
    from sqlmodel import Session

    from meeting_server.proving import walk
    from meeting_server.store.bodies import KEYS
    from transcription.keyring import Keyring

    url = os.environ.get("HOPCHIBO_DATABASE", "")
    file = place.data / "hopchibo.sqlite"
    if not url and not file.exists():
        return Finding("OK", "chưa có hồ sơ nào")
    engine = create_engine(url or f"sqlite:///file:{file.absolute()}?mode=ro&uri=true")
    try:
        if "meeting_entry" not in inspect(engine).get_table_names():
            return Finding("OK", "chưa có hồ sơ nào")
        with Session(engine, info={KEYS: Keyring(place.data / "keys")}) as session:
            faults = walk(session, place.data / "records")
    finally:
        engine.dispose()
    if faults:
        return Finding(
            "BAD", f"{len(faults)} chỗ sai: {faults[0]}", "Xem hết: .venv/bin/hopchibo check; rồi hopchibo restore"
        )
    return Finding("OK", "sổ họp, con dấu và hồ sơ đều khớp")


WHY_VI = {
    "unwritable": "không ghi được vào thư mục", "unreachable": "không nối được máy chủ cấp trên",
    "token": "máy chủ cấp trên không nhận mã", "refused": "cấp trên báo mốc nói khác các mốc trước",
    "hole": "thiếu một mốc ở giữa", "answer": "máy chủ cấp trên trả lời không đúng",
}  # fmt: skip


def heads(place: Place) -> Finding:
    """Whether the heads of the log of sealed versions arrive where they are handed up."""
    from meeting_server.heads import standings, waiting

    folder = place.data / "records" / "tree" / "heads"
    ways = standings(folder)
    if not ways:
        return Finding("OK", "chưa đặt nơi nộp mốc (HOPCHIBO_HEADS_DROP, HOPCHIBO_HEADS_URL); in phiếu mốc hằng tháng")
    for one in ways.values():
        if one.fault:
            since = time.strftime("%H:%M %d/%m/%Y", time.localtime(one.since / 1000))
            why = WHY_VI.get(one.fault, one.fault)
            seen = f"{len(waiting(folder, one))} mốc chưa nộp được từ {since}: {why}"
            return Finding(
                "BAD" if one.fault == "refused" else "WARN", seen, "Máy tự nộp lại. Xem docs/record.md, phần 3."
            )
    return Finding("OK", "các mốc đã nộp cấp trên")


def disk(place: Place) -> Finding:
    at = next(path for path in (place.data, *place.data.parents) if path.exists())
    free = shutil.disk_usage(at).free / 2**30
    seen = f"còn trống {free:.1f} GB"
    if free < 0.5:
        return Finding("BAD", seen, "Không đủ chỗ ghi âm. Xóa bớt tệp hoặc thêm ổ đĩa.")
    if free < 5:
        return Finding("WARN", seen, "Nên có ít nhất 5 GB (một giờ họp khoảng 15 MB mỗi người nói).")
    return Finding("OK", seen)


def ports(place: Place) -> Finding:
    if _answers(place):
        return Finding("OK", f"cổng {place.port}: máy chủ đang chạy")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.host, place.port))
        except OSError:
            advice = f"Tắt chương trình đó, hoặc chạy: .venv/bin/hopchibo serve --port {place.port + 1}"
            return Finding("BAD", f"cổng {place.port} bị chương trình khác chiếm", advice)
    return Finding("OK", f"cổng {place.port} còn trống")


def clock(_: Place) -> Finding:
    now = datetime.now(UTC)
    if now.year < 2025:
        return Finding("BAD", f"đồng hồ máy chỉ năm {now.year}", "Chỉnh lại ngày giờ của máy.")
    tool = shutil.which("timedatectl")
    if tool:
        command = [tool, "show", "-p", "NTPSynchronized", "--value"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if answer.stdout.strip() == "no":
            return Finding(
                "WARN", "đồng hồ không được chỉnh tự động", "Bật chỉnh giờ tự động, hoặc so giờ trước khi họp."
            )
    return Finding("OK", time.strftime("%H giờ %M phút, ngày %d/%m/%Y"))


def link(place: Place) -> Finding:
    """The running server's own word on its parts."""
    import httpx

    if not _answers(place):
        return Finding("WARN", "máy chủ chưa chạy", "Chạy: make run")
    for scheme in ("http", "https"):
        with contextlib.suppress(httpx.HTTPError, ValueError):
            told = httpx.get(f"{scheme}://{place.host}:{place.port}/healthz", verify=False, timeout=5).json()  # noqa: S501
            lame = [name for name, state in told.get("parts", {}).items() if state != "ok"]
            if lame:
                return Finding(
                    "BAD", f"không hoạt động: {', '.join(lame)}", "Xem nhật ký; máy chủ tự khởi động lại phần đó."
                )
            return Finding("OK", "máy chủ, phòng âm thanh và bộ nhận dạng đang nối với nhau")
    return Finding("BAD", "máy chủ không trả lời đúng", "Khởi động lại: make run")


def microphone(_: Place) -> Finding:
    cards = Path("/proc/asound/pcm")
    if cards.exists() and "capture" in cards.read_text():
        return Finding("OK", "máy này có micrô; mức tiếng thử ở trang Vào họp")
    advice = "Chỉ cần khi máy này đặt ở hội trường. Cắm micrô rồi thử ở trang Vào họp (thanh mức tiếng phải chạy)."
    return Finding("WARN", "máy này không có micrô", advice)


def _answers(place: Place) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((place.host, place.port), timeout=1):
        return True
    return False


CHECKS: tuple[tuple[str, Callable[[Place], Finding]], ...] = (
    ("Python", python),
    ("Thư viện", lock),
    ("Trang web", web_build),
    ("Bộ xử lý, bộ nhớ", machine),
    ("Mô hình tiếng nói", model),
    ("Tốc độ nhận dạng", recognition),
    ("Cơ sở dữ liệu", database),
    ("Sổ và hồ sơ", records),
    ("Mốc nộp cấp trên", heads),
    ("Ổ đĩa", disk),
    ("Cổng mạng", ports),
    ("Đồng hồ", clock),
    ("Các phần nối với nhau", link),
    ("Micrô", microphone),
)
