"""``hopchibo serve``: the supervisor with its parts, and the part that is the server itself."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import secrets
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
import uvicorn
from starlette.types import ASGIApp

from meeting_server import addresses, authority, reached
from meeting_server.app import Adapters, create_app
from meeting_server.demonstration import prepare
from meeting_server.greeting import greeting
from meeting_server.keeping import store_of
from meeting_server.live.signalling import MAX_MESSAGE
from meeting_server.media.engine import ControlLink
from meeting_server.processes import Part, Supervisor
from meeting_server.settings import RUNNING_AT, Settings
from meeting_server.settled import settle
from transcription.link.connect import WEBSOCKET
from transcription.link.connect import hub as make_hub
from transcription.settings import Settings as SpeechSettings

log = structlog.get_logger(__name__)

HEARTBEAT_S, LOST_S = 5.0, 15.0
SERVER_NICE, WORKER_NICE = 5, 10  # sound first, then pages, then what can be written down later
MOST_CONNECTIONS = 2_000
PARTS = {"server": "Máy chủ", "media": "Phòng âm thanh", "listener": "Bộ nghe", "worker": "Bộ nhận dạng"}
JOURNAL, MOST_JOURNAL, SLOW_START_S = "server.log", 5 * 1024 * 1024, 30
LISTEN_FD, READY_FD = "HOPCHIBO_PART_LISTEN_FD", "HOPCHIBO_PART_READY_FD"


class CannotServe(Exception):
    """The message is a sentence for the person at the terminal."""


class AlreadyRunning(CannotServe):
    """Another server works on this data directory."""

    def __init__(self, data: Path) -> None:
        super().__init__(f"Thư mục dữ liệu {data} đang được một máy chủ khác dùng; máy chủ đó vẫn chạy bình thường.")


# -- the supervisor ----------------------------------------------------------------------------------------------------


def serve(settings: Settings) -> int:
    """Until SIGTERM or SIGINT. Prints ``READY <url>`` once the server answers. Raises CannotServe."""
    settings.folders()
    with exclusive(settings), _listening(settings) as listener:
        port = int(listener.getsockname()[1])
        (settings.run / RUNNING_AT).write_text(f"{settings.host}\n{port}\n", encoding="utf-8")
        url = addresses.address(settings, port)
        ready, told = os.pipe()
        journal = settings.data / JOURNAL if sys.stderr.isatty() else None
        parts = _parts(_complete(settings, port), listener.fileno(), told)
        threading.Thread(target=_announce, args=(ready, url, settings, journal), daemon=True).start()
        with _written_into(journal) if journal else nullcontext():
            asyncio.run(_supervise(parts, _restarts(journal)))
        if journal:
            print("✓ Máy chủ đã dừng.")
    return 0


def _restarts(journal: Path | None) -> Callable[[str, int], None]:
    """Says at a terminal which part had to be started again."""
    begun: set[str] = set()

    def told(name: str, _: int) -> None:
        if journal is not None and name in begun:
            print(f"! {PARTS[name]} vừa dừng và đã được chạy lại. Vì sao: {journal}", flush=True)
        begun.add(name)

    return told


@contextmanager
def _written_into(journal: Path) -> Iterator[None]:
    """At a terminal the log (ours and the parts') goes into a file: people read sentences there."""
    if journal.exists() and journal.stat().st_size > MOST_JOURNAL:
        journal.replace(journal.with_suffix(".old"))
    terminal = os.dup(2)
    with journal.open("a") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)


def _complete(settings: Settings, port: int) -> Settings:
    """What the parts must agree upon: the port that was got, the link's port and its secret."""
    return settings.model_copy(
        update={
            "port": port,
            "link_port": settings.link_port or _free_port(),
            "link_token": settings.link_token or secrets.token_urlsafe(32),
            "data": settings.data.absolute(),
        }
    )


def _parts(settings: Settings, listen: int, told: int) -> list[Part]:
    """In the order in which they are stopped."""
    python, env = sys.executable, _environment(settings)
    server = {**env, LISTEN_FD: str(listen), READY_FD: str(told)}
    this = (python, "-m", "meeting_server", "part", "server")
    parts = [Part("server", this, server, (listen, told), nice=SERVER_NICE)]
    if settings.speech:
        link = f"ws://127.0.0.1:{settings.link_port}" if settings.link == WEBSOCKET else settings.link
        speech = {
            "SPEECH_LINK": link, "SPEECH_TOKEN": settings.link_token, "SPEECH_FEED": str(settings.run / "feed.sock"),
            "SPEECH_MODELS": str(settings.models.absolute()),
        }  # fmt: skip
        for name, does, nice in (("worker", "work", WORKER_NICE), ("listener", "listen", 0)):
            command = (python, "-m", "transcription", does)
            parts.append(Part(name, command, speech, heartbeat="SPEECH_HEARTBEAT", nice=nice))
    parts.append(media_part(settings))
    return parts


def media_part(settings: Settings) -> Part:
    command = [sys.executable, "-m", "meeting_server.media", "--run", str(settings.run)]
    command += ["--recordings", str(settings.recordings)]
    for host in filter(None, settings.media_hosts.split(",")):
        command += ["--host", host.strip()]
    command += ["--ports", settings.media_ports] if settings.media_ports else []
    env = {}
    if settings.turn:
        relay = urlsplit(settings.turn)
        command += [
            "--relay",
            f"{relay.scheme}:{relay.hostname}:{relay.port or (5349 if relay.scheme == 'turns' else 3478)}",
        ]
        env = {"TURN_USERNAME": unquote(relay.username or ""), "TURN_PASSWORD": unquote(relay.password or "")}
    elif settings.turn_node:
        command += ["--relay", _relay_of(settings)]
        env = {"TURN_SECRET": settings.turn_secret}
    return Part("media", tuple(command), env)


def _relay_of(settings: Settings) -> str:
    if settings.turn_node == "tls":
        return f"turns:{settings.turn_host}:{settings.turn_tls_port}"
    return f"turn:{settings.turn_host}:{settings.turn_port}?transport={settings.turn_node}"


def _environment(settings: Settings) -> dict[str, str]:
    """The settings as the parts read them."""
    told = {f"HOPCHIBO_{name.upper()}": value for name, value in settings.model_dump().items()}
    return {name: str(value) for name, value in told.items() if value is not None}


async def _supervise(parts: list[Part], told: Callable[[str, int], None]) -> None:
    supervisor = Supervisor(parts, told)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, supervisor.stop)
    await supervisor.run()


def _announce(ready: int, url: str, settings: Settings, journal: Path | None) -> None:
    """The first sign of the server; later ones (after restarts) say nothing new. At a terminal also that it comes."""
    if journal is not None:
        _await(ready, journal)
    if os.read(ready, 1):
        demo = settings.data / "demo.json" if settings.demo else None
        own = authority.fingerprint(settings.keys / "tls") if settings.needs_authority else ""
        said = greeting(url, demo, fingerprint=own, reached=reached.since(settings.reached))
        print(f"READY {url}\n{said}", end=f"Nhật ký của máy chủ: {journal}\n\n" if journal else "", flush=True)


def _await(ready: int, journal: Path) -> None:
    """Signs of life until the server answers."""
    began, pause = time.monotonic(), 2.0
    print("• Khởi động máy chủ, phòng âm thanh và bộ nhận dạng …", flush=True)
    while not select.select([ready], [], [], pause)[0]:
        pause, waited = 10.0, int(time.monotonic() - began)
        advice = f" (lâu hơn thường lệ; vì sao, xem {journal})" if waited > SLOW_START_S else ""
        print(f"  … đang khởi động: {waited} giây{advice}", flush=True)


def _listening(settings: Settings) -> socket.socket:
    """Held by the supervisor, so that the port stays and callers wait while the server starts anew."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise CannotServe(_why_not(settings, error)) from error
    return listener


def _why_not(settings: Settings, error: OSError) -> str:
    """Which address cannot be had, and what to do."""
    host, port = settings.host, settings.port
    match error.errno:
        case errno.EADDRINUSE:
            other = _port_beside(host, port)
            return (
                f"Cổng {port} của {host} đang có chương trình khác dùng. Tắt chương trình đó, hoặc chọn cổng khác: "
                f"make run PORT={other}  (hay hopchibo serve --port {other})"
            )
        case errno.EACCES:
            return f"Cổng {port} chỉ dành cho quản trị của máy. Chọn cổng từ 1024 trở lên, ví dụ: make run PORT=8080"
        case errno.EADDRNOTAVAIL:
            return f"Máy này không có địa chỉ {host}. Cho mọi địa chỉ của máy: make run HOST=0.0.0.0"
    return f"Không mở được {host}:{port} ({error.strerror})."


def _port_beside(host: str, port: int) -> int:
    """A free one near by."""
    for other in range(port + 1, min(port + 100, 65_536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe, suppress(OSError):
            probe.bind((host, other))
            return other
    return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class _Lock:
    """Held while the supervisor lives; the kernel lets go of it however that ends."""

    path: Path

    def __enter__(self) -> None:
        self._file = self.path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise AlreadyRunning(self.path.parent.parent) from error

    def __exit__(self, *_: object) -> None:
        self._file.close()


def exclusive(settings: Settings) -> _Lock:
    """The data directory for this process alone. Entering raises AlreadyRunning while a server works on it."""
    return _Lock(settings.run / "lock")


# -- the server part ---------------------------------------------------------------------------------------------------


def run_server(settings: Settings) -> None:
    """One server process on the socket that the supervisor listens on."""
    own = authority.ensure(settings.keys / "tls", addresses.hosts(settings)) if settings.needs_authority else None
    url = addresses.address(settings, settings.port)
    store = store_of(settings)
    if settings.demo:
        prepare(store, settings.data, url, own.ca if own else None)
    lease = SpeechSettings().lease
    hub = make_hub(settings.link, settings.link_port, settings.link_token, lease=lease) if settings.speech else None
    parts = Adapters(
        settings, store, ControlLink(settings.run), hub, url, addresses.origins(settings), own, ready=_tell_ready
    )
    app, _ = create_app(parts)
    certificate, key = (own.certificate, own.key) if own else (settings.tls_cert, settings.tls_key)
    config = configuration(app, settings, certificate, key)
    listener = socket.socket(fileno=int(os.environ[LISTEN_FD]))
    uvicorn.Server(config).run([listener])


def configuration(
    app: ASGIApp, settings: Settings, certificate: Path | None = None, key: Path | None = None
) -> uvicorn.Config:  # fmt: skip
    """Messages that are too large by our limit are answered by us; far larger ones end the connection unread."""
    return uvicorn.Config(
        app, loop="uvloop", ws="websockets-sansio", lifespan="on", log_config=None, access_log=False,
        server_header=False, proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None, limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=30, timeout_graceful_shutdown=3, ws_max_size=4 * MAX_MESSAGE,
        ws_ping_interval=HEARTBEAT_S, ws_ping_timeout=LOST_S, ssl_certfile=certificate, ssl_keyfile=key,
    )  # fmt: skip


def _tell_ready() -> None:
    settle()
    os.write(int(os.environ[READY_FD]), b"1")
