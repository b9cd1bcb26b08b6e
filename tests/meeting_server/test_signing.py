"""At the server's machine: signed by key file and by token, stamped by a service over HTTP, stamped again."""

from __future__ import annotations

import asyncio
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

from meeting_server.__main__ import app
from minutes.sealing.findings import Against
from minutes.sealing.keys import load_or_create
from minutes.sealing.verify import verify
from tests.meeting_server.place import LEADER, SECRETARY, serving
from tests.meeting_server.test_sealer import approved, sealed
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
