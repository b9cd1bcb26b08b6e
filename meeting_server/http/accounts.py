"""Signing in and out, regaining access by a printed code, and the administrator's accounts."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Request, Response
from sqlmodel import Session, select

from meeting_server.http import access
from meeting_server.http.access import HOUR
from meeting_server.http.caller import COOKIE, LINK_COOKIE, Caller, address_of, allowed, set_cookie
from meeting_server.http.faults import Fault
from meeting_server.http.fields import Body, Id, Name, Optional, Password
from meeting_server.http.house import House, house
from meeting_server.store import people
from meeting_server.store.tables import Account, Person, Unit

log = structlog.get_logger(__name__)
router = APIRouter()


class SignIn(Body):
    name: Name
    password: Password


class Recover(Body):
    code: Name
    password: Password


class NewAccount(Body):
    """``cell``: the unit; for an upper-level viewer the one that they look down from."""

    name: Name
    person: Optional = ""
    cell: Id | None = None
    member: Id | None = None
    administrator: bool = False
    upper_viewer: bool = False


@router.post("/api/login")
async def sign_in(
    request: Request, response: Response, body: SignIn, caller: Annotated[Caller, allowed("login")]
) -> dict[str, Any]:
    at = house(request)
    at.limits.count("login_ip", address_of(request))
    at.limits.count("login", body.name.lower())
    account = await at.store.read(lambda session: access.account_named(session, body.name))
    if not await at.passwords.right(body.password, account.password if account else "") or account is None:
        log.info("sign_in_refused")
        raise Fault(401, "wrong_password", "Tên hoặc mật khẩu không đúng.")
    log.info("signed_in", account=account.id)
    await _give_session(at, request, response, account)
    return await me_of(at, account)


@router.post("/api/logout")
async def sign_out(request: Request, response: Response, caller: Annotated[Caller, allowed("logout")]) -> Response:
    token = request.cookies.get(COOKIE, "")
    if token:
        await house(request).store.write(lambda session: access.sign_out(session, token))
    done = Response(status_code=204)
    done.delete_cookie(COOKIE, path="/")
    done.delete_cookie(LINK_COOKIE, path="/")
    return done


@router.get("/api/me")
async def me(request: Request, caller: Annotated[Caller, allowed("me")]) -> dict[str, Any]:
    assert caller.account is not None
    return await me_of(house(request), caller.account)


@router.post("/api/recover")
async def recover(
    request: Request, response: Response, body: Recover, caller: Annotated[Caller, allowed("recover")]
) -> dict[str, Any]:
    """A new password by a printed code; the code is used up and every other session of the account ends."""
    at = house(request)
    at.limits.count("code", address_of(request))
    hashed = await at.passwords.hash(body.password)
    account = await at.store.write(lambda session: access.use_code(session, body.code, hashed, at.now()))
    if account is None:
        log.info("code_refused")
        raise Fault(403, "wrong_code", "Mã không đúng, đã dùng hoặc đã hết hạn.")
    log.info("access_regained", account=account.id)
    await _give_session(at, request, response, account)
    return await me_of(at, account)


async def _give_session(at: House, request: Request, response: Response, account: Account) -> None:
    idle = at.settings.session_hours * HOUR
    token = await at.store.write(lambda session: access.sign_in(session, account.id, at.now(), idle))
    set_cookie(response, request, COOKIE, token, access.LONGEST_LOGIN // 1000)
    response.delete_cookie(LINK_COOKIE, path="/")


async def me_of(at: House, account: Account) -> dict[str, Any]:
    """The shape ``Me`` of docs/protocol.md."""
    today = at.today()

    def look(session: Session) -> dict[str, Any]:
        person = session.get(Person, account.person) if account.person else None
        cells = people.cells_of(session, person.id, today) if person else []
        offices = people.offices_of(session, person.id, today) if person else {}
        cell = next((one for one in cells if one in offices), cells[0] if cells else None)
        unit = session.get(Unit, cell) if cell else None
        roles = ["administrator"] if account.administrator else []
        roles += [offices[cell]] if cell in offices and offices[cell] != "other" else []
        roles += ["member"] if cells else []
        roles += ["upper_viewer"] if account.unit else []
        return {
            "account": account.id, "name": person.name if person else account.name,
            "member": person.id if person else None, "cell": cell, "cell_name": unit.name if unit else "",
            "roles": roles, "demonstration": at.settings.demo,
        }  # fmt: skip

    return await at.store.read(look)


# -- the administrator's ---------------------------------------------------------------------------------------------


@router.get("/api/accounts")
async def accounts(request: Request, caller: Annotated[Caller, allowed("accounts")]) -> dict[str, Any]:
    at = house(request)

    def look(session: Session) -> list[dict[str, Any]]:
        rows = sorted(session.exec(select(Account)), key=lambda account: people.vietnamese_order(account.name))
        return [_shown(session, at, account) for account in rows]

    return {"accounts": await at.store.read(look)}


def _shown(session: Session, at: House, account: Account) -> dict[str, Any]:
    person = session.get(Person, account.person) if account.person else None
    cells = people.cells_of(session, person.id, at.today()) if person else []
    where = account.unit or (cells[0] if cells else None)
    unit = session.get(Unit, where) if where else None
    return {
        "id": account.id, "name": account.name, "person": person.name if person else "",
        "cell_name": unit.name if unit else "", "administrator": account.administrator,
        "upper_viewer": bool(account.unit), "disabled": account.disabled,
    }  # fmt: skip


@router.post("/api/accounts")
async def new_account(
    request: Request, body: NewAccount, caller: Annotated[Caller, allowed("accounts")]
) -> dict[str, Any]:  # fmt: skip
    """An account with a printed code instead of a password. ``member``, else ``person`` by name in ``cell``."""
    at = house(request)

    def make(session: Session) -> tuple[str, str]:
        if session.exec(select(Account).where(Account.name == body.name)).first() is not None:
            raise Fault(409, "name_taken", "Tên đăng nhập này đã có người dùng.")
        account = Account(
            id=people.new_id("a"), name=body.name, person=_person(session, at, body),
            administrator=body.administrator, unit=_unit(session, body), created_at=at.now(),
        )  # fmt: skip
        session.add(account)
        session.flush()
        return account.id, access.issue_code(session, account.id, at.now())[0]

    account, code = await at.store.write(make)
    log.info("account_made", account=account)
    return {"id": account, "code": code}


def _person(session: Session, at: House, body: NewAccount) -> str | None:
    """A member of the cell; a viewer or administrator may be of no cell, and then is kept by name alone."""
    if body.member is not None:
        if session.get(Person, body.member) is None:
            raise Fault(404, "unknown_member", "Không có đồng chí này trong danh sách.")
        return body.member
    if not body.person:
        return None
    named = (
        [f.person.id for f in people.facts_on(session, body.cell, at.today()) if f.person.name == body.person]
        if body.cell
        else []
    )
    if len(named) == 1:
        return named[0]
    if not (body.upper_viewer or body.administrator):
        raise Fault(404, "unknown_member", "Không tìm thấy đúng một đồng chí có họ tên này trong chi bộ.")
    person = people.outsider(session, body.person)
    return person.id


def _unit(session: Session, body: NewAccount) -> str:
    """What an upper-level viewer looks down from."""
    if not body.upper_viewer:
        return ""
    unit = session.get(Unit, body.cell) if body.cell else None
    if unit is None:
        raise Fault(422, "unit_needed", "Chọn tổ chức mà tài khoản cấp trên được theo dõi.")
    return unit.id


class Standing(Body):
    disabled: bool


@router.patch("/api/accounts/{account}")
async def set_standing(
    request: Request, account: str, body: Standing, caller: Annotated[Caller, allowed("accounts")]
) -> dict[str, Any]:
    """Locked accounts sign in nowhere: their sessions end at once. An administrator cannot lock themselves out."""
    at = house(request)

    def work(session: Session) -> None:
        row = session.get(Account, account)
        if row is None:
            raise Fault(404)
        if body.disabled and caller.account is not None and caller.account.id == account:
            raise Fault(409, "own_account", "Không thể tự khóa tài khoản của mình.")
        row.disabled = body.disabled
        session.add(row)

    await at.store.write(work)
    log.info("account_standing", account=account, disabled=body.disabled)
    return {"disabled": body.disabled}


@router.post("/api/accounts/{account}/code")
async def new_code(request: Request, account: str, caller: Annotated[Caller, allowed("accounts")]) -> dict[str, Any]:
    at = house(request)

    def issue(session: Session) -> tuple[str, int]:
        if session.get(Account, account) is None:
            raise Fault(404)
        return access.issue_code(session, account, at.now())

    code, expires = await at.store.write(issue)
    log.info("code_issued", account=account)
    return {"code": code, "expires_at": expires}
