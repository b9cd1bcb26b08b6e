"""``hopchibo sign``, ``receive`` and ``restamp``: seals beside the record as over HTTP, at the server's machine.

The server stands still meanwhile (it holds meetings in memory): the commands take its lock or say who has it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer
from sqlmodel import select

from meeting_server.clock import SystemClock
from meeting_server.judge import trusted_in
from meeting_server.keeping import store_of
from meeting_server.meetings import Meetings
from meeting_server.room.refusal import Refused
from meeting_server.sealer import Credential, Sealer
from meeting_server.serving import AlreadyRunning, exclusive
from meeting_server.settings import Settings
from meeting_server.stamping import stamping_of
from meeting_server.store.database import Store
from meeting_server.store.tables import MeetingSummary
from meeting_server.unsigned import REFUSED_VI
from minutes.record.events import Sealed
from minutes.sealing.archive import NotAPackage
from minutes.sealing.keys import load_or_create
from minutes.sealing.package import NotSealable
from minutes.sealing.personal import BadSignature, Role, signature, stamp_ends
from minutes.sealing.sign import SigningFailed, pkcs12_signer, token_signer
from minutes.sealing.verdict import state_words

AHEAD = timedelta(days=400)  # the command is given once a year, and may be a month late


class CannotSign(Exception):
    """Why nothing was signed or stamped, for the person at the terminal."""


def key_file(file: Path, password: str) -> Credential:
    """A PKCS#12 file."""
    return lambda: nullcontext(pkcs12_signer(file.read_bytes(), password))


def token(settings: Settings, name: str, pin: str, label: str) -> Credential:
    """A PKCS#11 token. Raises CannotSign without a driver."""
    module = settings.pkcs11_module
    if module is None:
        raise CannotSign("Chưa cho biết trình điều khiển của token: HOPCHIBO_PKCS11_MODULE.")
    return lambda: token_signer(module, name, pin, label)


async def sign(settings: Settings, meeting: str, role: Role, credential: Credential) -> Sealed:
    """Raises CannotSign."""
    async with _resting(settings) as (_, meetings, sealer):

        def pdf_of(record: bytes) -> bytes:
            with credential() as signer:
                return signature(record, role, signer, sealer.stamping)

        head = (await meetings.state(meeting)).meeting
        return await sealer.sign(meeting, role, pdf_of, head.secretary if role == "secretary" else head.chair)


async def receive(settings: Settings, meeting: str, credential: Credential) -> Sealed:
    """The level above confirms. Raises CannotSign."""
    async with _resting(settings) as (_, _, sealer):
        return await sealer.receive(meeting, credential)


@dataclass(frozen=True, slots=True)
class Stamped:
    """``late``: what stood behind the signatures had ended before this stamp."""

    meeting: str
    late: bool


async def restamp(settings: Settings, *, everything: bool) -> list[Stamped]:
    """Stamp again what persons signed and what will not hold for another year. Raises CannotSign."""
    async with _resting(settings) as (store, _, sealer):
        if sealer.stamping is None:
            raise CannotSign("Chưa cho biết dịch vụ dấu thời gian: HOPCHIBO_TSA_URL và HOPCHIBO_TSA_ROOTS.")
        sealed = select(MeetingSummary.meeting).where(MeetingSummary.state == "sealed")
        now, done = datetime.now(UTC), []
        for meeting in await store.read(lambda session: list(session.exec(sealed))):
            ends = stamp_ends(await sealer.newest(meeting))
            if ends is not None and (everything or ends < now + AHEAD):
                await sealer.restamp(meeting)
                done.append(Stamped(meeting, ends < now))
        return done


@asynccontextmanager
async def _resting(settings: Settings) -> AsyncIterator[tuple[Store, Meetings, Sealer]]:
    """Store, meetings and sealer while no server runs. What goes wrong within is told as CannotSign."""
    settings.folders()
    try:
        with exclusive(settings):
            store, clock = store_of(settings), SystemClock()
            meetings = Meetings(store, clock)
            try:
                keys = load_or_create(settings.keys / "sealing", settings.installation_name(), datetime.now(UTC))
                trusted = [*trusted_in(settings.trust), *trusted_in(settings.tsa_roots, "HOPCHIBO_TSA_ROOTS")]
                stamping = stamping_of(settings)
                sealer = Sealer(store, meetings, keys, settings.records, clock, stamping=stamping, trusted=trusted)
                yield store, meetings, sealer
            finally:
                await meetings.shut_down()
                store.close()
    except AlreadyRunning as error:
        raise CannotSign(
            "Máy chủ đang chạy. Dừng máy chủ (Ctrl+C, hoặc systemctl stop hopchibo), chạy lại lệnh này rồi khởi động "
            "máy chủ; hoặc ký trên trang web."
        ) from error
    except BadSignature as error:
        raise CannotSign(REFUSED_VI.get(error.code, f"Chữ ký không dùng được ({error}).")) from error
    except SigningFailed as error:
        raise CannotSign(f"Chưa ký được: sai mật khẩu hoặc mã PIN, không thấy token, hoặc chứng thư không dùng được "
                         f"({error}).") from error  # fmt: skip
    except NotSealable as error:
        raise CannotSign("Hồ sơ chưa được niêm phong nên chưa ký được.") from error
    except (NotAPackage, OSError, ValueError) as error:
        raise CannotSign(f"Không đọc hoặc ghi được: {error}.") from error


# -- at the terminal ---------------------------------------------------------------------------------------------------


ROLES: Mapping[str, Role | None] = {"secretary": "secretary", "chair": "chair", "upper": None}


def at_terminal(settings: Settings, meeting: str, role: str, p12: Path | None, name: str, label: str) -> int:
    """Ask for password or PIN without echo, sign (``upper``: confirm), and say so; the exit code."""
    if role not in ROLES:
        typer.echo("✗ Ký với vai nào: --as secretary (thư ký) hoặc --as chair (chủ trì).", err=True)
        return 2
    if (p12 is None) == (not name):
        typer.echo("✗ Cho biết một trong hai: --p12 TỆP hoặc --token TÊN.", err=True)
        return 2
    secret = typer.prompt("Mật khẩu tệp chứng thư" if p12 else "Mã PIN của token", hide_input=True, err=True)
    try:
        key = key_file(p12, secret) if p12 else token(settings, name, secret, label)
        signs = ROLES[role]
        seal = asyncio.run(sign(settings, meeting, signs, key) if signs else receive(settings, meeting, key))
    except (CannotSign, Refused) as error:
        return _refused(error)
    said = "Cấp trên đã xác nhận" if role == "upper" else state_words(seal.state, seal.signers)
    typer.echo(f"✓ {said}: {settings.records / seal.file}")
    return 0


def stamp_again(settings: Settings, *, everything: bool) -> int:
    try:
        done = asyncio.run(restamp(settings, everything=everything))
    except (CannotSign, Refused) as error:
        return _refused(error)
    for one in done:
        typer.echo(f"✓ {one.meeting}{' – chứng thư cũ đã hết hạn trước khi đóng dấu này' if one.late else ''}")
    typer.echo(f"Đã đóng dấu thời gian mới lên {len(done)} hồ sơ." if done else "Không hồ sơ nào đến hạn đóng dấu lại.")
    return 0


def _refused(error: CannotSign | Refused) -> int:
    typer.echo(f"✗ {error.message_vi if isinstance(error, Refused) else error}", err=True)
    return 1
