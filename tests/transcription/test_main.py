"""The worker as a tool: errors name the file, results are one JSON object a line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from tests.sound import RATE, Sound, murmur, quiet
from tests.transcription.test_models import model
from tests.voices import MODELS, voice_samples
from transcription import models
from transcription.__main__ import _hot_words, app
from transcription.recogniser import Reading
from transcription.whole import whole_sound


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


def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcription.__main__._reader", lambda *_, **__: None)
    monkeypatch.setattr("transcription.whole.whole_file", lambda *_: {"text": "Xin chào."})
    shown = CliRunner().invoke(app, ["file", "a.wav", "--out", "/dev/full"])
    assert shown.exit_code == 1
    assert "/dev/full: không ghi được vào tệp này (ổ đĩa đầy)" in shown.output


def test_settings_and_addresses_that_cannot_be_used_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for command in (["listen"], ["work"], ["work", "--link", "http://máy"]):
        shown = CliRunner().invoke(app, command)
        assert shown.exit_code == 2
        assert "cần địa chỉ đường nối của máy chủ" in shown.output
    monkeypatch.setenv("SPEECH_BEAM", "ba")
    monkeypatch.setenv("SPEECH_WORKERS", "0")
    shown = CliRunner().invoke(app, ["file", "a.wav"])
    assert shown.exit_code == 2
    assert "SPEECH_BEAM: cần một số nguyên" in shown.output
    assert "SPEECH_WORKERS: không được nhỏ hơn 1" in shown.output


def test_hot_words_are_read_as_editors_write_them(tmp_path: Path) -> None:
    path = tmp_path / "từ.txt"
    path.write_bytes("\ufeffLò Văn Tám\r\n# chú thích\r\n\r\nBản Hịn \r\nLò Văn Tám\r\nHo\u0300a\r\n".encode())
    assert _hot_words(path) == ("Lò Văn Tám", "Bản Hịn", "Hòa")


@pytest.mark.parametrize("command", ["file", "live"])
def test_a_model_that_cannot_be_opened_is_a_sentence(tmp_path: Path, command: str) -> None:
    broken, sound = model(tmp_path), tmp_path / "a.wav"
    soundfile.write(sound, quiet(1.0), RATE)
    shown = CliRunner().invoke(app, [command, str(sound), "--model", str(broken)])
    assert shown.exit_code == 2
    assert f"không mở được mô hình {broken}: tệp mô hình hỏng" in shown.output


def test_speech_that_nobody_could_read_keeps_its_mark_among_figures() -> None:
    texts = iter(["có hai mươi tám đảng viên", "cục cục cục cục cục cục cục cục", "xin hết"])

    class Reads:
        def read(self, sound: Sound, *, hot_words: tuple[str, ...] = ()) -> Reading:
            text = next(texts)
            return Reading(text, (), -0.3, 0.05, 3.0 if "cục" in text else 1.0, 0.0)

    sound = np.concatenate([part for n in range(3) for part in (murmur(4.0, seed=n), quiet(2.5, seed=n))])
    line = whole_sound(Reads(), sound)
    mark = line["segments"][1]["text"]
    assert mark.startswith("[không nghe rõ, ")
    assert line["text"] == f"Có 28 đảng viên. {mark} Xin hết."
    assert line["spoken"] == f"có hai mươi tám đảng viên {mark} xin hết"
    assert all(segment["end"] <= line["seconds"] for segment in line["segments"])


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
