"""Time-limited credentials for a TURN server (coturn's ``use-auth-secret``; draft-uberti-behave-turn-rest-00). Pure.

The server makes them for each welcome of a browser, the media node for each connection of its own through the relay.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

LIFETIME_S = 6 * 3600  # longer than any meeting


@dataclass(frozen=True, slots=True)
class TurnServer:
    """A relay for browsers: ``host`` as they reach it; ``port`` for UDP and TCP, ``tls_port`` 0 = no TLS."""

    host: str
    secret: str = field(repr=False)
    port: int = 3478
    tls_port: int = 443


def credentials(secret: str, name: str, now_s: int, lifetime_s: int = LIFETIME_S) -> tuple[str, str]:
    """User name and password for ``name`` (a session's id; nothing personal), good until now + lifetime."""
    username = f"{now_s + lifetime_s}:{name}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()


def ice_servers(server: TurnServer | None, name: str, now_s: int) -> list[dict[str, object]]:
    """What a browser's RTCPeerConnection takes as ``iceServers``; none without a relay."""
    if server is None:
        return []
    username, password = credentials(server.secret, name, now_s)
    urls = [f"turn:{server.host}:{server.port}", f"turn:{server.host}:{server.port}?transport=tcp"]
    if server.tls_port:
        urls.append(f"turns:{server.host}:{server.tls_port}?transport=tcp")
    return [{"urls": urls, "username": username, "credential": password}]
