"""Who may call which route: one row an action, looked up and never worked out.

Standings are what a caller is towards the cell or meeting that the route names; ``anyone`` needs none. The table of
commands within a meeting is ``room.rights``.
"""

from __future__ import annotations

from typing import Literal, get_args

Standing = Literal[
    "anyone",  # nobody in particular, not even signed in
    "account",  # signed in, whoever it is
    "administrator",  # units, accounts and rosters; sees no meeting
    "upper_viewer",  # sees the year's grid of the cells below, no contents
    "sent_to",  # of the unit to which the cell sent this meeting's minutes
    "resolution_sent_to",  # … this meeting's resolution
    "leader", "deputy", "committee", "member",  # in the cell, today
    "chair", "secretary",  # of the meeting
    "participant",  # came to the meeting by a personal link, or is a member of its cell
    "helper",  # came by a helper's link
    "guest",  # came by a wall or guest link
    "loopback",  # calls from this machine
    "lower_server",  # a server below, by the token of HOPCHIBO_HEADS_ACCEPT
]  # fmt: skip
STANDINGS: tuple[Standing, ...] = get_args(Standing)

_CELL: frozenset[Standing] = frozenset({"leader", "deputy", "committee", "member"})
_DESK: frozenset[Standing] = frozenset({"chair", "secretary"})
_LEAD: frozenset[Standing] = frozenset({"leader", "deputy"})
_HERE: frozenset[Standing] = _CELL | _DESK | {"participant", "guest"}
_ANYONE: frozenset[Standing] = frozenset({"anyone"})
_ACCOUNT: frozenset[Standing] = frozenset({"account"})
_ADMINISTRATOR: frozenset[Standing] = frozenset({"administrator"})

TABLE: dict[str, frozenset[Standing]] = {
    # session
    "login": _ANYONE,
    "logout": _ANYONE,
    "recover": _ANYONE,
    "me": _ACCOUNT,
    "my_data": _ACCOUNT,
    # accounts and organisation
    "accounts": _ADMINISTRATOR,
    "units": _ADMINISTRATOR,
    "cells": _ACCOUNT,
    "cell": _CELL | _ADMINISTRATOR | {"upper_viewer"},
    "roster": frozenset({"administrator", "leader"}),
    # meetings
    "meetings": _CELL,
    "schedule": _LEAD,
    "meeting": _HERE,
    "enter": _HERE,
    "hall": _DESK | _LEAD | {"committee"},
    "links": _DESK | _LEAD,
    "microphones": _DESK | _LEAD | {"committee", "helper"},
    "join": _ANYONE,
    # what was said and written
    "transcript": _DESK,
    "sound": _DESK,
    "safety": _CELL | _DESK | {"participant", "guest"},
    "papers": _CELL | _DESK | {"participant"},
    "give_papers": _DESK | _LEAD,
    "draft_documents": _DESK,
    "documents": _CELL | _DESK | {"participant", "sent_to"},
    "record": _CELL | _DESK | {"participant", "sent_to"},
    "resolution": _CELL | _DESK | {"participant", "sent_to", "resolution_sent_to"},
    "issue": _DESK | _LEAD,
    "conduct": _DESK | _LEAD | {"committee"},
    "forms": _CELL,
    "book": _LEAD | {"committee"},
    "slip": _DESK | _LEAD,
    "scan": _DESK | _LEAD,
    "sign": _DESK,
    "archive": _ACCOUNT,
    "tasks": _CELL,
    "report_task": _LEAD | {"committee"},
    "lists": _LEAD | {"committee"},
    "looks": _CELL,
    "sent": _CELL,
    "send_up": _LEAD,
    "inbox": frozenset({"upper_viewer"}),
    "records": _LEAD | {"committee"},
    "reminders": _CELL,
    "old_minutes": _CELL,
    "bring_in": _LEAD | {"committee"},
    "verify": _ANYONE,
    "supervision": frozenset({"upper_viewer"}),
    "contacts": frozenset({"upper_viewer"}),
    "codes_below": frozenset({"upper_viewer"}),
    "hand_heads": frozenset({"lower_server"}),
    "heads_sheet": _LEAD | {"committee", "administrator"},
    "holds": _ADMINISTRATOR,
    "consents": _CELL,
    "rehearsal": frozenset({"administrator", "leader"}),
    # the house
    "trust": _ANYONE,
    "health": _ANYONE,
    "metrics": frozenset({"loopback"}),
    "web": _ANYONE,
}


def may(standings: frozenset[Standing], action: str) -> bool:
    allowed = TABLE[action]
    return "anyone" in allowed or bool(allowed & standings)


def table_markdown() -> str:
    """The table of docs/rights.md."""
    lines = ["| action | " + " | ".join(name.replace("_", " ") for name in STANDINGS) + " |"]
    lines.append("|" + "---|" * (len(STANDINGS) + 1))
    for action, allowed in TABLE.items():
        lines.append(f"| `{action}` | " + " | ".join("●" if name in allowed else "" for name in STANDINGS) + " |")
    return "\n".join(lines) + "\n"
