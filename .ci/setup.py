"""Set everything up, on the standard library alone: ``python3 .ci/setup.py run|test|check``.

Each step says what it does, shows that it is alive when it takes longer than two seconds, and is skipped when
nothing has changed since it last succeeded. Nothing outside the checkout is touched, except Debian packages that
the tests need, and those only as root.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STATE = VENV / "set-up"
PYTHON = VENV / "bin" / "python"

# Debian splits the standard library's venv off into a package; it is named for the Python that runs this.
VENV_PACKAGE = (
    f"python{sys.version_info[0]}.{sys.version_info[1]}-venv",
    f"/usr/lib/python{sys.version_info[0]}.{sys.version_info[1]}/ensurepip",
    "tạo môi trường Python riêng",
)
# Debian packages that only tests and benchmarks use: package, the file that shows it is there, what for.
TEST_PACKAGES = (
    ("chromium", "/usr/bin/chromium", "trình duyệt cho kiểm thử"),
    ("firefox-esr", "/usr/bin/firefox-esr", "trình duyệt thứ hai cho kiểm thử"),
    ("redis-server", "/usr/bin/redis-server", "hàng đợi nhiều máy"),
    ("postgresql", "/usr/lib/postgresql", "cơ sở dữ liệu nhiều máy"),
    ("coturn", "/usr/bin/turnserver", "chuyển tiếp TURN"),
    ("poppler-utils", "/usr/bin/pdftoppm", "xem trang PDF"),
    ("libreoffice-writer-nogui", "/usr/bin/soffice", "mở thử tệp DOCX"),
    ("ffmpeg", "/usr/bin/ffmpeg", "nghe thử tệp ghi âm"),
    ("softhsm2", "/usr/bin/softhsm2-util", "thiết bị ký số giả lập"),
    ("faketime", "/usr/bin/faketime", "kiểm tra chữ ký sau nhiều năm"),
    ("fonts-noto-core", "/usr/share/fonts/truetype/noto", "chữ Việt trong ảnh chụp màn hình"),
)
BENCH_PACKAGES = (
    ("janus", "/usr/bin/janus", "so sánh phòng họp âm thanh"),
    ("iproute2", "/sbin/ip", "mạng riêng cho phép đo"),
    ("nftables", "/usr/sbin/nft", "chặn mọi cổng trừ TCP 443 khi đo"),
)


class SetUpError(Exception):
    """A step failed; the message says what to do."""


def say(text: str) -> None:
    print(text, flush=True)


KB = {"kB": 1, "MB": 1000, "GB": 1_000_000}


class Progress:
    """How far a step is, by what it prints; this one knows nothing of it."""

    def heard(self, line: str) -> None:
        """Another line of its output."""

    def __str__(self) -> str:
        return ""


class Packages(Progress):
    """pip's: packages of the lock file it has come to, and how much it has fetched."""

    FETCHED = re.compile(r"\s*Downloading .*\(([\d.]+) (kB|MB|GB)\)")

    def __init__(self, lock: Path) -> None:
        self.count = len(re.findall(r"^[A-Za-z0-9][\w.-]*==", lock.read_text(encoding="utf-8"), re.M))
        self.begun, self.fetched, self.unpacking = 0, 0.0, False

    def heard(self, line: str) -> None:
        self.begun += line.startswith("Collecting ")
        self.unpacking = self.unpacking or line.startswith("Installing collected")
        if found := self.FETCHED.match(line):
            self.fetched += float(found[1]) * KB[found[2]]

    def __str__(self) -> str:
        if self.unpacking:
            return f"đã tải {self.fetched / 1000:.0f} MB, đang cài {self.count} gói"
        return f"gói {min(self.begun, self.count)}/{self.count}, đã tải {self.fetched / 1000:.0f} MB"


def run(what: str, command: list[str], progress: Progress | None = None, **options: object) -> None:
    """Run a step with a sign of life after 2 s and then every 10 s; on failure show the end of what it printed."""
    say(f"• {what} …")
    started, done, tail = time.monotonic(), threading.Event(), deque[str](maxlen=15)
    progress = progress or Progress()

    def live() -> None:
        pause = 2
        while not done.wait(pause):
            pause = 10
            far = str(progress)
            say(f"  … {what}: {int(time.monotonic() - started)} giây{f', {far}' if far else ''}")

    watcher = threading.Thread(target=live, daemon=True)
    watcher.start()
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **options
    ) as step:  # type: ignore[call-overload]
        for line in step.stdout:
            progress.heard(line)
            tail.append(line.rstrip())
    done.set()
    if step.returncode:
        raise SetUpError(f"Bước “{what}” không thành công:\n" + "\n".join(line for line in tail if line))


def stamp(name: str, *inputs: Path) -> tuple[Path, str]:
    digest = hashlib.sha256()
    for path in inputs:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return STATE / name, digest.hexdigest()


def fresh(name: str, *inputs: Path) -> bool:
    mark, digest = stamp(name, *inputs)
    return mark.exists() and mark.read_text() == digest


def done(name: str, *inputs: Path) -> None:
    mark, digest = stamp(name, *inputs)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(digest)


def python() -> None:
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        raise SetUpError(f"Cần Python 3.11 đến 3.13; máy này có {sys.version.split()[0]}.")
    if _works(PYTHON):
        return
    if not _can_make_one():
        debian((VENV_PACKAGE,))
    if not _can_make_one():
        raise SetUpError(
            f"Máy thiếu gói Debian {VENV_PACKAGE[0]} (để tạo môi trường riêng). "
            f"Cài bằng: sudo apt-get install {VENV_PACKAGE[0]}"
        )
    shutil.rmtree(VENV, ignore_errors=True)  # half of one, left by a run that was broken off
    run("tạo môi trường Python", [sys.executable, "-m", "venv", str(VENV)])


def _works(python: Path) -> bool:
    """The environment is whole: its pip answers."""
    command = [str(python), "-m", "pip", "--version"]
    return python.exists() and not subprocess.run(command, capture_output=True, check=False).returncode


def _can_make_one() -> bool:
    return not subprocess.run(
        [sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False
    ).returncode


def packages(lock: str) -> None:
    file = ROOT / lock
    if fresh(lock, file, ROOT / "pyproject.toml"):
        return
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    install = [*pip, "install", "--progress-bar", "off", "--require-hashes", "-r", str(file)]
    run("cài các thư viện Python (lần đầu khoảng 1 GB, vài phút)", install, Packages(file))
    run("cài Họp Chi Bộ", [*pip, "install", "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    done(lock, file, ROOT / "pyproject.toml")


def node() -> dict[str, str]:
    """The environment in which npm works: the system's Node 20+, else the one in a PyPI wheel."""
    env = dict(os.environ)
    found = shutil.which("node")
    if found and shutil.which("npm"):
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        if version.startswith("v") and int(version[1:].split(".")[0]) >= 20:
            return env
    lock = ROOT / "requirements-node.lock"
    if not fresh("node", lock):
        pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--require-hashes"]
        run("cài Node.js (để dựng trang web)", [*pip, "-r", str(lock)])
        done("node", lock)
    env["PATH"] = f"{VENV / 'bin'}{os.pathsep}{env['PATH']}"
    return env


def web() -> None:
    client = ROOT / "web_client"
    lock, sources = client / "package-lock.json", [client / "src", client / "package.json", client / "index.html"]
    env = node()
    if not fresh("npm", lock) or not (client / "node_modules").exists():
        run("cài thư viện trang web", ["npm", "--prefix", str(client), "ci", "--no-audit", "--no-fund"], env=env)
        done("npm", lock)
    sources = [path for path in [*sources, client / "public", client / "vite.config.ts"] if path.exists()]
    if not fresh("web", lock, *sources) or not (client / "dist").exists():
        run("dựng trang web", ["npm", "--prefix", str(client), "run", "build"], env=env)
        done("web", lock, *sources)


def model(required: bool) -> None:
    """The speech model and the recorded voices. Without them the server still starts, records and says so."""
    place = ROOT / os.environ.get("SPEECH_MODELS", "models")
    for what, name, folder in (
        ("tải mô hình nhận dạng tiếng nói (133 MB)", "models", "whisper-base"),
        ("tải giọng đọc mẫu", "voices", "voices"),
    ):
        mark, found = STATE / name, listing(place / folder)
        if found and mark.exists() and mark.read_text() == found:
            continue
        try:
            run(what, [str(PYTHON), "-m", "transcription", name, "get"])
            STATE.mkdir(parents=True, exist_ok=True)
            mark.write_text(listing(place / folder))
        except SetUpError as error:
            if required:
                raise
            say(f"! {error}\n  Họp vẫn ghi âm được; chữ sẽ được chép khi có mô hình (chạy lại: make run).")


def listing(folder: Path) -> str:
    """Names, sizes and times of what was fetched: as long as they stay, it need not be checked again."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    facts = [(path.relative_to(folder), path.stat()) for path in files]
    return "\n".join(f"{name} {about.st_size} {about.st_mtime_ns}" for name, about in facts)


def debian(wanted: tuple[tuple[str, str, str], ...]) -> None:
    missing = [(name, why) for name, file, why in wanted if not Path(file).exists()]
    if not missing:
        return
    names = [name for name, _ in missing]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run("cập nhật danh sách gói Debian", ["apt-get", "update", "-q"], env=env)
        install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *names]
        run(f"cài gói Debian: {' '.join(names)}", install, env=env)
        return
    say("! Thiếu gói Debian (việc nào cần chúng thì chưa làm được; kiểm thử cần chúng được bỏ qua và nói rõ lý do):")
    for name, why in missing:
        say(f"    {name}: {why}")
    say(f"  Cài bằng: sudo apt-get install --no-install-recommends {' '.join(names)}")


def main(goal: str) -> int:
    try:
        python()
        packages("requirements.lock" if goal == "run" else "requirements-dev.lock")
        web()
        if goal in ("test", "bench"):
            debian(TEST_PACKAGES + (BENCH_PACKAGES if goal == "bench" else ()))
        if goal != "check":
            model(required=False)
    except SetUpError as error:
        say(f"✗ {error}")
        return 1
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "test", "check", "bench"):
        sys.exit("usage: python3 .ci/setup.py run|test|check|bench")
    sys.exit(main(sys.argv[1]))
