"""At the server's machine: signed by key file and by token, stamped by a service over HTTP, stamped again."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from asn1crypto import tsp
from click.testing import Result
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.timestamps import TimeStamper
from typer.testing import CliRunner

from meeting_server.errands import NOT_OURS
from meeting_server.signing_desk import SOCKET
from meeting_server.terminal.commands import app
from minutes.sealing.findings import Against
from minutes.sealing.keys import load_or_create
from minutes.sealing.package import seal
from minutes.sealing.verify import verify
from tests.meeting_server.place import LEADER, SECRETARY, serving
from tests.meeting_server.test_sealer import approved, sealed
from tests.minutes.export import papers
from tests.minutes.sealing.authority import PASSWORD, authority
from tests.minutes.sealing.conftest import NOW
from tests.minutes.sealing.tokens import MODULE, softhsm


@contextmanager
def time_stamping(stamper: TimeStamper) -> Iterator[str]:
    """A time-stamping service; its address."""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = asyncio.run(stamper.async_request_tsa_response(asked)).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            return None

    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def pem(path: Path, *certificates: x509.Certificate) -> Path:
    path.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in certificates))
    return path


async def test_a_record_is_signed_at_the_machine_and_stamped_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ca, stamps = authority("CA thử của các đồng chí"), authority("CA dấu thời gian")
    async with serving(tmp_path) as place:
        meeting = await approved(place)
        await sealed(place, meeting)
        data = place.running.parts.settings.data
    key = tmp_path / "thu-ky.p12"
    key.write_bytes(ca.person(SECRETARY))

    async def run(*words: str, typed: str = "") -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, [*words, "--data", str(data)], input=f"{typed}\n")

    with softhsm(tmp_path / "token", ca, LEADER), time_stamping(stamps.stamping(1000).stamper) as url:
        none = await run("restamp")
        assert (none.exit_code, "HOPCHIBO_TSA_URL" in none.stderr) == (1, True)
        monkeypatch.setenv("HOPCHIBO_TSA_URL", url)
        monkeypatch.setenv("HOPCHIBO_TSA_ROOTS", str(pem(tmp_path / "roots.pem", ca.root, stamps.root)))
        monkeypatch.setenv("HOPCHIBO_PKCS11_MODULE", str(MODULE))
        early = await run("sign", meeting, "--as", "chair", "--token", "chibo", typed="1234")
        assert (early.exit_code, "Thư ký ký trước" in early.stderr) == (1, True), early.output
        wrong = await run("sign", meeting, "--as", "secretary", "--p12", str(key), typed="sai")
        assert (wrong.exit_code, "sai mật khẩu" in wrong.stderr) == (1, True), wrong.output
        first = await run("sign", meeting, "--as", "secretary", "--p12", str(key), typed=PASSWORD)
        assert "Thư ký đã ký số, chờ chủ trì" in first.stdout, first.output
        assert PASSWORD not in first.output
        both = await run("sign", meeting, "--as", "chair", "--token", "chibo", typed="1234")
        assert "Đã ký số" in both.stdout, both.output
        commune = tmp_path / "dang-uy.p12"
        commune.write_bytes(ca.person("Đảng ủy xã Thanh Quân"))
        confirmed = await run("receive", meeting, "--p12", str(commune), typed=PASSWORD)
        assert "Cấp trên đã xác nhận" in confirmed.stdout, confirmed.output
        assert "Không hồ sơ nào" in (await run("restamp")).stdout
        again = await run("restamp", "--all")
        assert "1 hồ sơ" in again.stdout, again.output
    assert (await run("check")).exit_code == 0
    newest = max((data / "records" / meeting).glob("*-dau-moi-*"))
    own = load_or_create(data / "keys" / "sealing", "", NOW)
    against = Against(trust=[own.authority, ca.root, stamps.root])
    verdict = await asyncio.to_thread(verify, newest, against)
    assert verdict.whole, verdict.faults
    assert verdict.trusted
    told = [(one.signer, one.stamped) for one in verdict.signatures]
    assert told[1:] == [(SECRETARY, True), (LEADER, True), ("Đảng ủy xã Thanh Quân", True)]
    assert "xác nhận đã nhận / sao y" in verdict.text()
    assert "Trạng thái: Đã ký số" in verdict.text()


async def test_the_commands_work_while_the_server_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed at the machine, sealed by the running server: its own picture of the meeting moves with it."""
    ca, stamps = authority("CA thử của các đồng chí"), authority("CA dấu thời gian")
    data, key = tmp_path / "data", tmp_path / "ai.p12"
    roots = pem(tmp_path / "roots.pem", ca.root, stamps.root)

    async def run(*words: str, typed: str = PASSWORD) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, [*words, "--data", str(data)], input=f"{typed}\n")

    with time_stamping(stamps.stamping(1000).stamper) as url:
        monkeypatch.setenv("HOPCHIBO_TSA_URL", url)
        monkeypatch.setenv("HOPCHIBO_TSA_ROOTS", str(roots))
        async with serving(data) as place:
            meeting = await approved(place)
            first = await sealed(place, meeting)
            key.write_bytes(ca.person(LEADER))
            early = await run("sign", meeting, "--as", "chair", "--p12", str(key))
            assert (early.exit_code, "Thư ký ký trước" in early.stderr) == (1, True), early.output
            unknown = await run("sign", "m-khong-co", "--as", "chair", "--p12", str(key))
            assert (unknown.exit_code, bool(unknown.stderr.strip())) == (1, True), unknown.output
            for name, role, said in ((SECRETARY, "secretary", "chờ chủ trì"), (LEADER, "chair", "Đã ký số")):
                key.write_bytes(ca.person(name))
                done = await run("sign", meeting, "--as", role, "--p12", str(key))
                assert said in done.stdout, done.output
            assert (await sealed(place, meeting)).signers == ("secretary", "chair")
            acts = (await place.running.meetings.state(meeting)).meeting.seals
            assert [act.actor for act in acts[1:]] == [place.ids[SECRETARY], place.ids[LEADER]]
            key.write_bytes(ca.person("Đảng ủy xã Thanh Quân"))
            records = data / "records"
            old = await run("receive", str(records / first.file), "--p12", str(key))
            assert (old.exit_code, "không phải bản mới nhất" in old.stderr) == (1, True), old.output
            newest = await sealed(place, meeting)
            confirmed = await run("receive", str(records / newest.file), "--p12", str(key))
            assert "Cấp trên đã xác nhận" in confirmed.stdout, confirmed.output
            assert (await sealed(place, meeting)).state == "signed"
            again = await run("restamp", "--all")
            assert "1 hồ sơ" in again.stdout, again.output
            last = await sealed(place, meeting)
            whole = await asyncio.to_thread(verify, records / last.file)
            assert [one.signer for one in whole.signatures][1:] == [SECRETARY, LEADER, "Đảng ủy xã Thanh Quân"]
    assert (await run("check")).exit_code == 0


async def test_a_record_of_another_installation_is_confirmed_in_a_pdf_beside_it(tmp_path: Path) -> None:
    other = load_or_create(tmp_path / "other", "Họp Chi Bộ xã khác", NOW)
    record = await asyncio.to_thread(seal, papers.whole(), other, at=papers.START + 150 * papers.MINUTE)
    ca, file, key = authority("CA thử"), tmp_path / "ho-so.hcb.zip", tmp_path / "k.p12"
    file.write_bytes(record.data)
    key.write_bytes(ca.person("Đảng ủy xã Thanh Quân"))
    words = ["receive", str(file), "--p12", str(key), "--data", str(tmp_path / "data")]
    done = await asyncio.to_thread(CliRunner().invoke, app, words, input=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert file.read_bytes() == record.data
    verdict = await asyncio.to_thread(verify, tmp_path / "ho-so-xac-nhan.pdf", Against(trust=[ca.root]))
    assert [(one.field, one.sound) for one in verdict.signatures] == [("NiemPhong", True), ("XacNhan", True)]
    assert verdict.signatures[-1].trusted
    file.write_bytes(record.data[:-1] + b"x")
    bad = await asyncio.to_thread(CliRunner().invoke, app, words, input=f"{PASSWORD}\n")
    assert (bad.exit_code, "không nguyên vẹn" in bad.stderr) == (1, True), bad.output


async def test_the_desk_refuses_what_it_does_not_understand(tmp_path: Path) -> None:
    async with serving(tmp_path) as place:
        meeting = await approved(place)
        await sealed(place, meeting)
        socket = place.running.parts.settings.run / SOCKET
        assert socket.stat().st_mode & 0o777 == 0o600
        asked = json.dumps({"v": 1, "do": "sign", "meeting": meeting}).encode() + b"\n"
        understood = [
            b'{"role": "chair", "pdf": "!"}',
            b'{"pdf": "JVBERi0="}',
            b'{"role": "secretary", "pdf": "JVBERi0="}',
        ]
        for said in (
            [b"{}\n"], [b"x" * 100_000 + b"\n"], [b'{"v": 2, "do": "sign", "meeting": "m"}\n'],
            [asked, b'{"role": "cell"}\n'], *([asked, one + b"\n"] for one in understood),
        ):  # fmt: skip
            reader, writer = await asyncio.open_unix_connection(str(socket))
            for line in said:
                writer.write(line)
                await writer.drain()
                answer = json.loads(await reader.readline())
            assert answer["refused"], said
            assert (answer["refused"] == NOT_OURS) is (said[-1].strip() not in understood), said
            writer.close()
        assert len((await place.running.meetings.state(meeting)).meeting.seals) == 1
