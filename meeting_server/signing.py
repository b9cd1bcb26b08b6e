"""``hopchibo sign``, ``receive`` and ``restamp``: signed here, sealed beside the record by the running server
(meeting_server.signing_desk), or, when none runs, by the command itself, which holds the server's lock meanwhile.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import typer
from pyhanko.sign.signers import Signer

from meeting_server.clock import SystemClock
from meeting_server.judge import trusted_in
from meeting_server.keeping import store_of
from meeting_server.meetings import Meetings
from meeting_server.sealer import Sealer
from meeting_server.serving import AlreadyRunning, exclusive
from meeting_server.settings import Settings
from meeting_server.signing_desk import SOCKET, CannotSign, Desk, Seal, Stamped, Way
from meeting_server.stamping import stamping_of
from meeting_server.unsigned import FAULTS, why
from minutes.sealing.keys import load, load_or_create
from minutes.sealing.personal import Role, received, signature
from minutes.sealing.sign import pkcs12_signer, token_signer
from minutes.sealing.verdict import state_words
from minutes.sealing.verify import NOTHING, NotReadable, verify_bytes

Credential = Callable[[], AbstractContextManager[Signer]]
"""A signer while it is open: a token's session ends with it."""


def key_file(file: Path, password: str) -> Credential:
    """A PKCS#12 file."""
    return lambda: nullcontext(pkcs12_signer(file.read_bytes(), password))


def token(settings: Settings, name: str, pin: str, label: str) -> Credential:
    """A PKCS#11 token. Raises CannotSign without a driver."""
    module = settings.pkcs11_module
    if module is None:
        raise CannotSign("Chưa cho biết trình điều khiển của token: HOPCHIBO_PKCS11_MODULE.")
    return lambda: token_signer(module, name, pin, label)


async def seal(
    settings: Settings, meeting: str, role: Role | Literal[""], credential: Credential, seen: bytes | None = None
) -> Seal:
    """Sign the newest record of a meeting; role "": the level above confirms. ``seen``: the record that it must be.
    Raises CannotSign, or one of FAULTS."""
    stamping = stamping_of(settings)

    def pdf_of(file: str) -> bytes:
        record = (settings.records / file).read_bytes()
        if seen not in (None, record):
            raise CannotSign("Tệp này không phải bản mới nhất của hồ sơ; xác nhận bản mới nhất.")
        with credential() as signer:
            return signature(record, role, signer, stamping) if role else received(record, signer, stamping)

    async with _way(settings) as way:
        if isinstance(way, Way):
            return await way.seal(meeting, role, pdf_of)
        pdf = await asyncio.to_thread(pdf_of, await way.file(meeting))
        return await (way.sign(meeting, role, pdf) if role else way.receive(meeting, pdf))


async def restamp(settings: Settings, *, everything: bool) -> list[Stamped]:
    """Stamp again what persons signed and what will not hold for another year. Raises CannotSign, or one of FAULTS."""
    async with _way(settings) as way:
        return [one async for one in way.restamp(everything=everything)]


@asynccontextmanager
async def _way(settings: Settings) -> AsyncIterator[Way | Desk]:
    """The running server's desk, or our own while none runs. Raises CannotSign."""
    settings.folders()
    way = await Way.open(settings.run / SOCKET)
    if way is not None:
        try:
            yield way
        finally:
            way.close()
        return
    try:
        with exclusive(settings):
            async with _alone(settings) as desk:
                yield desk
    except AlreadyRunning as error:
        raise CannotSign("Máy chủ đang khởi động. Chờ một lát rồi chạy lại lệnh này.") from error


@asynccontextmanager
async def _alone(settings: Settings) -> AsyncIterator[Desk]:
    store, clock = store_of(settings), SystemClock()
    meetings = Meetings(store, clock)
    try:
        trusted = [*trusted_in(settings.trust), *trusted_in(settings.tsa_roots, "HOPCHIBO_TSA_ROOTS")]
        keys = load_or_create(settings.keys / "sealing", settings.installation_name(), datetime.now(UTC))
        sealer = Sealer(store, meetings, keys, settings.records, clock, stamping=stamping_of(settings), trusted=trusted)
        yield Desk(store, meetings, sealer)
    finally:
        await meetings.shut_down()
        store.close()


# -- a record that came as a file --------------------------------------------------------------------------------------


def meeting_of(settings: Settings, file: Path) -> str:
    """The meeting of this record; "" when another installation sealed it. Raises CannotSign for what is damaged or no
    record, OSError."""
    try:
        verdict = verify_bytes(file.read_bytes(), NOTHING)
    except NotReadable as error:
        raise CannotSign(f"{file}: {error}.") from error
    if not verdict.whole or verdict.kind != "record":
        raise CannotSign(f"Tệp {file} không nguyên vẹn nên không xác nhận. Xem: hopchibo verify {file}")
    own = settings.keys / "sealing"
    ours = own.exists() and verdict.facts["key_id"] == load(own).key_id
    return str(verdict.facts["meeting"]) if ours else ""


def confirm_file(settings: Settings, file: Path, credential: Credential) -> Path:
    """The PDF of another installation's record with the level above's confirmation, put beside the file. Raises
    CannotSign, or one of FAULTS."""
    record = file.read_bytes()
    with credential() as signer:
        pdf = received(record, signer, stamping_of(settings))
    made = file.with_name(file.name.removesuffix(".zip").removesuffix(".hcb") + "-xac-nhan.pdf")
    made.write_bytes(pdf)
    return made


# -- at the terminal ---------------------------------------------------------------------------------------------------


ROLES: Mapping[str, Role | Literal[""] | None] = {"secretary": "secretary", "chair": "chair", "upper": ""}


def at_terminal(settings: Settings, what: str, role: str, p12: Path | None, name: str, label: str) -> int:
    """Ask for password or PIN without echo, sign (``upper``: confirm), and say so; the exit code. ``what``: a meeting;
    to confirm also a record's file."""
    if role not in ROLES:
        typer.echo("✗ Ký với vai nào: --as secretary (thư ký) hoặc --as chair (chủ trì).", err=True)
        return 2
    if (p12 is None) == (not name):
        typer.echo("✗ Cho biết một trong hai: --p12 TỆP hoặc --token TÊN.", err=True)
        return 2
    if p12 is not None and not p12.is_file():
        return _refused(f"Không có tệp chứng thư {p12}.")
    secret = _secret("Mật khẩu tệp chứng thư" if p12 else "Mã PIN của token")
    if not secret:
        return _refused("Chưa có mật khẩu hay mã PIN: gõ khi được hỏi, hoặc đưa vào qua đầu vào chuẩn.")
    try:
        key = key_file(p12, secret) if p12 else token(settings, name, secret, label)
        signs = ROLES[role]
        typer.echo(f"✓ {_sign(settings, what, signs, key) if signs else _confirm(settings, what, key)}")
    except CannotSign as error:
        return _refused(str(error))
    except FAULTS as error:
        return _refused(why(error))
    return 0


def _secret(asked: str) -> str:
    """Asked for at a terminal, without echo; elsewhere the first line of what comes in, "" for none."""
    if sys.stdin.isatty():
        return str(typer.prompt(asked, hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _sign(settings: Settings, meeting: str, role: Role, key: Credential) -> str:
    done = asyncio.run(seal(settings, meeting, role, key))
    return f"{state_words(done.state, done.signers)}: {settings.records / done.file}"


def _confirm(settings: Settings, what: str, key: Credential) -> str:
    file = Path(what) if what.endswith(".zip") else None
    meeting = meeting_of(settings, file) if file else what
    if file and not meeting:
        made = confirm_file(settings, file, key)
        return f"Cấp trên đã xác nhận, trong bản PDF bên cạnh (hồ sơ do máy chủ khác niêm phong nên giữ nguyên): {made}"
    done = asyncio.run(seal(settings, meeting, "", key, file.read_bytes() if file else None))
    return f"Cấp trên đã xác nhận: {settings.records / done.file}"


def stamp_again(settings: Settings, *, everything: bool) -> int:
    try:
        done = asyncio.run(restamp(settings, everything=everything))
    except CannotSign as error:
        return _refused(str(error))
    except FAULTS as error:
        return _refused(why(error))
    for one in done:
        typer.echo(f"✓ {one.meeting}{' – chứng thư cũ đã hết hạn trước khi đóng dấu này' if one.late else ''}")
    typer.echo(f"Đã đóng dấu thời gian mới lên {len(done)} hồ sơ." if done else "Không hồ sơ nào đến hạn đóng dấu lại.")
    return 0


def _refused(sentence: str) -> int:
    typer.echo(f"✗ {sentence}", err=True)
    return 1
