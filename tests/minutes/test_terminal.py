"""``python -m minutes`` speaks Vietnamese, whatever is typed wrongly."""

from __future__ import annotations

import pytest

from minutes.__main__ import main


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ([], "Thiếu LỆNH."),
        (["drft"], "Không có lệnh “drft”."),
        (["draft"], "Thiếu --turns, --roster, --out."),
        (["draft", "--turns"], "Tùy chọn --turns cần một giá trị theo sau."),
        (["verify"], "Thiếu TỆP."),
        (["verify", "a", "b"], "Không có tùy chọn hoặc thừa: b."),
        (["verify", "a", "--json=x"], "Tùy chọn --json không nhận giá trị."),
    ],
)
def test_what_was_typed_wrongly_is_named(typed: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(typed)
    said = capsys.readouterr().err.splitlines()
    assert (ended.value.code, said[0]) == (2, f"✗ {says}")
    assert said[1].startswith("Cách dùng: python -m minutes")


@pytest.mark.parametrize("command", [[], ["draft"], ["verify"]])
def test_help_is_vietnamese(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert said.startswith("Cách dùng: ")
    assert not [word for word in ("usage", "options:", "arguments", "show this") if word in said]
