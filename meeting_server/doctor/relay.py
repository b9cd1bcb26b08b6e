"""The TURN relay as a browser would use it: an allocation by each of its ways, with credentials made of the secret."""

from __future__ import annotations

import asyncio
import ssl
import time

from aioice import stun
from aioice.turn import create_turn_endpoint

from meeting_server.doctor.checks import Finding, Place
from meeting_server.media.turn import TurnServer, credentials

LIMIT_S, CLOSING_S = 6.0, 0.2


def relay(place: Place) -> Finding:
    if place.relay is None:
        return Finding("OK", "không dùng (chỉ cần cho mô hình C)")
    wrong = asyncio.run(_all_ways(place.relay))
    seen = f"{place.relay.host}: " + ", ".join(f"{way} {'được' if not why else 'không'}" for way, why in wrong.items())
    if not any(wrong.values()):
        return Finding("OK", seen)
    reasons = "; ".join(f"{way}: {why}" for way, why in wrong.items() if why)
    if all(wrong.values()):
        advice = "Xem tên máy, static-auth-secret, đồng hồ hai máy và tường lửa (docs/operations.md, mô hình C)."
        return Finding("BAD", seen, f"{advice} {reasons}")
    return Finding("WARN", seen, f"Mạng chặn đường đó thì đồng chí ở xa không vào được. {reasons}")


async def _all_ways(server: TurnServer) -> dict[str, str]:
    ways = {"UDP": (server.port, "udp", False), "TCP": (server.port, "tcp", False)}
    if server.tls_port:
        ways["TLS"] = (server.tls_port, "tcp", True)
    tried = await asyncio.gather(*(_tried(server, *way) for way in ways.values()))
    await asyncio.sleep(CLOSING_S)  # closed connections end in the loop's next rounds
    return dict(zip(ways, tried, strict=True))


async def _tried(server: TurnServer, port: int, transport: str, tls: bool) -> str:
    """ "" when an allocation was made; else why not."""
    username, password = credentials(server.secret, "doctor", int(time.time()))
    try:
        async with asyncio.timeout(LIMIT_S):
            made, _ = await create_turn_endpoint(
                asyncio.DatagramProtocol, (server.host, port), username, password,
                ssl=ssl.create_default_context() if tls else None, transport=transport,
            )  # fmt: skip
    except TimeoutError:
        return "không trả lời"
    except ssl.SSLError as error:
        return f"chứng thư không dùng được ({error.reason or 'TLS'})"
    except (OSError, ConnectionError, stun.TransactionError) as error:
        return "không nhận mật khẩu" if isinstance(error, stun.TransactionFailed) else "không nối được"
    made.close()
    return ""
