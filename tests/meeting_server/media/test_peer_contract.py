"""The private names of aiortc and aioice that peer.py stands on. When one of these fails, read peer.py's head."""

from __future__ import annotations

import inspect
from importlib.metadata import version

import aioice.ice
from aiortc import RTCCertificate, RTCDtlsTransport
from aiortc.rtcdtlstransport import RTCDtlsParameters
from pylibsrtp import Session


def test_the_versions_are_those_the_adapter_was_written_for() -> None:
    assert version("aiortc") == "1.16.0"
    assert version("aioice") == "0.13.0"


async def test_dtls_has_the_srtp_sessions_and_the_role_by_these_names() -> None:
    connection = aioice.ice.Connection(ice_controlling=False)
    dtls = RTCDtlsTransport(connection, [RTCCertificate.generateCertificate()])  # type: ignore[arg-type]
    assert dtls._rx_srtp is None
    assert dtls._tx_srtp is None
    dtls._set_role("server")
    assert dtls._role == "server"
    assert inspect.iscoroutinefunction(dtls.start)
    assert list(inspect.signature(dtls.start).parameters) == ["remoteParameters"]
    assert RTCDtlsParameters(fingerprints=[]).role == "auto"


def test_dtls_reaches_its_transport_by_recv_and_send_only() -> None:
    source = inspect.getsource(RTCDtlsTransport)
    used = {name for name in ("_recv", "_send", "role", "_connection", "state") if f"self.transport.{name}" in source}
    assert used == {"_recv", "_send", "role"}


def test_srtp_sessions_protect_and_unprotect_bytes() -> None:
    for name in ("protect", "unprotect", "protect_rtcp", "unprotect_rtcp"):
        assert callable(getattr(Session, name))


async def test_ice_keeps_pairs_sockets_and_datagrams_by_these_names() -> None:
    connection = aioice.ice.Connection(ice_controlling=False)
    assert connection._nominated == {}
    assert connection._protocols == []
    assert connection._queue.qsize() == 0
    for name in ("get_component_candidates", "data_received", "build_request", "recv", "send"):
        assert callable(getattr(connection, name))
    gathering = inspect.getsource(aioice.ice.Connection.gather_candidates)
    assert "self.get_component_candidates(component=component, addresses=addresses)" in gathering
    assert "self._queue.get()" in inspect.getsource(aioice.ice.Connection.recvfrom)


def test_a_socket_takes_datagrams_where_the_adapter_does() -> None:
    parameters = list(inspect.signature(aioice.ice.StunProtocol.datagram_received).parameters)
    assert parameters == ["self", "data", "addr"]
    pair = inspect.getsource(aioice.ice.CandidatePair)
    assert "self.protocol = protocol" in pair
    assert "def remote_addr" in pair


def test_ice_answers_checks_before_it_knows_any_remote_candidate() -> None:
    assert "peer reflexive" in inspect.getsource(aioice.ice.Connection.check_incoming)
    assert "_remote_candidates_expected" in inspect.getsource(aioice.ice.Connection._check_periodic)


async def test_a_check_comes_in_only_after_its_password_was_right() -> None:
    """peer.py takes media from where ``check_incoming`` was called for."""
    taken = inspect.getsource(aioice.ice.Connection.request_received)
    assert taken.index("check_message_integrity") < taken.index("self.check_incoming(message, addr, protocol)")
    assert list(inspect.signature(aioice.ice.Connection.check_incoming).parameters)[1:] == [
        "message",
        "addr",
        "protocol",
    ]
    connection = aioice.ice.Connection(ice_controlling=False)
    assert connection._check_list == []
    assert connection._remote_candidates == []
