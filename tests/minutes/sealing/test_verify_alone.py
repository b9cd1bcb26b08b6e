"""The verifier works with its own four packages and nothing of the server's."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

from minutes.sealing import archive
from minutes.sealing.package import Package

ROOT = Path(__file__).parents[3]
LOADED = """
import sys
from minutes.__main__ import main
code = main(["verify", sys.argv[1]])
print(*{name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names)
sys.exit(code)
"""


def test_it_loads_nothing_of_drafting_printing_or_the_server(record: Package, tmp_path: Path) -> None:
    (tmp_path / "r.hcb.zip").write_bytes(record.data)
    done = subprocess.run(
        [sys.executable, "-c", LOADED, str(tmp_path / "r.hcb.zip")],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert {"minutes", "pyhanko", "cryptography"} <= loaded
    assert not loaded & {"docx", "typst", "segno", "rapidfuzz", "sqlalchemy", "fastapi", "pydantic", "transcription"}


def test_the_one_command_does_not_load_the_database_before_it_is_asked_for() -> None:
    words = "import sys, meeting_server.__main__; sys.exit('sqlalchemy' in sys.modules or 'fastapi' in sys.modules)"
    subprocess.run([sys.executable, "-c", words], check=True, cwd=ROOT)


@pytest.mark.soak
def test_a_clean_environment_with_the_extra_verify_judges_records(record: Package, tmp_path: Path) -> None:
    """A virtual environment of its own, packages in the locked versions."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["verify"]
    locked = re.findall(r"^([a-z0-9-]+==[^ ;\\]+)", (ROOT / "requirements.lock").read_text(), re.M)
    (tmp_path / "versions").write_text("\n".join(locked))
    venv.create(tmp_path / "v", with_pip=True)
    python = tmp_path / "v" / "bin" / "python"

    def pip(*what: object) -> None:
        subprocess.run([python, "-m", "pip", "install", "-q", *map(str, what)], check=True, timeout=600)

    pip("-c", tmp_path / "versions", *wanted)
    pip("--no-deps", ROOT)
    whole, broken = tmp_path / "r.hcb.zip", tmp_path / "x.hcb.zip"
    whole.write_bytes(record.data)
    place = archive.where(record.data)["log.jsonl"][0] + 9
    broken.write_bytes(record.data[:place] + b"~" + record.data[place + 1 :])
    for file, code in ((whole, 0), (broken, 1)):
        done = subprocess.run([python, "-I", "-m", "minutes", "verify", str(file)], capture_output=True, cwd=tmp_path)
        assert done.returncode == code, done.stderr.decode()
