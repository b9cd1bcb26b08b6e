"""Settings are read once; what would be unsafe beyond this machine refuses to start."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from meeting_server import addresses
from meeting_server.serving import media_part
from meeting_server.settings import Settings


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"tls_cert": Path("a.pem")}, "phải đi cùng nhau"),
        ({"public_url": "http://hop.example.vn"}, "https://"),
        ({"public_url": "hop.example.vn"}, "https://"),
        ({"link_token": "kurz"}, "16 ký tự"),
        ({"ice": '{"urls": "stun:x"}'}, "danh sách JSON"),
        ({"ice": "not json"}, ""),
        ({"turn_host": "turn.example"}, "phải đi cùng nhau"),
        ({"turn_secret": "s" * 20}, "phải đi cùng nhau"),
        ({"turn_node": "tls"}, "phải đi cùng nhau"),
        ({"turn_host": "turn.example", "turn_secret": "kurz"}, "16 ký tự"),
        ({"turn_host": "t", "turn_secret": "s" * 20, "turn_node": "tls", "turn_tls_port": 0}, "TLS_PORT"),
        ({"port": 70_000}, ""),
        ({"log": "loud"}, ""),
        ({"tsa_url": "tsa.example.vn", "tsa_roots": Path("roots.pem")}, "TSA_URL"),
        ({"tsa_url": "http://tsa.example.vn"}, "TSA_ROOTS"),
    ],
)
def test_unsafe_or_senseless_settings_refuse(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(**wrong)
    assert says in str(refused.value)


def test_plain_http_beyond_this_machine_is_for_development_only() -> None:
    assert Settings(public_url="http://hop.example.vn", development=True).public_url
    assert Settings(host="0.0.0.0").needs_authority
    assert not Settings(host="127.0.0.1").needs_authority
    assert not Settings(host="0.0.0.0", public_url="https://hop.example.vn").needs_authority


def test_secrets_are_not_shown_with_the_settings() -> None:
    shown = repr(Settings(link_token="x" * 20, turn="turn://user:bimat@relay", ice='[{"urls": "turn:x"}]'))
    assert "bimat" not in shown
    assert "bimat" not in repr(Settings(turn_host="turn.example", turn_secret="bimat" * 4).relay())
    assert "x" * 20 not in shown


def test_keys_and_sockets_are_for_the_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "var")
    settings.folders()
    assert settings.keys.stat().st_mode & 0o077 == 0
    assert settings.run.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("given", "port", "address"),
    [
        ({}, 8080, "http://localhost:8080"),
        ({"host": "::1"}, 8080, "http://[::1]:8080"),
        ({"host": "10.0.0.5"}, 443, "https://10.0.0.5"),
        ({"host": "10.0.0.5"}, 8443, "https://10.0.0.5:8443"),
        ({"host": "10.0.0.5", "development": True}, 8080, "http://10.0.0.5:8080"),
        ({"public_url": "https://hop.example.vn/"}, 8080, "https://hop.example.vn"),
    ],
)
def test_the_address_that_people_type(given: dict[str, object], port: int, address: str) -> None:
    assert addresses.address(Settings(**given), port) == address


def test_a_server_for_this_machine_is_called_by_local_names_alone() -> None:
    origins = addresses.origins(Settings())
    assert origins.ours("http://localhost:8080", "localhost:8080")
    assert not origins.known("10.0.0.5:8080")


@pytest.mark.parametrize(
    ("way", "relay"),
    [
        ("udp", "turn:turn.example:3478?transport=udp"), ("tcp", "turn:turn.example:3478?transport=tcp"),
        ("tls", "turns:turn.example:443"),
    ],
)  # fmt: skip
def test_the_media_node_gets_the_relay_and_its_secret_not_in_the_command(way: str, relay: str) -> None:
    secret = "s" * 20
    part = media_part(Settings(turn_host="turn.example", turn_secret=secret, turn_node=way))
    assert part.command[-2:] == ("--relay", relay)
    assert part.env == {"TURN_SECRET": secret}
    assert not any(secret in word for word in part.command)
    assert "--relay" not in media_part(Settings(turn_host="turn.example", turn_secret=secret)).command


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"heads_url": "cap-tren.example.vn", "heads_token": "x"}, "https://"),
        ({"heads_url": "http://cap-tren.example.vn", "heads_token": "x"}, "https://"),
        ({"heads_url": "https://cap-tren.example.vn"}, "phải đi cùng nhau"),
        ({"heads_accept": "ngan"}, "16 ký tự"),
    ],
)
def test_heads_go_up_by_https_and_with_a_token(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Settings(**wrong)
