"""What stands before every request: foreign pages, sizes, headers, hosts."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from meeting_server.http.guard import Origins, limit_of
from tests.meeting_server.place import Place

OURS = Origins(frozenset({"localhost", "127.0.0.1"}))


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("http://localhost:8080", "localhost:8080", True),
        ("", "localhost:8080", False),
        ("null", "localhost:8080", False),
        ("http://evil.example", "localhost:8080", False),
        ("http://localhost:9999", "localhost:8080", False),
        ("http://localhost.evil.example:8080", "localhost:8080", False),
        ("http://evil.example", "evil.example", False),
        ("file://", "localhost:8080", False),
    ],
)
def test_only_pages_of_this_server_are_ours(origin: str, host: str, ours: bool) -> None:
    assert OURS.ours(origin, host) is ours


def test_behind_a_proxy_the_public_address_is_ours() -> None:
    origins = Origins(frozenset({"localhost"}), "https://hop.example.vn")
    assert origins.ours("https://hop.example.vn", "hop.example.vn")
    assert not origins.ours("http://hop.example.vn", "hop.example.vn")


@pytest.mark.parametrize("headers", [{"X-Hopchibo": "1"}, {"Origin": "{base}"}, {"X-Hopchibo": "1", "Origin": "null"}])
async def test_a_change_needs_our_origin_and_our_header(place: Place, headers: dict[str, str]) -> None:
    told = {name: value.format(base=place.base) for name, value in headers.items()}
    async with httpx.AsyncClient(base_url=place.base, headers=told) as client:
        reply = await client.post("/api/logout")
    assert (reply.status_code, reply.json()["code"]) == (403, "foreign_page")


async def test_an_unknown_host_is_refused(place: Place) -> None:
    reply = await place.client().get("/api/me", headers={"Host": "evil.example"})
    assert (reply.status_code, reply.json()["code"]) == (400, "unknown_host")


async def test_large_bodies_are_refused_by_their_announced_length(place: Place) -> None:
    reply = await place.client().post("/api/login", json={"name": "a", "password": "x" * 70_000})
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")
    assert "quá lớn" in reply.json()["message"]


async def test_large_bodies_are_refused_when_they_do_not_say_how_long_they_are(place: Place) -> None:
    async def endless():  # type: ignore[no-untyped-def]
        for _ in range(200):
            yield b"x" * 1024

    reply = await place.client().post("/api/login", content=endless(), headers={"Content-Type": "application/json"})
    assert reply.status_code == 413


def test_only_rosters_and_records_may_be_large() -> None:
    assert limit_of("/api/cells/u1/roster") > 5 * 1024 * 1024
    assert limit_of("/api/verify") > 100 * 1024 * 1024
    assert limit_of("/api/cells/u1/roster/more") == limit_of("/api/login") == 64 * 1024


async def test_every_answer_carries_the_headers(place: Place) -> None:
    client = place.client()
    replies = await asyncio.gather(
        *(client.get(path) for path in ("/", "/api/me", "/healthz", "/api/khong-co", "/assets/khong-co.js"))
    )
    for reply in replies:
        policy = reply.headers["content-security-policy"]
        script = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert script == "script-src 'self'"
        assert "frame-ancestors 'none'" in policy
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert "microphone=(self)" in reply.headers["permissions-policy"]
    assert replies[1].headers["cache-control"] == "no-store"
    assert "server" not in replies[0].headers


async def test_bad_json_is_answered_without_repeating_it(place: Place) -> None:
    reply = await place.client().post(
        "/api/login", content=b'{"name": "bi-mat", ', headers={"Content-Type": "application/json"}
    )
    assert reply.status_code == 422
    assert "bi-mat" not in json.dumps(reply.json())


async def test_files_of_the_client_stay_inside_its_folder(place: Place) -> None:
    web = place.running.parts.settings.web
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text("<!doctype html>trang")
    (web / "assets" / "main-abcdef12.js").write_text("1")
    (web.parent / "secret.txt").write_text("bi mat")
    client = place.client()
    page = await client.get("/join/abc")
    assert (page.status_code, page.text) == (200, "<!doctype html>trang")
    script = await client.get("/assets/main-abcdef12.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2f..%2fsecret.txt", "/.hidden"):
        assert "bi mat" not in (await client.get(path)).text
