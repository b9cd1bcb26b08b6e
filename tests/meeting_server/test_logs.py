"""The log holds events with plain fields; what people say, are called or keep secret never gets into it."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from meeting_server import logs

ROOT = Path(__file__).parents[2]


@pytest.fixture
def written() -> io.StringIO:
    stream = io.StringIO()
    before = structlog.get_config()
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    logs.configure("info", "server", stream)
    yield stream
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_an_event_keeps_its_plain_fields(written: io.StringIO) -> None:
    structlog.get_logger().info("heard", meeting="m-12ab", start=480, taken=True)
    (line,) = lines(written)
    assert (line["event"], line["meeting"], line["start"], line["taken"], line["process"]) == (
        "heard", "m-12ab", 480, True, "server",
    )  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [{"text": "loi-noi"}, {"who": "Lang Văn Hợp"}, {"token": "abc123"}, {"what": {"said": "bi mat"}}, {"sdp": "v=0"}],
)
def test_speech_names_and_secrets_do_not_get_in(written: io.StringIO, fields: dict[str, object]) -> None:
    structlog.get_logger().warning("slip", **fields)
    (line,) = lines(written)
    assert line[next(iter(fields))] in ("(kept back)", "(str)", "(dict)")


def test_an_exception_is_its_type_and_places_without_its_words(written: io.StringIO) -> None:
    try:
        raise ValueError("điều đồng chí Hợp nói")
    except ValueError:
        structlog.get_logger().error("failed", exc_info=True)
    (line,) = lines(written)
    assert line["error"] == "ValueError"
    assert "test_logs.py" in str(line["exception"])
    assert "Hợp" not in written.getvalue()


def test_libraries_speak_through_the_same_rules(written: io.StringIO) -> None:
    logging.getLogger("some.library").warning("said %s", "bi mat")
    (line,) = lines(written)
    assert (line["event"], line["source"]) == ("library", "some.library")
    assert "bi mat" not in written.getvalue()


def test_a_line_is_written_at_once_since_many_processes_write_one_file() -> None:
    """Unbuffered (PYTHONUNBUFFERED), text and end of line were two writes, and lines ran into each other."""
    code = (
        "import os, structlog\n"
        "from meeting_server import logs\n"
        "logs.configure('info', 'server')\n"
        "for n in range(500): structlog.get_logger().info('counted', number=n)\n"
    )
    read, write = os.pipe()
    running = [
        subprocess.Popen([sys.executable, "-u", "-c", code], stderr=write, cwd=ROOT) for _ in range(3)
    ]  # fmt: skip
    os.close(write)
    with os.fdopen(read) as told:
        events = [json.loads(line) for line in told]
    assert [one.wait() for one in running] == [0, 0, 0]
    assert len(events) == 1500
