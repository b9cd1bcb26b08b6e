"""What the command line says by itself is Vietnamese, whatever is typed wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import typer
from pydantic import BaseModel, Field, ValidationError
from typer.main import get_command
from typer.testing import CliRunner

from meeting_server.terminal.commands import app as hopchibo
from transcription.__main__ import app as transcription
from transcription.terminal import sentence

ENGLISH = re.compile(
    r"\b(Usage|Options|Arguments|Commands?|Error|Missing|Invalid|No such|Try|Show this|required|default|env var|"
    r"Input should|Got unexpected|Aborted|does not|requires|OPTIONS|ARGS|INTEGER|PATH|TEXT)\b"
)


def walk(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from walk(below, (*path, name))


EVERY = [(app, path, command) for app in (hopchibo, transcription) for path, command in walk(get_command(app))]
NAMES = [f"{'hopchibo' if app is hopchibo else 'transcription'} {' '.join(path)}" for app, path, _ in EVERY]


def say(app: typer.Typer, typed: Sequence[str]) -> tuple[int, str]:
    shown = CliRunner().invoke(app, list(typed))
    assert shown.exception is None or isinstance(shown.exception, SystemExit), shown.exception
    return shown.exit_code, shown.output


@pytest.mark.parametrize(("app", "path", "command"), EVERY, ids=NAMES)
def test_every_command_tells_how_it_is_used(app: typer.Typer, path: tuple[str, ...], command: Any) -> None:
    code, said = say(app, [*path, "--help"])
    assert code == 0
    assert said.startswith("Cách dùng: ")
    assert not ENGLISH.search(said), said
    if not getattr(command, "hidden", False):
        assert command.help, "a command tells what it does"
    for parameter in command.params:
        assert parameter.help, f"{parameter.name} tells what it is"


@pytest.mark.parametrize(("app", "path", "command"), EVERY, ids=NAMES)
def test_a_wrong_option_or_a_word_too_many_is_refused(app: typer.Typer, path: tuple[str, ...], command: Any) -> None:
    group = hasattr(command, "commands")
    placed = [one for one in command.params if one.param_type_name == "argument"]
    for typed in (["--khong-co"], [*(["x"] if placed or group else []), *(["thua"] * 3)]):
        if any(one.nargs == -1 for one in placed) and "thua" in typed:
            continue
        code, said = say(app, [*path, *typed])
        assert code == 2
        assert said.startswith("✗ ")
        assert "Cách dùng: " in said
        assert not ENGLISH.search(said), said


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["rosster"], "Không có lệnh rosster (có phải là roster?)."),
        (["roster"], "Thiếu TỆP."),
        (["sign", "m-1"], "Thiếu --as."),
        (["roster", "x.csv", "--unit"], "Tùy chọn --unit cần một giá trị theo sau."),
        (["serve", "--demo=x"], "Tùy chọn --demo không nhận giá trị."),
        (["serve", "--port", "tám"], "Giá trị không dùng được cho --port: “tám” (cần một số nguyên)."),
        (["serve", "--port", "99999"], "HOPCHIBO_PORT: không được lớn hơn 65535"),
        (["backup", "--keep-days", "-1"], "Giá trị không dùng được cho --keep-days: “-1” (không được nhỏ hơn 0)."),
        (["serve", "--hots"], "Không có tùy chọn --hots (có phải là --host hoặc --port?)."),
        (["verify", "a", "b"], "Thừa b."),
        (["models", "gt"], "Không có lệnh gt (có phải là get?)."),
    ],
)
def test_what_was_typed_wrongly_is_named(typed: list[str], says: str) -> None:
    code, said = say(hopchibo, typed)
    assert (code, said.splitlines()[0]) == (2, f"✗ {says}")


def test_without_a_command_all_are_shown() -> None:
    code, said = say(hopchibo, [])
    assert code == 2
    assert all(f"\n  {name} " in said for name in ("serve", "rehearse", "verify", "models"))
    assert not ENGLISH.search(said), said


def test_every_refusal_of_a_setting_has_a_vietnamese_sentence() -> None:
    class Settings(BaseModel):
        port: int = Field(ge=1, le=9)
        share: float = 0
        level: str = Field("info", pattern="^(info|debug)$")
        on: bool = False

    with pytest.raises(ValidationError) as wrong:
        Settings.model_validate({"port": 12, "share": "x", "level": "loud", "on": "maybe"})
    assert [sentence(fault) for fault in wrong.value.errors()] == [
        "không được lớn hơn 9", "cần một con số", "phải theo mẫu ^(info|debug)$", "ghi true hoặc false",
    ]  # fmt: skip
