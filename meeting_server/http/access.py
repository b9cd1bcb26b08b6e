"""Accounts' sessions, one-time codes and join links in the database. Functions of one transaction; times in ms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, select

from meeting_server.http.secrets import kept, kept_code, new_code, new_token
from meeting_server.store.tables import Account, JoinLink, LinkSession, LoginSession, MeetingSummary, OneTimeCode

HOUR, DAY = 3_600_000, 86_400_000
LONGEST_LOGIN = 30 * DAY
CODE_LIFE = 14 * DAY
LINK_LIFE = 30 * DAY
MICROPHONE_LIFE = 12 * HOUR
LINK_SESSION_LIFE = 36 * HOUR
TOUCH = 5 * 60_000
JOINABLE = frozenset({"scheduled", "open"})


def new_id(letter: str) -> str:
    return f"{letter}-{uuid.uuid4().hex[:16]}"


# -- accounts ----------------------------------------------------------------------------------------------------------


def account_named(session: Session, name: str) -> Account | None:
    found = session.exec(select(Account).where(Account.name == name)).first()
    return found if found and not found.disabled else None


def sign_in(session: Session, account: str, now: int, idle: int) -> str:
    """A new session's token; sessions that ended are swept."""
    session.connection().execute(delete(LoginSession).where(col(LoginSession.expires_at) <= now))
    token = new_token()
    session.add(LoginSession(token=kept(token), account=account, created_at=now, seen_at=now, expires_at=now + idle))
    return token


def sign_out(session: Session, token: str) -> None:
    session.connection().execute(delete(LoginSession).where(col(LoginSession.token) == kept(token)))


def sign_out_everywhere(session: Session, account: str) -> None:
    session.connection().execute(delete(LoginSession).where(col(LoginSession.account) == account))


def signed_in(session: Session, token: str, now: int) -> tuple[Account, bool] | None:
    """The account of a session, and whether the session should be touched."""
    login = session.get(LoginSession, kept(token))
    if login is None or login.expires_at <= now:
        return None
    account = session.get(Account, login.account)
    return None if account is None or account.disabled else (account, now - login.seen_at > TOUCH)


def touch(session: Session, token: str, now: int, idle: int) -> None:
    login = session.get(LoginSession, kept(token))
    if login is not None:
        login.seen_at, login.expires_at = now, min(now + idle, login.created_at + LONGEST_LOGIN)
        session.add(login)


def issue_code(session: Session, account: str, now: int) -> tuple[str, int]:
    """A one-time code and when it ends; earlier unused ones of the account end now."""
    session.connection().execute(delete(OneTimeCode).where(col(OneTimeCode.account) == account))
    code = new_code()
    session.add(OneTimeCode(code=kept_code(code), account=account, created_at=now, expires_at=now + CODE_LIFE))
    return code, now + CODE_LIFE


def use_code(session: Session, code: str, password_hash: str, now: int) -> Account | None:
    """Set a new password by a code, once; every session of the account ends."""
    row = session.get(OneTimeCode, kept_code(code))
    if row is None or row.used_at is not None or row.expires_at <= now:
        return None
    account = session.get(Account, row.account)
    if account is None or account.disabled:
        return None
    row.used_at, account.password = now, password_hash
    session.add_all((row, account))
    sign_out_everywhere(session, account.id)
    return account


# -- join links --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a link or its cookie stands for. ``kind``: member | wall | hall | guest | helper | microphone."""

    link: str
    meeting: str
    kind: str
    member: str
    name: str = ""
    token: bytes = b""


def make_link(session: Session, meeting: str, kind: str, member: str, now: int) -> tuple[str, str]:
    """(id, token): the token is told once and kept as its hash."""
    token, link = new_token(), new_id("l")
    row = JoinLink(
        id=link, token=kept(token), meeting=meeting, kind=kind, member=member, created_at=now,
        expires_at=now + (MICROPHONE_LIFE if kind == "microphone" else LINK_LIFE),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return link, token


def links_of(session: Session, meeting: str) -> list[JoinLink]:
    """Those that are not revoked."""
    rows = session.exec(select(JoinLink).where(JoinLink.meeting == meeting).order_by(col(JoinLink.created_at)))
    return [row for row in rows if row.revoked_at is None]


def revoke(session: Session, link: str, now: int) -> JoinLink | None:
    row = session.get(JoinLink, link)
    if row is not None and row.revoked_at is None:
        row.revoked_at = now
        session.add(row)
        session.connection().execute(delete(LinkSession).where(col(LinkSession.link) == link))
    return row


def link_of(session: Session, token: str, now: int) -> Ticket | None:
    """What a link may do now: it ends by revoking, by time, and with its meeting."""
    row = session.exec(select(JoinLink).where(JoinLink.token == kept(token))).first()
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        return None
    summary = session.get(MeetingSummary, row.meeting)
    if summary is None or summary.state not in JOINABLE:
        return None
    return Ticket(row.id, row.meeting, row.kind, row.member)


def enter(session: Session, ticket: Ticket, member: str, name: str, now: int) -> str:
    """The token of a cookie good for this meeting only."""
    session.connection().execute(delete(LinkSession).where(col(LinkSession.expires_at) <= now))
    token = new_token()
    row = LinkSession(
        token=kept(token), link=ticket.link, meeting=ticket.meeting, member=member, name=name, created_at=now,
        expires_at=now + LINK_SESSION_LIFE,
    )  # fmt: skip
    session.add(row)
    return token


def entered(session: Session, token: str, now: int) -> Ticket | None:
    row = session.get(LinkSession, kept(token))
    if row is None or row.expires_at <= now:
        return None
    link = session.get(JoinLink, row.link)
    if link is None or link.revoked_at is not None:
        return None
    return Ticket(row.link, row.meeting, link.kind, row.member, row.name, kept(token))
