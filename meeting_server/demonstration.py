"""The demonstration: its cell, its accounts with passwords of this machine alone, and ``demo.json`` that tells them."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pwdlib import PasswordHash
from sqlmodel import Session, select

from meeting_server.store.database import Store
from meeting_server.store.demo import Seeded, seed
from meeting_server.store.tables import Account
from meeting_server.whole_file import write_whole

ROLES = ("leader", "secretary", "administrator")
WORDS = ("tre", "lua", "song", "nui", "sen", "cau", "que", "mai", "dao", "thong")


def prepare(store: Store, data: Path, url: str, ca: Path | None) -> None:
    """Load the demonstration once; tell its address anew each time. Passwords stay as long as demo.json does."""
    file = data / "demo.json"
    known = _known(file)
    passwords = {role: known.get(role) or _password() for role in ROLES}
    hasher = PasswordHash.recommended()
    hashes = {} if known else {role: str(hasher.hash(word)) for role, word in passwords.items()}
    seeded = store.write_now(lambda session: _seed(session, hashes))
    told = {
        "url": url, "cell": seeded.cell, "ca": str(ca) if ca else "",
        "accounts": {
            role: {"name": name, "password": passwords[role]} for role, name in seeded.accounts.items()
        },
    }  # fmt: skip
    write_whole(file, json.dumps(told, ensure_ascii=False, indent=1).encode(), mode=0o600)


def _seed(session: Session, hashes: Mapping[str, str]) -> Seeded:
    """``hashes`` is empty when the accounts' passwords are known already."""
    seeded = seed(session, time.time_ns() // 1_000_000, hashes or dict.fromkeys(ROLES, ""))
    if hashes and not seeded.fresh:
        for role, name in seeded.accounts.items():
            account = session.exec(select(Account).where(Account.name == name)).one()
            account.password = hashes[role]
            session.add(account)
    return seeded


def _known(file: Path) -> dict[str, str]:
    """role → password of an earlier run."""
    try:
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return {role: str(told["accounts"][role]["password"]) for role in ROLES}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _password() -> str:
    """Easy to type, and of this machine alone: about 40 bits for an invented cell."""
    return "-".join([*(secrets.choice(WORDS) for _ in range(3)), str(secrets.randbelow(10**9))])
