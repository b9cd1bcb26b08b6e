"""``python -m transcription listen | work | file | live``: the speech processes and the worker as a tool."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from transcription import command, models
from transcription.link import LinkRefused, Taker
from transcription.link.websocket import WebSocketProducer, WebSocketTaker
from transcription.listener import Listener
from transcription.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Vietnamese speech to text.")
app.add_typer(command.app, name="models")


@app.command()
def listen(
    feed: Annotated[Path | None, typer.Option(help="Unix socket of the media node's feed")] = None,
    link: Annotated[str, typer.Option(help="The server's link, ws://…")] = "",
) -> None:
    """Hear every track of a media node and offer its utterances to the server."""
    settings = Settings()
    producer = WebSocketProducer(link or settings.link, settings.token)
    listener = Listener(feed or settings.feed, producer, outbox=settings.outbox, interims=settings.interims)
    _run(listener.run())


@app.command()
def work(
    link: Annotated[str, typer.Option(help="The server's link, ws://…")] = "",
    model: Annotated[str, typer.Option(help="Model name or directory")] = "",
    workers: Annotated[int, typer.Option(help="Passes at once; 0 = one a processor core")] = 0,
) -> None:
    """Recognise utterances for a server."""
    from transcription.recogniser import Recogniser  # heavy to import: not for the listener
    from transcription.worker import work as serve

    settings = Settings()
    count = workers or settings.workers
    reader = Recogniser(
        _model(settings, model), device=settings.device, compute=settings.compute, beam=settings.beam, workers=count
    )
    address, token = link or settings.link, settings.token

    async def connect(name: str) -> Taker:
        return await WebSocketTaker.connect(address, token, name)

    _run(serve(reader, connect, count))


def _model(settings: Settings, name: str = "") -> Path:
    try:
        path = models.find(settings.models, name or settings.model)
        models.check(path)
    except models.ModelError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from error
    return path


def _run(process: Coroutine[Any, Any, None]) -> None:
    """Until SIGTERM or SIGINT."""

    async def until_told() -> None:
        task = asyncio.ensure_future(process)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    try:
        asyncio.run(until_told())
    except* LinkRefused as group:
        print(group.exceptions[0], file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    app()
