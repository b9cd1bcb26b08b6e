"""The verifier works with its own four packages and nothing of the server's."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from typer.main import get_command

from meeting_server.terminal.commands import app
from minutes.sealing import archive, command
from minutes.sealing.keys import Keys
from minutes.sealing.package import Package
from minutes.sealing.personal import seal_signature, signature
from minutes.sealing.sign import pkcs12_signer
from minutes.terminal import Parser
from tests.minutes.export import papers
from tests.minutes.sealing.authority import PASSWORD, authority
from tests.minutes.sealing.conftest import NOW

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


ASKED = """
import runpy, sys
sys.argv = ["minutes", "verify", *sys.argv[1:]]
try:
    runpy.run_module("minutes", run_name="__main__", alter_sys=True)
finally:
    print("aiohttp.client" in sys.modules or "yarl" in sys.modules)
"""


def test_the_command_judges_signed_and_stamped_records_without_a_client_for_the_network(
    keys: Keys, record: Package, tmp_path: Path
) -> None:
    ca, stamps = authority("CA thử"), authority("CA dấu thời gian")
    stamping, data = stamps.stamping(1000, roots=(ca.root,)), record.data
    for role, name in (("secretary", papers.ROSTER[1].name), ("chair", papers.ROSTER[0].name)):
        signer = pkcs12_signer(ca.person(name), PASSWORD)
        pdf = signature(data, role, signer, stamping)
        data = seal_signature(
            data, pdf, role, keys, at=int(NOW.timestamp() * 1000), trusted=[ca.root, stamps.root]
        ).data
    (tmp_path / "r.hcb.zip").write_bytes(data)
    trust = b"".join(one.public_bytes(Encoding.PEM) for one in (keys.authority, ca.root, stamps.root))
    (tmp_path / "trust.pem").write_bytes(trust)
    asked = [sys.executable, "-c", ASKED, str(tmp_path / "r.hcb.zip"), "--trust", str(tmp_path / "trust.pem")]
    done = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Đã ký số" in done.stdout
    assert done.stdout.splitlines()[-1] == "False"


def test_the_one_command_does_not_load_the_database_before_it_is_asked_for() -> None:
    words = "import sys, meeting_server.terminal.commands; sys.exit(len({'sqlalchemy', 'fastapi'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", words], check=True, cwd=ROOT)


OF_THE_SERVER = """
import sys
from meeting_server.__main__ import main
sys.argv = ["hopchibo", "verify", *sys.argv[1:]]
try:
    main()
finally:
    print({"typer", "pydantic", "structlog", "sqlalchemy", "fastapi", "docx", "typst"} & set(sys.modules))
"""


@pytest.mark.parametrize(("typed", "code", "says"), [
    (["{}/r.hcb.zip"], 0, "HỒ SƠ NGUYÊN VẸN"), (["--help"], 0, "Cách dùng: hopchibo verify"),
    ([], 2, "✗ Thiếu TỆP."), (["{}/r.hcb.zip", "--khong-co"], 2, "✗ Không có tùy chọn"),
    (["{}/khong.hcb.zip"], 2, "Không kiểm tra được: không có tệp"),
])  # fmt: skip
def test_the_one_command_verifies_without_loading_any_of_the_server(
    record: Package, tmp_path: Path, typed: list[str], code: int, says: str
) -> None:
    (tmp_path / "r.hcb.zip").write_bytes(record.data)
    words = [word.format(tmp_path) for word in typed]
    done = subprocess.run([sys.executable, "-c", OF_THE_SERVER, *words], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == code, done.stdout + done.stderr
    assert says in done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "set()"


def test_both_ways_to_verify_have_the_same_options() -> None:
    """The one that is run, and the one by which ``hopchibo --help`` tells of it."""
    parser = Parser(prog="hopchibo")
    command.add_command(parser.add_subparsers())
    shown = {
        one for line in parser._subparsers._group_actions[0].choices["verify"]._actions for one in line.option_strings
    }  # type: ignore[union-attr,index]
    told = get_command(app).commands["verify"].params  # type: ignore[attr-defined]
    assert {one for one in shown if one.startswith("--")} - {"--help"} == {
        name for one in told for name in one.opts if name.startswith("--")
    }


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
