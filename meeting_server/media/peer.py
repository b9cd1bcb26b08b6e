"""The adapter to aioice and aiortc: one browser's ICE and DTLS-SRTP, and RTP bytes in and out of it.

Only this file knows private names of the two libraries (aiortc 1.16.0, aioice 0.13.0; the contract tests in
tests/meeting_server/media/test_peer_contract.py fail when one moves): ``RTCDtlsTransport._rx_srtp``, ``_tx_srtp``,
``_set_role`` and its use of ``transport._recv/_send``; ``Connection._nominated``, ``_protocols``, ``_queue``,
``_check_list``, ``_remote_candidates``, ``check_incoming``, ``get_component_candidates``; ``StunProtocol``. No
RTCPeerConnection, receiver or sender is made: no jitter buffer, no decoder thread, no queue, one certificate for all,
no default STUN server.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import random
import socket
import time
from collections.abc import Callable
from typing import Any, cast

import aioice.ice
import structlog
from aioice import Candidate, stun
from aioice.candidate import candidate_foundation, candidate_priority
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceTransport
from aiortc.rtcdtlstransport import RTCDtlsFingerprint, RTCDtlsParameters
from pylibsrtp import Error as SrtpError

from meeting_server.media import sdp
from meeting_server.media.rtp import is_rtcp
from meeting_server.media.sdp import Offer, Transport
from meeting_server.media.settings import NodeSettings, TurnRelay

log = structlog.get_logger(__name__)

CONNECT_LIMIT_S = 30.0
GATHER_LIMIT_S = 6
CLOSE_LIMIT_S = 5.0
MAX_HANDSHAKE_QUEUE = 64
MAX_ADDRESSES = 8
MOST_CHECKS = (100, 200)  # STUN datagrams a second of one connection: from strangers, from checked addresses
MAX_CHECKED = 32  # addresses of one browser: each of its networks has one, a roaming phone comes by some
SOCKET_BUFFER = 256 * 1024
PORT_TRIES = 64

_UNREADABLE = (SrtpError, ValueError)  # ValueError: longer than pylibsrtp's buffer of 1500 bytes

Taken = Callable[[bytes], None]


def _nothing(data: bytes) -> None:
    """Takes what comes after the end."""


def new_certificate() -> RTCCertificate:
    return RTCCertificate.generateCertificate()


class _Socket(aioice.ice.StunProtocol):
    """Where datagrams arrive. Media goes to the tap at once; nothing a stranger sends may raise or be queued on.

    Media and handshakes count only from addresses whose check (STUN, with the password of the offer's answer) was
    good: others know neither key nor password, and would only use up what is allowed of the participant's packets.
    """

    def __init__(self, receiver: _Ice) -> None:
        super().__init__(receiver)
        self._ice = receiver

    def datagram_received(self, data: bytes | str, addr: tuple[Any, ...]) -> None:
        assert isinstance(data, bytes)
        if not data:
            return
        first = data[0]
        known = addr[:2] in self._ice.checked
        if first < 4:
            if self._ice.may_check(known):
                self._stun_received(data, addr)
        elif not known:
            return
        elif 128 <= first < 192:
            self._ice.media_received(data)
        elif 20 <= first < 64:
            self._ice.handshake_received(data)

    def _stun_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """aioice catches ValueError only; its parser also raises struct.error, a check without PRIORITY KeyError."""
        try:
            if data[4:8] != b"\x21\x12\xa4\x42":
                return
            stun.parse_message(data)
            super().datagram_received(data, addr)
        except Exception as error:
            self._ice.refused_datagrams += 1
            if self._ice.refused_datagrams == 1:  # once a connection: strangers must not fill the log
                log.info("stun_refused", kind=type(error).__name__)


class _Ice(aioice.ice.Connection):
    """ICE of one peer, and the transport that aiortc's DTLS runs on (``_recv``, ``_send``)."""

    def __init__(self, settings: NodeSettings, take: Taken) -> None:
        super().__init__(ice_controlling=False)
        self._settings = settings
        self.media_received = take
        self.refused_datagrams = 0
        self.checked: dict[tuple[str, int], None] = {}  # where good checks came from; the latest last
        self._second, self._checks = 0.0, [0, 0]

    async def _recv(self) -> bytes:
        return await self.recv()

    async def _send(self, data: bytes) -> None:
        await self.send(data)

    async def close(self) -> None:
        await super().close()
        # Let go of what points back here: a full garbage collection would stop every room's sound.
        self.media_received = _nothing
        self._check_list.clear()
        self._early_checks.clear()

    def may_check(self, known: bool) -> bool:
        """Reading a check and its password takes as long as forwarding ten packets of voice: a flood is cut."""
        now = asyncio.get_running_loop().time()
        if now - self._second >= 1:
            self._second, self._checks = now, [0, 0]
        self._checks[known] += 1
        return self._checks[known] <= MOST_CHECKS[known]

    def check_incoming(self, message: stun.Message, addr: tuple[str, int], protocol: aioice.ice.StunProtocol) -> None:
        """A check whose password was right."""
        super().check_incoming(message, addr, protocol)
        self.checked.pop(addr, None)
        self.checked[addr] = None
        if len(self.checked) > MAX_CHECKED:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        """A browser that comes from ever new addresses keeps the last ones, and the one in use."""
        used = {pair.remote_addr for pair in self._nominated.values()}
        oldest = next(addr for addr in self.checked if addr not in used)
        del self.checked[oldest]
        for pair in [pair for pair in self._check_list if pair.remote_addr == oldest]:
            if pair.task is not None:
                pair.task.cancel()
            self._check_list.remove(pair)
        self._remote_candidates = [c for c in self._remote_candidates if (c.host, c.port) != oldest]

    def handshake_received(self, data: bytes) -> None:
        if self._queue.qsize() < MAX_HANDSHAKE_QUEUE:
            self._queue.put_nowait((data, 1))

    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = GATHER_LIMIT_S,  # noqa: ASYNC109 - aioice's signature
    ) -> list[Candidate]:
        """Host candidates from the settings' addresses and ports, and the relay's."""
        wanted = list(self._settings.hosts) or addresses or ["127.0.0.1"]
        found = [
            candidate
            for address in wanted[:MAX_ADDRESSES]
            if (candidate := await self._host_candidate(component, address)) is not None
        ]
        if self._settings.relay is not None:
            with contextlib.suppress(TimeoutError, OSError, stun.TransactionError):
                async with asyncio.timeout(timeout):
                    found.append(await self._relayed_candidate(component, self._settings.relay))
        return found

    async def _relayed_candidate(self, component: int, relay: TurnRelay) -> Candidate:
        username, password = relay.login(int(time.time()))
        candidate, protocol = await aioice.ice.relayed_candidate(
            component=component, hide_related_address=True, protocol_factory=lambda: _Socket(self),
            turn_server=(relay.host, relay.port), turn_username=username, turn_password=password,
            turn_ssl=relay.tls, turn_transport=relay.transport,
        )  # fmt: skip
        self._protocols.append(protocol)
        return candidate

    async def _host_candidate(self, component: int, address: str) -> Candidate | None:
        try:
            bound = reached_socket(address, self._settings.ports)
        except (OSError, ValueError) as error:
            log.warning("candidate_not_bound", error=str(error))
            return None
        loop = asyncio.get_running_loop()
        transport, protocol = await loop.create_datagram_endpoint(lambda: _Socket(self), sock=bound)
        port = transport.get_extra_info("sockname")[1]
        protocol.local_candidate = Candidate(
            candidate_foundation("host", "udp", address), component, "udp",
            candidate_priority(component, "host"), address, port, "host",
        )  # fmt: skip
        self._protocols.append(protocol)
        return protocol.local_candidate


def reached_socket(address: str, ports: tuple[int, int] | None) -> socket.socket:
    """A socket reached at ``address``: bound to it, or to every interface when the address is not this machine's own
    (a cloud's one-to-one NAT leads it here). Raises OSError; ValueError when it is no IP address."""
    version = ipaddress.ip_address(address).version
    try:
        return bound_socket(address, ports)
    except OSError as error:
        if error.errno != errno.EADDRNOTAVAIL:
            raise
        return bound_socket("0.0.0.0" if version == 4 else "::", ports)  # noqa: S104 - that is what is wanted


def bound_socket(address: str, ports: tuple[int, int] | None) -> socket.socket:
    """A UDP socket on a free port, of the range if there is one. Raises OSError when none is free."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    if ports is None:
        choices = [0]
    else:
        span = range(ports[0], ports[1] + 1)
        choices = random.sample(span, min(PORT_TRIES, len(span)))
        if len(span) <= 4096:
            choices = random.sample(span, len(span))
    failure = OSError("no port given")
    for port in choices:
        made = socket.socket(family, socket.SOCK_DGRAM)
        try:
            made.setblocking(False)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
            made.bind((address, port))
        except OSError as error:
            made.close()
            failure = error
        else:
            return made
    raise failure


class Peer:
    """One browser's connection. ``on_rtp`` and ``on_rtcp`` get datagrams still encrypted resp. RTCP in clear.

    ``on_ended`` is called once, when the connection failed or the browser closed it (not after ``close``).
    """

    def __init__(
        self, settings: NodeSettings, certificate: RTCCertificate, *, on_rtp: Taken, on_rtcp: Taken,
        on_connected: Callable[[], None], on_ended: Callable[[], None],
    ) -> None:  # fmt: skip
        self._ice = _Ice(settings, self._media)
        self._relayed = settings.relay is not None
        self._dtls = RTCDtlsTransport(cast(RTCIceTransport, self._ice), [certificate])
        self._fingerprint = next(f.value for f in certificate.getFingerprints() if f.algorithm == "sha-256")
        self._on_rtp, self._on_rtcp = on_rtp, on_rtcp
        self._on_connected, self._on_ended = on_connected, on_ended
        self._task: asyncio.Task[None] | None = None
        self._sendto: Callable[[bytes, tuple[str, int]], None] | None = None
        self._address: tuple[str, int] = ("", 0)
        self._closed = False
        self.bytes_in = self.bytes_out = 0

    async def gather(self) -> Transport:
        """Our half of ICE and DTLS, for the answer. Raises OSError when no candidate could be bound."""
        await self._ice.gather_candidates()
        candidates = self._ice.local_candidates
        if not candidates:
            raise OSError("no address and port to receive media on")
        return Transport(
            self._ice.local_username, self._ice.local_password,
            tuple(candidate.to_sdp() for candidate in candidates), self._fingerprint,
        )  # fmt: skip

    def connect(self, offer: Offer) -> None:
        """Begin ICE and DTLS; ``on_connected`` tells when sound can flow.

        The browser's candidates are not used: it checks ours, and its address is learned from its authenticated
        checks. So no offer can make the node send to an address of its choosing. Only a node that is itself reached
        through a relay checks the browser's public addresses, because a relay lets in only who was sent to.
        """
        self._ice.remote_username, self._ice.remote_password = offer.ufrag, offer.password
        self._dtls._set_role("client" if offer.setup == "active" else "server")
        prints = [RTCDtlsFingerprint(algorithm=name, value=value) for name, value in offer.fingerprints]
        remote = RTCDtlsParameters(fingerprints=prints)
        self._task = asyncio.create_task(self._connect(remote, offer.candidates), name="peer connects")

    async def _connect(self, remote: RTCDtlsParameters, candidates: tuple[sdp.Candidate, ...]) -> None:
        try:
            async with asyncio.timeout(CONNECT_LIMIT_S):
                for candidate in candidates if self._relayed else ():
                    foundation, priority, host, port, kind = candidate
                    await self._ice.add_remote_candidate(Candidate(foundation, 1, "udp", priority, host, port, kind))
                await self._ice.connect()
                await self._dtls.start(remote)
            if self._dtls.state != "connected":
                raise ConnectionError("DTLS failed")
        except (TimeoutError, ConnectionError) as error:
            log.info("peer_not_connected", why=str(error) or "no answer in time")
            self._end()
            return
        except Exception:
            log.exception("peer_connect_failed")
            self._end()
            return
        self._dtls.on("statechange", self._watch)
        self.refresh()
        self._on_connected()

    def _watch(self) -> None:
        if self._dtls.state in ("closed", "failed"):
            self._end()

    def _end(self) -> None:
        if not self._closed:
            self._sendto = None
            self._on_ended()

    @property
    def connected(self) -> bool:
        return self._sendto is not None

    def refresh(self) -> None:
        """Follow the browser to a new address (it may nominate another pair at any time)."""
        pair = self._ice._nominated.get(1)
        if pair is not None and self._dtls.state == "connected":
            self._sendto = pair.protocol.transport.sendto
            self._address = pair.remote_addr

    def _media(self, data: bytes) -> None:
        self.bytes_in += len(data)
        if self._sendto is None:
            return
        if not is_rtcp(data):
            self._on_rtp(data)
            return
        try:
            clear = self._dtls._rx_srtp.unprotect_rtcp(data)
        except _UNREADABLE:
            return
        self._on_rtcp(clear)

    def unprotect(self, data: bytes) -> bytes | None:
        """The packet in clear; None for a forged, repeated or much too late one."""
        try:
            return self._dtls._rx_srtp.unprotect(data)
        except _UNREADABLE:
            return None

    def send(self, packet: bytes) -> None:
        """Encrypt and send an RTP packet now; nothing waits, nothing is kept."""
        if self._sendto is not None:
            data = self._dtls._tx_srtp.protect(packet)
            self.bytes_out += len(data)
            self._sendto(data, self._address)

    def send_rtcp(self, packet: bytes) -> None:
        if self._sendto is not None:
            data = self._dtls._tx_srtp.protect_rtcp(packet)
            self.bytes_out += len(data)
            self._sendto(data, self._address)

    async def ping(self, limit_s: float) -> int | None:
        """Round trip in ms of a STUN check, which any browser answers though it sends no sound; None = no answer."""
        pair = self._ice._nominated.get(1)
        if pair is None or self._ice.remote_password is None:
            return None
        request = self._ice.build_request(pair, nominate=False)
        key = self._ice.remote_password.encode()
        begun = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(limit_s):
                await pair.protocol.request(request, pair.remote_addr, integrity_key=key, retransmissions=1)
        except (stun.TransactionError, TimeoutError, OSError):
            return None
        return int((asyncio.get_running_loop().time() - begun) * 1000)

    async def close(self) -> None:
        self._closed = True
        self._sendto = None
        if self._task is not None and not self._task.done():
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(CLOSE_LIMIT_S):  # a relay that is gone would be asked for a minute
                await self._dtls.stop()
                await self._ice.close()
        self._dtls.remove_all_listeners()
        self._on_rtp = self._on_rtcp = _nothing
        self._on_connected = self._on_ended = lambda: None
