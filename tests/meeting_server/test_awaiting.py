"""A rehearsal right after ``make run``: the server that starts is awaited, and that is said."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from meeting_server.rehearsal.awaiting import until_it_answers
from meeting_server.rehearsal.command import rehearse
from meeting_server.settings import RUNNING_AT

ROOT = Path(__file__).parents[2]


def listening(data: Path) -> socket.socket:
    """A server in its first moments: it listens, and nobody in it answers yet."""
    line = socket.create_server(("127.0.0.1", 0))
    (data / "run").mkdir()
    (data / "run" / RUNNING_AT).write_text(f"127.0.0.1\n{line.getsockname()[1]}\n", "utf-8")
    return line


def test_one_that_never_answers_is_told_from_none(tmp_path: Path) -> None:
    told: list[str] = []
    assert until_it_answers(tmp_path, lambda: told.append("early")) == "nobody"
    with listening(tmp_path):
        assert until_it_answers(tmp_path, lambda: told.append("starting"), patience=0.3) == "silent"
    assert until_it_answers(tmp_path, lambda: told.append("late")) == "nobody"
    assert told == ["starting"]


def test_when_its_minute_is_over_that_is_said_and_nothing_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with listening(tmp_path):
        assert rehearse(tmp_path, ROOT / "models", alone=False, patience=0.3) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "• Máy chủ đang khởi động; chờ nó, tối đa một phút …"
    assert said[1].startswith("✗ Máy chủ vẫn đang khởi động sau một phút.")
    assert not (tmp_path / "rehearsal").exists()


@pytest.mark.serial
def test_a_server_that_starts_is_awaited_until_its_demonstration_is_there(tmp_path: Path) -> None:
    env = {**os.environ, "HOPCHIBO_SPEECH": "false"}
    command = [sys.executable, "-m", "meeting_server", "serve", "--demo", "--data", str(tmp_path), "--port", "0"]
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while not (tmp_path / "run" / RUNNING_AT).exists():
                assert server.poll() is None
                time.sleep(0.01)
            assert not (tmp_path / "demo.json").exists(), "it listens before the demonstration is loaded"
            assert until_it_answers(tmp_path, lambda: None) == "answers"
            assert (tmp_path / "demo.json").exists()
        finally:
            server.terminate()
