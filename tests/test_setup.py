"""The set-up tells how far it is, and does nothing twice."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("hopchibo_setup", ROOT / ".ci" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, place in (("ROOT", tmp_path), ("STATE", tmp_path / "state"), ("PYTHON", Path(sys.executable))):
        monkeypatch.setattr(module, name, place)
    return module


def test_pip_is_followed_by_what_it_prints(setup: ModuleType, tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("a==1 \\\n    --hash=sha256:00\nb-c==2\nd==3\n# via a\n")
    progress = setup.Packages(lock)
    for line in (
        "Collecting a==1 (from -r lock (line 1))", "  Downloading a-1-py3-none-any.whl (12.5 MB)",
        "Collecting b-c==2 (from -r lock (line 2))", "  Downloading b.whl.metadata (500 kB)", "  Using cached d.whl",
    ):  # fmt: skip
        progress.heard(line)
    assert str(progress) == "gói 2/3, đã tải 13 MB"
    progress.heard("Installing collected packages: a, b-c, d")
    assert str(progress) == "đã tải 13 MB, đang cài 3 gói"


def test_a_step_that_fails_shows_the_end_of_what_it_said(
    setup: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    with pytest.raises(setup.SetUpError, match=r"(?s)“thử” không thành công:.*line 39$"):
        setup.run("thử", [sys.executable, "-c", "[print('line', n) for n in range(40)]; raise SystemExit(3)"])
    assert capsys.readouterr().out == "• thử …\n"


def test_what_is_there_is_not_fetched_again_and_what_changed_is(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetch(_: str, command: list[str]) -> None:
        asked.append(command[-2])
        folder = tmp_path / "models" / {"models": "whisper-base", "voices": "voices"}[command[-2]]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "file").write_text("fetched")

    monkeypatch.setattr(setup, "run", fetch)
    monkeypatch.delenv("SPEECH_MODELS", raising=False)
    setup.model(required=True)
    setup.model(required=True)
    assert asked == ["models", "voices"]
    (tmp_path / "models" / "voices" / "file").write_text("half of it")
    setup.model(required=True)
    assert asked == ["models", "voices", "voices"]
