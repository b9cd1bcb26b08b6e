"""The table of rights holds on every route: who is not named is refused, by 401 or 403, before anything is done."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute, APIWebSocketRoute
from sqlmodel import select

from meeting_server.http.caller import Allowed
from meeting_server.http.rights import TABLE
from meeting_server.store.tables import Unit
from tests.meeting_server.place import SECRETARY, Place

WHAT_THEY_ARE = {
    "nobody": set(),
    "stranger": {"account"},
    "administrator": {"account", "administrator"},
    "upper_viewer": {"account", "upper_viewer"},
    "member": {"account", "member", "participant"},
    "participant": {"participant"},
    "guest": {"guest"},
    "committee": {"account", "member", "participant", "committee"},
    "deputy": {"account", "member", "participant", "deputy"},
    "leader": {"account", "member", "participant", "leader", "chair"},
    "secretary": {"account", "member", "participant", "committee", "secretary"},
}  # fmt: skip


def routes(place: Place) -> Iterator[APIRoute]:
    stack = list(place.running.routes)
    while stack:
        route = stack.pop()
        if isinstance(route, APIRoute):
            yield route
        stack += getattr(getattr(route, "original_router", None), "routes", [])


def action_of(route: APIRoute) -> str:
    found = [d.call.action for d in route.dependant.dependencies if isinstance(d.call, Allowed)]
    assert len(found) == 1, f"{route.path} has not exactly one right"
    return found[0]


@pytest.fixture
async def people_of(place: Place) -> tuple[str, dict[str, httpx.AsyncClient]]:
    """One client of each standing, towards one meeting. No rehearsal is to be started by the walk."""
    place.running.parts.settings.demo = False
    meeting = await place.meeting()
    offices = await place.signed_in("bithu").get(f"/api/cells/{place.cell}")
    members = offices.json()["members"]
    by_office = {line["position"]: line["name"] for line in reversed(members)}
    plain = next(line["name"] for line in members if not line["position"])
    committee = [m["name"] for m in members if m["position"] == "chi ủy viên" and m["name"] != SECRETARY]
    clients = {
        "nobody": place.client(),
        "stranger": place.signed_in(place.account_for("nguoi-la")),
        "administrator": place.signed_in("quantri"),
        "upper_viewer": place.signed_in(place.account_for("cap-tren", unit=_top(place))),
        "member": place.signed_in(place.account_for(plain)),
        "participant": await place.by_link(meeting, "Lang Văn Hợp"),
        "guest": await place.by_link(meeting, "Khách lạ", wall=True),
        "deputy": place.signed_in(place.account_for(by_office["phó bí thư"])),
        "leader": place.signed_in("bithu"),
        "secretary": place.signed_in("thuky"),
    }
    if committee:
        clients["committee"] = place.signed_in(place.account_for(committee[0]))
    async with place.live(meeting, clients["leader"], device="computer") as chair:
        await chair.told("welcome")
        done = await chair.do("appoint_secretary", member=place.ids[SECRETARY])
        assert done["type"] == "accepted", done
    return meeting, clients


def _top(place: Place) -> str:
    return place.store.read_now(lambda session: session.exec(select(Unit).where(Unit.kind == "province")).one().id)


async def test_every_route_has_one_right_and_refuses_whom_it_must(
    place: Place, people_of: tuple[str, dict[str, httpx.AsyncClient]]
) -> None:
    meeting, clients = people_of
    seen = set()
    wrong = []
    for route in routes(place):
        action = action_of(route)
        seen.add(action)
        if "anyone" in TABLE[action] or action == "metrics":
            continue
        path = _path(route.path, place.cell, meeting)
        for who, client in clients.items():
            allowed = bool(TABLE[action] & WHAT_THEY_ARE[who])
            for method in route.methods:
                reply = await client.request(method, path)
                refused = reply.status_code in (401, 403) and reply.json()["code"] in ("signed_out", "not_allowed")
                if refused is allowed:
                    wrong.append((method, path, who, reply.status_code, reply.text[:80]))
    assert not wrong, "\n".join(map(str, wrong))
    assert seen >= set(TABLE) - {"enter", "hall", "draft_documents"}


async def test_the_answer_to_nobody_is_401_and_to_somebody_403(
    place: Place, people_of: tuple[str, dict[str, httpx.AsyncClient]]
) -> None:
    meeting, clients = people_of
    path = f"/api/meetings/{meeting}/transcript"
    assert (await clients["nobody"].get(path)).status_code == 401
    assert (await clients["member"].get(path)).status_code == 403


async def test_drafts_are_the_desks_alone(place: Place, people_of: tuple[str, dict[str, httpx.AsyncClient]]) -> None:
    meeting, clients = people_of
    replies = await asyncio.gather(
        *(client.get(f"/api/meetings/{meeting}/minutes.docx") for client in clients.values())
    )
    got = {who for who, reply in zip(clients, replies, strict=True) if reply.status_code == 200}
    assert got == {"leader", "secretary"}


async def test_the_live_socket_lets_in_whom_the_table_names(
    place: Place, people_of: tuple[str, dict[str, httpx.AsyncClient]]
) -> None:
    meeting, clients = people_of
    ends = {}
    for who, client in clients.items():
        async with place.live(meeting, client, tab=who, device="computer") as live:
            await live.until(lambda live=live: any(m["type"] in ("welcome", "waiting", "refused") for m in live.heard))
            ends[who] = live.heard[0]["type"]
    refused = {who for who, end in ends.items() if end == "refused"}
    assert refused == {"nobody", "stranger", "administrator", "upper_viewer"}
    assert {who for who, end in ends.items() if end == "waiting"} == {"guest"}


async def test_the_hall_is_set_up_only_by_whom_the_table_names(
    place: Place, people_of: tuple[str, dict[str, httpx.AsyncClient]]
) -> None:
    meeting, clients = people_of
    for who in ("member", "participant", "guest", "leader", "secretary"):
        async with place.live(meeting, clients[who], tab=who, device="hall") as live:
            await live.until(lambda live=live: bool(live.heard))
            let_in = live.heard[0]["type"] == "welcome"
            assert let_in is bool(TABLE["hall"] & WHAT_THEY_ARE[who]), who


async def test_another_meetings_link_opens_nothing_here(
    place: Place, people_of: tuple[str, dict[str, httpx.AsyncClient]]
) -> None:
    _, clients = people_of
    other = await place.meeting()
    assert (await clients["participant"].get(f"/api/meetings/{other}")).status_code == 401
    async with place.live(other, clients["participant"], device="phone") as live:
        assert await live.closed() == 4401


async def test_metrics_are_for_this_machine(place: Place) -> None:
    assert "hopchibo_live_sockets" in (await place.client().get("/metrics")).text
    through_proxy = await place.client().get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"})
    assert through_proxy.status_code == 401


def _path(pattern: str, cell: str, meeting: str) -> str:
    return (
        pattern.replace("{cell}", cell).replace("{meeting}", meeting).replace("{account}", "a1").replace("{link}", "l1")
        .replace("{track}", "t1").replace("{token}", "token-token").replace("{path:path}", "")
        .replace("{year}", "2026").replace("{paper}", "p1").replace("{form}", "f1")
    )  # fmt: skip


def test_sockets_stand_in_the_table_too(place_routes: list[str]) -> None:
    assert place_routes == ["/live/{meeting}"]


@pytest.fixture
async def place_routes(place: Place) -> list[str]:
    return [route.path for route in place.running.routes if isinstance(route, APIWebSocketRoute)]
