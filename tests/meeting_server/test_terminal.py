"""``hopchibo`` at the terminal: what is not there is said, and nothing comes into being by a slip of the hand."""

from __future__ import annotations

import os
import pty
import socket
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from meeting_server.rehearsal.stages import title_on
from meeting_server.terminal.commands import app

ROOT = Path(__file__).parents[2]
NEEDS_DATA = [
    ["serve"], ["unit"], ["unit", "Đảng bộ xã"], ["roster", "ds.csv", "--unit", "u1"], ["account", "quantri"],
    ["older", "a.pdf", "--cell", "u1", "--date", "2019-03-05"], ["sign", "m-1", "--as", "chair"], ["receive", "m-1"],
    ["restamp"], ["check"], ["rebuild"], ["retranscribe", "m-1"], ["mix", "m-1", "--out", "a.ogg"], ["sweep"],
    ["hold"], ["backup", "--plain"],
]  # fmt: skip


@pytest.mark.parametrize("typed", NEEDS_DATA, ids=[" ".join(one) for one in NEEDS_DATA])
def test_a_mistyped_directory_never_becomes_an_installation(typed: list[str], tmp_path: Path) -> None:
    wrong = tmp_path / "vra"
    shown = CliRunner().invoke(app, [*typed, "--data", str(wrong)])
    assert shown.exit_code == 2, shown.output
    assert f"Không có dữ liệu ở {wrong}" in shown.output
    assert not wrong.exists()


def test_these_are_all_the_commands_that_look_into_a_directory() -> None:
    makes_or_only_looks = {"init", "doctor", "rehearse", "restore"}
    having = {one.callback.__name__ for one in app.registered_commands if "data" in one.callback.__annotations__}  # type: ignore[union-attr]
    assert having == {words[0] for words in NEEDS_DATA} | makes_or_only_looks


def test_an_installation_is_founded_once_and_then_worked_with(tmp_path: Path) -> None:
    data = str(tmp_path / "var")
    assert "Đã lập" in CliRunner().invoke(app, ["init", "--data", data]).output
    named = CliRunner().invoke(app, ["unit", "Đảng bộ xã Thanh Quân", "--kind", "commune", "--data", data])
    assert named.exit_code == 0
    again = CliRunner().invoke(app, ["init", "--data", data])
    assert "không thay đổi gì" in again.output
    assert "Đảng bộ xã Thanh Quân" in CliRunner().invoke(app, ["unit", "--data", data]).output


def test_a_rehearsal_without_a_demonstration_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["rehearse", "--data", str(tmp_path / "vra")])
    assert shown.exit_code == 1
    assert f"Không có chi bộ mẫu ở {tmp_path / 'vra'}" in shown.output
    assert "Nếu vừa chạy “make run”: máy chủ chưa khởi động xong" in shown.output
    assert not (tmp_path / "vra").exists()


def test_doctor_says_that_there_is_no_data(tmp_path: Path) -> None:
    from meeting_server.doctor.checks import Place, database

    found = database(Place(tmp_path / "vra", "127.0.0.1", 8080, tmp_path))
    assert (found.state, found.seen) == ("WARN", f"không có dữ liệu ở {tmp_path / 'vra'}")


@pytest.mark.parametrize(
    "typed", [["restore", "{}/khong.hcbbak", "--data", "{}/new"], ["roster", "{}/khong.csv", "--unit", "u1"]]
)
def test_a_file_that_is_not_there_is_named_in_vietnamese(typed: list[str], tmp_path: Path) -> None:
    data = str(tmp_path / "var")
    CliRunner().invoke(app, ["init", "--data", data])
    words = [word.format(tmp_path) for word in typed]
    shown = CliRunner().invoke(app, words if "--data" in words else [*words, "--data", data])
    assert shown.exit_code != 0
    assert f"{words[1]}: không có tệp này." in shown.output


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["mix", "m-khong", "--out", "{}/a.ogg"], "Không có cuộc họp này."),
        (["sign", "m-khong", "--as", "chair", "--p12", "{}/khong.p12"], "Không có tệp chứng thư {}/khong.p12."),
    ],
)
def test_what_is_not_there_is_said_before_anything_is_asked_or_done(
    typed: list[str], says: str, tmp_path: Path
) -> None:
    data = str(tmp_path / "var")
    CliRunner().invoke(app, ["init", "--data", data])
    shown = CliRunner().invoke(app, [*(word.format(tmp_path) for word in typed), "--data", data])
    assert (shown.exit_code, shown.output.strip()) == (1, f"✗ {says.format(tmp_path)}")


@pytest.mark.parametrize("given", [b"", b"\n"])
def test_where_no_terminal_is_a_missing_password_is_told_in_vietnamese(given: bytes, tmp_path: Path) -> None:
    data = str(tmp_path / "var")
    CliRunner().invoke(app, ["init", "--data", data])
    (tmp_path / "key.p12").write_bytes(b"x")
    command = [sys.executable, "-m", "meeting_server", "sign", "m-1", "--as", "chair", "--p12", "key.p12"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([*command, "--data", data], input=given, capture_output=True, cwd=tmp_path, env=env)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().startswith("✗ Chưa có mật khẩu hay mã PIN")
    assert b"Warning" not in done.stderr


def test_a_rehearsal_is_of_this_month() -> None:
    assert title_on(date(2027, 2, 3)) == "Sinh hoạt chi bộ thường kỳ tháng 2/2027 (diễn tập)"


def test_a_busy_port_is_named_and_a_free_one_offered(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        shown = CliRunner().invoke(app, ["serve", "--demo", "--data", str(tmp_path / "var"), "--port", str(port)])
    assert shown.exit_code == 1
    assert f"Cổng {port} của 127.0.0.1 đang có chương trình khác dùng." in shown.output
    offered = int(shown.output.rpartition("--port ")[2].split(")")[0])
    with socket.socket() as free:
        free.bind(("127.0.0.1", offered))


def test_a_second_server_on_the_same_data_is_refused_in_vietnamese(tmp_path: Path) -> None:
    from meeting_server.serving import exclusive
    from meeting_server.settings import Settings

    settings = Settings(data=tmp_path / "var")
    settings.folders()
    with exclusive(settings):
        shown = CliRunner().invoke(app, ["serve", "--demo", "--data", str(settings.data), "--port", "0"])
    assert shown.exit_code == 1
    assert "đang được một máy chủ khác dùng" in shown.output


@pytest.mark.serial
def test_at_a_terminal_a_start_is_told_in_sentences_and_the_log_goes_into_a_file(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "meeting_server", "serve", "--demo", "--port", "0", "--data", str(tmp_path)]
    env = {**os.environ, "HOPCHIBO_SPEECH": "false"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, text=True, env=env) as server:
        os.close(theirs)
        assert server.stdout is not None
        late = threading.Timer(90, server.kill)
        late.start()
        begun = [server.stdout.readline()]
        while begun[-1] and not begun[-1].startswith("Nhật ký của máy chủ"):
            begun.append(server.stdout.readline())
        server.terminate()
        ended = server.stdout.read()
        late.cancel()
    assert begun[0].startswith("• Khởi động")
    assert any(line.startswith("READY http://localhost:") for line in begun)
    assert ended.strip() == "✓ Máy chủ đã dừng."
    with pytest.raises(OSError, match="Input/output"):  # the other end is closed and nothing was left there
        assert os.read(ours, 1) == b""
    os.close(ours)
    assert "part_started" in (tmp_path / "server.log").read_text()
