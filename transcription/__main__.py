"""``python -m transcription listen | work | file | live``: the speech processes and the worker as a tool."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import numpy as np
import structlog
import typer

from transcription import commands, models
from transcription.link import LinkRefused
from transcription.link.connect import ADDRESSES, producer, taker
from transcription.listener import Listener
from transcription.live import listen_to
from transcription.opus import SOUND_RATE
from transcription.settings import Settings
from transcription.sounds import BadSound, read
from transcription.terminal import Terminal, reason
from transcription.text import nfc
from transcription.vad import FRAME, voiced_seconds
from transcription.worker import work as run_workers

if TYPE_CHECKING:
    from transcription.recogniser import Recogniser

app = Terminal(help="Tiếng nói thành chữ.")
app.add_typer(commands.models_app, name="models")
app.add_typer(commands.voices_app, name="voices")


@app.callback()
def log(
    context: typer.Context,
    verbose: Annotated[bool, typer.Option("--verbose", help="In cả việc của từng câu")] = False,
) -> None:
    """Tiếng nói thành chữ."""
    # Events go to standard error; texts never do. A tool with a progress bar tells only what went wrong.
    quiet = context.invoked_subcommand in ("file", "live")
    lines: list[Any] = [
        structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(),
    ]  # fmt: skip
    structlog.configure(  # beside the server's log the same form as its own; at a terminal one for eyes
        processors=None if sys.stderr.isatty() else lines,
        wrapper_class=structlog.make_filtering_bound_logger("debug" if verbose else "warning" if quiet else "info"),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )


@app.command()
def listen(
    feed: Annotated[Path | None, typer.Option(help="Socket của phòng âm thanh")] = None,
    link: Annotated[str, typer.Option(help="Địa chỉ của máy chủ, ws://… hoặc redis://…")] = "",
) -> None:
    """Nghe mọi đường tiếng của phòng âm thanh và gửi từng câu cho máy chủ."""
    settings = commands.settings_of()
    end = producer(_address(link or settings.link), settings.token)
    listener = Listener(feed or settings.feed, end, outbox=settings.outbox, interims=settings.interims)
    _run(listener.run(), settings.heartbeat)


@app.command()
def work(
    link: Annotated[str, typer.Option(help="Địa chỉ của máy chủ, ws://… hoặc redis://…")] = "",
    model: Annotated[str, typer.Option(help="Tên hoặc thư mục mô hình")] = "",
    workers: Annotated[int, typer.Option(help="Số câu đọc cùng lúc; 0 = mỗi nhân một câu")] = 0,
) -> None:
    """Nhận dạng các câu cho máy chủ."""
    settings = commands.settings_of()
    count = workers or settings.workers
    connect = taker(_address(link or settings.link), settings.token, settings.lease)
    reader = _reader(settings, model, count)
    _run(run_workers(reader, connect, count, lease=settings.lease, batch=reader.batch), settings.heartbeat)


@app.command()
def file(
    sounds: Annotated[list[Path], typer.Argument(metavar="TỆP", help="Các tệp âm thanh (WAV, FLAC, MP3, M4A …)")],
    out: Annotated[Path | None, typer.Option(help="Mỗi dòng một đối tượng JSON; bỏ trống: in ra màn hình")] = None,
    model: Annotated[str, typer.Option(help="Tên hoặc thư mục mô hình")] = "",
    hotwords: Annotated[Path | None, typer.Option(help="Những từ hay gặp, mỗi dòng một từ")] = None,
) -> None:
    """Chép các tệp âm thanh thành chữ."""
    from transcription.whole import whole_file

    words, failed = _hot_words(hotwords), False

    def tell(trouble: str) -> None:
        nonlocal failed
        failed = True
        print(trouble, file=sys.stderr)

    reader = _reader(commands.settings_of(), model, thorough=True)
    voiced_seconds(np.zeros(FRAME, np.float32))  # loaded before the first file is timed
    with _lines(out) as write, _progress(len(sounds)) as advance:
        for path in sounds:
            try:
                write(whole_file(reader, path, words, tell))
            except BadSound as error:
                tell(str(error))
            advance()
    if failed:
        raise typer.Exit(1)


@app.command()
def live(
    sound: Annotated[Path, typer.Argument(metavar="TỆP", help="Một tệp âm thanh")],
    realtime: Annotated[bool, typer.Option(help="Theo đúng tốc độ của tệp")] = False,
    out: Annotated[Path | None, typer.Option(help="Mỗi sự kiện một dòng JSON; bỏ trống: in ra màn hình")] = None,
    model: Annotated[str, typer.Option(help="Tên hoặc thư mục mô hình")] = "",
    hotwords: Annotated[Path | None, typer.Option(help="Những từ hay gặp, mỗi dòng một từ")] = None,
) -> None:
    """Nghe một tệp âm thanh như đang nói lúc này."""
    settings, words = commands.settings_of(), _hot_words(hotwords)
    try:
        samples = read(sound, lambda damage: print(damage, file=sys.stderr))
    except BadSound as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    reader = _reader(settings, model, hot_words=len(words))

    async def run() -> None:
        seconds = round(len(samples) / SOUND_RATE)
        with _lines(out) as write, _progress(seconds) as advance:
            shown = 0
            async for event in listen_to(
                {"t-file": samples}, reader, workers=settings.workers, realtime=realtime,
                interims=settings.interims, hot_words=words,
            ):  # fmt: skip
                line = asdict(event)
                del line["track"]
                write(line)
                if event.end > shown:
                    advance(round(event.end) - shown)
                    shown = round(event.end)

    asyncio.run(run())


def _reader(
    settings: Settings, model: str, workers: int = 0, hot_words: int = 0, *, thorough: bool = False
) -> Recogniser:
    from transcription.recogniser import Recogniser  # heavy to import: not for the listener

    try:
        path = models.find(settings.models, model or settings.model)
        models.check(path)
        return Recogniser(
            path, device=settings.device, compute=settings.compute, beam=settings.beam,
            workers=workers or settings.workers, hot_words=hot_words or settings.hot_words, prompt=settings.prompt,
            batch=settings.batch, thorough=thorough,
        )  # fmt: skip
    except models.ModelError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from error


def _hot_words(path: Path | None) -> tuple[str, ...]:
    if path is None:
        return ()
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "không phải tệp chữ UTF-8"
        print(f"{path}: {why}", file=sys.stderr)
        raise typer.Exit(1) from error
    words = (nfc(line.strip()) for line in lines if not line.startswith("#"))
    return tuple(dict.fromkeys(word for word in words if word))


@contextlib.contextmanager
def _lines(out: Path | None) -> Iterator[Callable[[dict[str, Any]], None]]:
    try:
        file = out.open("wb", buffering=0) if out else sys.stdout.buffer
    except OSError as error:
        _unwritten(out, error)

    def write(line: dict[str, Any]) -> None:
        try:
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            file.flush()
        except BrokenPipeError:  # who reads has had enough
            raise
        except OSError as error:
            _unwritten(out, error)

    with contextlib.closing(file) if out else contextlib.nullcontext():
        yield write


def _unwritten(out: Path | None, error: OSError) -> NoReturn:
    print(f"{out or 'màn hình'}: không ghi được vào tệp này ({reason(error)})", file=sys.stderr)
    raise typer.Exit(1) from error


@contextlib.contextmanager
def _progress(length: int) -> Iterator[Callable[..., None]]:
    """A bar on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda steps=1: None
        return
    with typer.progressbar(length=length, file=sys.stderr) as bar:
        yield lambda steps=1: bar.update(steps)


def _address(link: str) -> str:
    if not link.startswith(ADDRESSES):
        known = "://…, ".join(name.removesuffix("://") for name in ADDRESSES) + "://…"
        print(f"{link or '--link'}: cần địa chỉ đường nối của máy chủ, một trong: {known}", file=sys.stderr)
        raise typer.Exit(2)
    return link


async def _beat(pipe: int) -> None:
    """A sign of life each second for the supervisor (meeting_server.processes); never waits for it."""
    os.set_blocking(pipe, False)
    with contextlib.suppress(BrokenPipeError):
        while True:
            with contextlib.suppress(BlockingIOError):
                os.write(pipe, b".")
            await asyncio.sleep(1)


def _run(process: Coroutine[Any, Any, None], heartbeat: int = -1) -> None:
    """Until SIGTERM or SIGINT."""

    async def until_told() -> None:
        task = asyncio.ensure_future(process)
        beat = asyncio.create_task(_beat(heartbeat)) if heartbeat >= 0 else None
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task
        if beat is not None:
            beat.cancel()

    try:
        asyncio.run(until_told())
    except* LinkRefused as group:
        print(group.exceptions[0], file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    app()
