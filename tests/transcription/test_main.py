"""The worker as a tool: errors name the file, results are one JSON object a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.voices import MODELS, voice_samples
from transcription import models
from transcription.__main__ import app


def test_a_file_that_is_no_sound_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "thu-am.wav"
    wrong.write_bytes(b"no sound at all")
    shown = CliRunner().invoke(app, ["live", str(wrong)])
    assert shown.exit_code == 1
    assert "thu-am.wav" in shown.output


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("không-có.wav", "không có tệp này"), ("thư mục", "là thư mục"), ("rỗng.wav", "tệp rỗng"),
        ("lời nói.txt", "không phải tệp âm thanh"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["file", "live"])
def test_what_is_no_sound_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, name: str, why: str
) -> None:
    (tmp_path / "thư mục").mkdir()
    (tmp_path / "rỗng.wav").touch()
    (tmp_path / "lời nói.txt").write_text("xin chào\n" * 200, encoding="utf-8")
    monkeypatch.setattr("transcription.__main__._reader", lambda *_, **__: None)  # nothing is read
    shown = CliRunner().invoke(app, [command, str(tmp_path / name)])
    assert shown.exit_code == 1
    assert f"{name}: {why}" in shown.output


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcription.__main__._reader", lambda *_, **__: None)  # nothing is read
    shown = CliRunner().invoke(app, ["file", str(tmp_path / "a.wav"), "--out", str(tmp_path / "không có" / "a.jsonl")])
    assert shown.exit_code == 1
    assert "a.jsonl: không ghi được" in shown.output


@pytest.mark.parametrize("command", ["file", "live"])
def test_a_list_of_hot_words_that_cannot_be_read_is_named(tmp_path: Path, command: str) -> None:
    binary = tmp_path / "nhi-phan.txt"
    binary.write_bytes(b"\xff\xfe\x00")
    for wrong in (tmp_path / "khong-co.txt", binary):
        shown = CliRunner().invoke(app, [command, str(tmp_path / "a.wav"), "--hotwords", str(wrong)])
        assert shown.exit_code == 1
        assert wrong.name in shown.output
        assert "Traceback" not in shown.output


def test_without_a_model_the_command_to_get_one_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEECH_MODELS", str(tmp_path))
    shown = CliRunner().invoke(app, ["file", str(tmp_path / "a.wav")])
    assert shown.exit_code == 2
    assert "hopchibo models get" in shown.output


@pytest.mark.speech
def test_a_file_becomes_a_line_with_words_and_their_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models.get_embedded(MODELS)
    monkeypatch.setenv("SPEECH_MODELS", str(MODELS))
    path, out = voice_samples()[4][0], tmp_path / "hyp.jsonl"
    shown = CliRunner().invoke(app, ["file", str(path), str(tmp_path / "missing.wav"), "--out", str(out)])
    assert shown.exit_code == 1
    assert "missing.wav" in shown.output
    (line,) = [json.loads(text) for text in out.read_text(encoding="utf-8").splitlines()]
    assert set(line) == {"path", "text", "spoken", "seconds", "cpu_seconds", "segments"}
    words = [word for segment in line["segments"] for word in segment["words"]]
    assert words
    assert all(0 <= w["start"] <= w["end"] <= line["seconds"] + 0.5 and 0 <= w["probability"] <= 1 for w in words)
