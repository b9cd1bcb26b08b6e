"""Each finding says what was seen and, where something is wrong, what to do."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from meeting_server.doctor import checks
from meeting_server.doctor.checks import CHECKS, Place
from meeting_server.doctor.command import doctor, safely
from meeting_server.doctor.outside import outside, shape
from meeting_server.greeting import greeting
from meeting_server.reached import Reached, since
from tests.voices import MODELS
from transcription import models


def place(tmp_path: Path, port: int = 1) -> Place:
    return Place(tmp_path, "127.0.0.1", port, tmp_path / "models")


def test_a_machine_without_a_model_is_told_the_command_that_fetches_it(tmp_path: Path) -> None:
    finding = checks.model(place(tmp_path))
    assert (finding.state, finding.advice) == ("BAD", "Chạy: .venv/bin/hopchibo models get embedded")


def test_a_broken_database_is_found(tmp_path: Path) -> None:
    (tmp_path / "hopchibo.sqlite").write_bytes(b"SQLite format 3\x00" + b"\xff" * 4000)
    assert safely(checks.database, place(tmp_path)).state == "BAD"


def test_a_taken_port_that_answers_is_a_running_server(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert "đang chạy" in checks.ports(place(tmp_path, other.getsockname()[1])).seen


def test_the_server_is_looked_for_where_it_said_it_listens(tmp_path: Path) -> None:
    told = tmp_path / "address"
    assert place(tmp_path).running(told) == place(tmp_path)
    told.write_text("127.0.0.1\n8234\n", encoding="utf-8")
    assert place(tmp_path).running(told) == place(tmp_path, 8234)
    told.write_text("", encoding="utf-8")
    assert place(tmp_path).running(told) == place(tmp_path)


def test_every_finding_that_is_not_good_carries_advice(tmp_path: Path) -> None:
    for name, check in CHECKS:
        if name == "Tốc độ nhận dạng":
            continue
        finding = check(place(tmp_path))
        assert finding.seen
        assert finding.state == "OK" or finding.advice or "lock" in finding.seen, name


def test_the_verdict_is_bad_when_anything_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(place(tmp_path), ask_outside=True) == 1
    assert "hopchibo models get embedded" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [(["8.8.8.8"], "A"), (["192.168.1.5"], "B"), (["100.70.1.2"], "C"), ([], ""), (["10.0.0.2", "2a00:1450::1"], "A")],
)
def test_the_shape_follows_from_the_addresses(addresses: list[str], expected: str) -> None:
    assert shape(addresses) == expected


def test_that_outside_was_reached_is_said_only_when_it_was(tmp_path: Path) -> None:
    here = place(tmp_path)
    assert "từ ngoài vào được" not in outside(here).seen
    reached = Reached(tmp_path / "reached")
    for address in ("192.168.1.7", "127.0.0.1", "100.70.1.2", "", "fe80::1"):
        reached.note(address)
    assert since(tmp_path / "reached") == ""
    reached.note("8.8.8.8")
    assert re.fullmatch(r"\d\d/\d\d/\d{4}", since(tmp_path / "reached"))
    assert "8.8" not in (tmp_path / "reached").read_text(encoding="utf-8")
    assert (outside(here).state, "từ ngoài vào được" in outside(here).seen) == ("OK", True)


def test_a_database_server_that_does_not_answer_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOPCHIBO_DATABASE", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert checks.database(place(tmp_path)).state == "BAD"


def test_the_greeting_offers_nothing_to_those_far_away_before_it_was_reached() -> None:
    url = "https://192.168.1.5:8080"
    said = greeting(url, None, fingerprint="AA:BB")
    assert "AA:BB" in said
    assert "không dành cho người ở xa" in said
    assert "Đã có máy từ ngoài vào được" in greeting(url, None, reached="01/12/2026")
    assert "AA:BB" not in greeting("http://localhost:8080", None, fingerprint="AA:BB")


@pytest.mark.speech
@pytest.mark.serial
def test_ten_seconds_of_speech_go_through_the_real_model(tmp_path: Path) -> None:
    try:
        models.find(MODELS)
    except models.ModelError as absent:
        pytest.skip(str(absent))
    finding = checks.recognition(Place(tmp_path, "127.0.0.1", 1, MODELS))
    assert "giây nói chép trong" in finding.seen
