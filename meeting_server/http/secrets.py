"""Secrets that are handed out once and kept only as hashes; passwords are hashed beside the loop, a few at a time."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor

from pwdlib import PasswordHash

from meeting_server.http.faults import Fault

TOKEN_BYTES = 24  # 192 bits: more than the 128 of ASVS 7.2.3
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no I, O, 0, 1: codes are read from paper
CODE_GROUPS, CODE_GROUP = 4, 4  # 16 letters of 5 bits: 80 bits
LEAST_PASSWORD, MOST_PASSWORD = 10, 200
HASHING_AT_ONCE, HASHING_WAITING = 2, 32  # one argon2 takes 64 MiB and about 0.2 s


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def kept(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


def new_code() -> str:
    """A one-time code for paper: XXXX-XXXX-XXXX-XXXX."""
    groups = ("".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_GROUP)) for _ in range(CODE_GROUPS))
    return "-".join(groups)


def kept_code(code: str) -> bytes:
    """As typed by people: case, blanks and dashes do not matter."""
    return kept("".join(letter for letter in code.upper() if letter.isalnum()))


class Passwords:
    """argon2id on threads of its own; refuses (503) rather than let a crowd of sign-ins take all memory."""

    def __init__(self) -> None:
        self._hash = PasswordHash.recommended()
        self._threads = ThreadPoolExecutor(HASHING_AT_ONCE, thread_name_prefix="password")
        self._nobody = ""
        self._waiting = 0

    async def hash(self, password: str) -> str:
        if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
            raise Fault(422, "password_length", f"Mật khẩu cần từ {LEAST_PASSWORD} đến {MOST_PASSWORD} ký tự.")
        return str(await self._run(self._hash.hash, password))

    async def right(self, password: str, stored: str) -> bool:
        """Whether it is the password; takes as long for an account that does not exist (``stored`` "")."""
        if len(password) > MOST_PASSWORD:
            return False
        if not self._nobody:
            self._nobody = str(await self._run(self._hash.hash, secrets.token_urlsafe()))
        same = bool(await self._run(self._hash.verify, password, stored or self._nobody))
        return same and bool(stored)

    async def _run(self, work: object, *given: str) -> object:
        if self._waiting >= HASHING_WAITING:
            raise Fault(503)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)  # type: ignore[arg-type]
        finally:
            self._waiting -= 1

    def close(self) -> None:
        self._threads.shutdown(wait=False)
