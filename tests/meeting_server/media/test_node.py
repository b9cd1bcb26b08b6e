"""The media node with real peers: hearing, gates, comings and goings, refusals."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections import Counter
from pathlib import Path

import pytest
from aiortc import RTCSessionDescription

from meeting_server.media.control import read_frame
from meeting_server.media.engine import Back, ControlLink, Gone, MediaRefused, NodeUp, TrackStarted, Voiced
from meeting_server.media.errors import BadOffer
from meeting_server.media.node import Node
from meeting_server.media.peer import bound_socket
from meeting_server.media.settings import NodeSettings
from meeting_server.media.slots import SLOTS
from tests.meeting_server.media.clients import Client, Voice, free_ports, likeness, speech_like, until
from tests.meeting_server.media.conftest import Rig
from transcription.recording import Sound, TrackStart, lines
from transcription.wire import unpack_packets


async def test_two_peers_hear_each_other_and_not_themselves(rig: Rig) -> None:
    await rig.link.open("r")
    a, b = Voice(speech_like(6, 1)), Voice(speech_like(6, 2))
    one, two = rig.client("one", a), rig.client("two", b)
    await one.join(rig.link, "r")
    await two.join(rig.link, "r")
    await until(lambda: len(one.heard) > 200 and len(two.heard) > 200, 15)
    assert likeness(b.samples, one.sound()) > 0.9
    assert likeness(a.samples, two.sound()) > 0.9
    assert likeness(a.samples, one.sound()) < 0.7


async def test_a_listener_on_a_weak_line_hears_the_same_in_a_third_of_the_packets(rig: Rig) -> None:
    await rig.link.open("r")
    one = rig.client("one", Voice(speech_like(8, 1)))
    full, weak = rig.client("full"), rig.client("weak", slots=1)
    await full.join(rig.link, "r", speak=False)
    await weak.join(rig.link, "r", speak=False, weak=True)
    await one.join(rig.link, "r")
    await rig.hears(Voiced, session="one", voiced=False, within=20)
    people = rig.node._rooms["r"].participants
    packets = {name: _sent_to(rig, name) for name in ("full", "weak")}
    octets = {name: sum(writer.octets for writer in people[name].writers) for name in ("full", "weak")}
    assert packets["full"] / 3.5 <= packets["weak"] < packets["full"] / 2
    assert octets["weak"] == pytest.approx(octets["full"], rel=0.1)
    voice = one.peer.getTransceivers()[0].sender.track
    assert isinstance(voice, Voice)
    assert likeness(voice.samples, weak.sound()) > 0.9


async def test_a_track_and_its_voice_are_told(rig: Rig) -> None:
    await rig.link.open("r")
    await rig.client("one", Voice(speech_like(1))).join(rig.link, "r")
    track = await rig.hears(TrackStarted, session="one")
    assert isinstance(track, TrackStarted)
    assert track.track.startswith("t-")
    await rig.hears(Voiced, session="one", voiced=True)
    await rig.hears(Voiced, session="one", voiced=False)


async def test_nothing_is_recorded_or_fed_while_the_gate_is_shut(rig: Rig) -> None:
    await rig.link.open("r")
    fed = await _read_feed(rig)
    one = rig.client("one", Voice(speech_like(4)))
    await one.join(rig.link, "r")
    await rig.hears(Voiced, session="one", voiced=True)
    await asyncio.sleep(1.5)  # more than a segment's time of speech, at a shut gate
    await rig.link.close("r")
    journal = rig.settings.recordings / "r" / "journal"
    assert list(lines(journal)) == []
    assert fed == []


async def test_an_open_gate_records_and_feeds_the_same_packets(rig: Rig) -> None:
    await rig.link.open("r")
    await rig.link.gate("r", capture=True, remote_sound=True)
    fed = await _read_feed(rig)
    one = rig.client("one", Voice(speech_like(3)))
    await one.join(rig.link, "r")
    await rig.hears(Voiced, session="one", voiced=False)
    await rig.link.close("r")
    recorded = list(lines(rig.settings.recordings / "r" / "journal"))
    track = await rig.hears(TrackStarted, session="one")
    assert isinstance(track, TrackStarted)
    assert [line.track for line in recorded if isinstance(line, TrackStart)] == [track.track]
    packets = [line.packet for line in recorded if isinstance(line, Sound)]
    assert len(packets) > 100
    assert [b.position - a.position for a, b in itertools.pairwise(packets)] == [960] * (len(packets) - 1)
    await until(lambda: any(head["type"] == "close" for head, _ in fed), 5)
    assert next(head["type"] for head, _ in fed) == "open"
    sounds = [packet for head, payload in fed if head["type"] == "packets" for packet in unpack_packets(payload)]
    assert sounds == packets


async def test_shutting_the_gate_forgets_what_is_not_yet_written(rig: Rig) -> None:
    await rig.link.open("r")
    await rig.link.gate("r", capture=True, remote_sound=True)
    fed = await _read_feed(rig)
    await rig.client("one", Voice(speech_like(8))).join(rig.link, "r")
    journal = rig.settings.recordings / "r" / "journal"
    await until(lambda: journal.stat().st_size > 5000, 10)
    await rig.link.gate("r", capture=False, remote_sound=True)
    size = len([line for line in lines(journal) if isinstance(line, Sound)])
    count = len(fed)
    await asyncio.sleep(1.5)  # speech goes on, longer than a segment
    assert len([line for line in lines(journal) if isinstance(line, Sound)]) == size
    assert [head["type"] for head, _ in fed[count:]] in ([], ["shut"])
    assert fed[-1][0]["type"] == "shut"


async def test_secret_contents_reach_no_other_participant(rig: Rig) -> None:
    await rig.link.open("r")
    await rig.link.gate("r", capture=False, remote_sound=False)
    one, two = rig.client("one", Voice(speech_like(4))), rig.client("two", Voice())
    await one.join(rig.link, "r")
    await two.join(rig.link, "r")
    await rig.hears(Voiced, session="one", voiced=True)
    await rig.hears(Voiced, session="one", voiced=False)
    assert two.heard == []


async def test_the_muted_are_neither_heard_nor_recorded(rig: Rig) -> None:
    await rig.link.open("r")
    await rig.link.gate("r", capture=True, remote_sound=True)
    voice = Voice(speech_like(30))
    one, two = rig.client("one", voice), rig.client("two", Voice())
    await two.join(rig.link, "r")
    await one.join(rig.link, "r")
    await until(lambda: len(two.heard) > 20, 10)
    await rig.link.mute("r", "one", True)
    sent, spoken = _sent_to(rig, "two"), voice.sent
    await until(lambda: voice.sent > spoken + 50, 10)
    assert _sent_to(rig, "two") == sent
    recorded = [line for line in lines(rig.settings.recordings / "r" / "journal") if isinstance(line, Sound)]
    await rig.link.close("r")
    after = [line for line in lines(rig.settings.recordings / "r" / "journal") if isinstance(line, Sound)]
    assert len(after) - len(recorded) < 50, "what was said before is written, and nothing more"


def _sent_to(rig: Rig, session: str) -> int:
    """Packets that the node has sent to a listener."""
    return sum(writer.packets for writer in rig.node._rooms["r"].participants[session].writers)


async def test_whatever_is_voiced_is_recorded_slot_or_not(rig: Rig) -> None:
    """Six speak at once; nobody hears more than three of them, the record has them all."""
    await rig.link.open("r")
    await rig.link.gate("r", capture=True, remote_sound=True)
    voices = {f"v{number}": Voice(speech_like(60, number)) for number in range(6)}
    for session, voice in voices.items():
        await rig.client(session, voice, slots=1).join(rig.link, "r")
    for session in voices:
        await rig.hears(Voiced, session=session, voiced=True)
    begun = {session: voice.sent for session, voice in voices.items()}
    await until(lambda: all(voice.sent - begun[session] > 100 for session, voice in voices.items()), 20)
    spoken = {session: voice.sent - begun[session] for session, voice in voices.items()}
    sources = {session: p.source for session, p in rig.node._rooms["r"].participants.items()}
    received = {session: s.reception.received for session, s in sources.items() if s and s.reception}
    assert len(rig.node._rooms["r"]._selection.active) == SLOTS + 1, "one more than slots: nobody hears themselves"
    await rig.link.close("r")
    recorded = list(lines(rig.settings.recordings / "r" / "journal"))
    names = {line.number: line.track for line in recorded if isinstance(line, TrackStart)}
    counts = Counter(names[line.number] for line in recorded if isinstance(line, Sound))
    told = [event for event in rig.said(TrackStarted) if isinstance(event, TrackStarted)]
    for event in told:
        assert counts[event.track] >= min(received[event.session], spoken[event.session])


async def test_the_muted_stay_muted_when_they_come_again(rig: Rig) -> None:
    await rig.link.open("r")
    first, second = rig.client("one", Voice(speech_like(30))), rig.client("one", Voice(speech_like(30)))
    await first.join(rig.link, "r")
    await rig.hears(TrackStarted, session="one")
    await rig.link.mute("r", "one", True)
    await second.join(rig.link, "r")
    await until(lambda: len(rig.said(TrackStarted, session="one")) == 2, 10)
    source = rig.node._rooms["r"].participants["one"].source
    assert source is not None
    assert source.muted


async def test_a_second_join_of_a_session_takes_over_the_first(rig: Rig) -> None:
    await rig.link.open("r")
    first, second = rig.client("one", Voice(speech_like(30))), rig.client("one", Voice(speech_like(30)))
    await first.join(rig.link, "r")
    await rig.hears(TrackStarted, session="one")
    await second.join(rig.link, "r")
    await until(lambda: len(rig.said(TrackStarted, session="one")) == 2, 10)
    assert len(await rig.link.stats("r")) == 1
    await until(lambda: first.peer.connectionState in ("closed", "failed"), 10)
    assert rig.said(Gone) == []


async def test_the_former_connection_is_heard_until_the_new_one_is_connected(rig: Rig) -> None:
    """A line that is answered and connects only later (or never) silences nobody."""
    await rig.link.open("r")
    first, second = rig.client("one", Voice(speech_like(30))), rig.client("one", Voice(speech_like(30)))
    listener = rig.client("two")
    await first.join(rig.link, "r")
    await listener.join(rig.link, "r", speak=False)
    await until(lambda: len(listener.heard) > 20, 10)
    answer = await rig.link.join("r", "one", "remote", await second.offer(), speak=True, hear=True)
    count = len(listener.heard)
    await until(lambda: len(listener.heard) > count + 50, 3)
    assert len(rig.said(TrackStarted, session="one")) == 1
    begun = len(listener.heard)
    await second.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await until(lambda: first.peer.connectionState == "closed", 10)
    await until(lambda: len(rig.said(TrackStarted, session="one")) == 2, 5)
    await until(lambda: len(listener.heard) > begun + 100, 5)
    times = sorted(pts for pts, _ in listener.heard[begun:])
    hole_ms = max(b - a for a, b in itertools.pairwise(times)) // 48
    assert hole_ms <= 100 + rig.stood_still_ms, "no hole of more than 100 ms that the machine did not make itself"
    assert rig.said(Gone) == []


async def test_who_lets_go_of_the_former_line_a_little_early_is_not_gone(rig: Rig) -> None:
    await rig.link.open("r")
    first, second = rig.client("one", Voice(speech_like(30))), rig.client("one", Voice(speech_like(30)))
    await first.join(rig.link, "r")
    await rig.hears(TrackStarted, session="one")
    answer = await rig.link.join("r", "one", "remote", await second.offer(), speak=True, hear=True)
    await first.close()
    room = rig.node._rooms["r"]
    await until(lambda: not room._coming, 10)
    await second.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await until(lambda: len(rig.said(TrackStarted, session="one")) == 2, 10)
    assert rig.said(Gone) == []


async def test_who_leaves_while_coming_again_leaves_no_line_behind(rig: Rig) -> None:
    await rig.link.open("r")
    first, second, third = (rig.client("one", Voice(speech_like(9))) for _ in range(3))
    await first.join(rig.link, "r")
    for client in (second, third):
        await rig.link.join("r", "one", "remote", await client.offer(), speak=True, hear=True)
    await rig.link.leave("r", "one")
    room = rig.node._rooms["r"]
    assert not any((room._coming, room.participants, room._joining))
    await until(lambda: first.peer.connectionState == "closed", 10)


async def test_a_peer_that_closes_is_told_gone(rig: Rig) -> None:
    await rig.link.open("r")
    one = rig.client("one", Voice())
    await one.join(rig.link, "r")
    await one.close()
    await rig.hears(Gone, session="one", why="closed", within=6)


async def test_a_peer_that_falls_silent_is_gone_and_comes_back(rig: Rig) -> None:
    await rig.link.open("r")
    one = rig.client("one", Voice(speech_like(60)))
    await one.join(rig.link, "r")
    await rig.hears(TrackStarted, session="one")
    pair = one.peer.getTransceivers()[0].sender.transport.transport._connection._nominated[1]
    reading = pair.protocol.datagram_received
    sending = pair.protocol.transport.sendto
    pair.protocol.datagram_received = lambda data, addr: None
    pair.protocol.transport.sendto = lambda data, addr: None
    await rig.hears(Gone, session="one", why="no_rtp", within=6)
    pair.protocol.datagram_received, pair.protocol.transport.sendto = reading, sending
    await rig.hears(Back, session="one", within=6)


async def test_who_only_listens_is_not_gone(rig: Rig) -> None:
    await rig.link.open("r")
    await rig.client("quiet").join(rig.link, "r", speak=False)
    await asyncio.sleep(4.5)  # longer than the time after which nothing heard is gone
    assert rig.said(Gone) == []


async def test_a_restarted_node_is_brought_to_the_wanted_state(rig: Rig) -> None:
    await rig.link.open("r")
    await rig.link.gate("r", capture=True, remote_sound=True)
    await rig.node.stop()
    rig.events.clear()
    rig.node = Node(rig.settings)
    await rig.node.start()
    await rig.hears(NodeUp)
    assert rig.node._rooms["r"].capture.is_open


async def test_a_lost_server_does_not_end_the_sound(rig: Rig) -> None:
    await rig.link.open("r")
    one = rig.client("one", Voice(speech_like(30)))
    await one.join(rig.link, "r")
    await rig.hears(TrackStarted, session="one")
    await rig.link.stop()
    await rig.link.start()
    up = [event for event in rig.events if isinstance(event, NodeUp)]
    await until(lambda: len([e for e in rig.events if isinstance(e, NodeUp)]) > len(up), 5)
    told = [event for event in rig.events if isinstance(event, NodeUp)][-1]
    assert [track.session for track in told.tracks["r"]] == ["one"]


@pytest.mark.parametrize("sdp", ["", "v=0", "hello", "v=0\r\nm=audio", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"])
async def test_broken_offers_are_refused(rig: Rig, sdp: str) -> None:
    await rig.link.open("r")
    with pytest.raises(BadOffer):
        await rig.link.join("r", "one", "remote", sdp, speak=True, hear=True)
    assert await rig.link.stats("r") == ()


async def test_an_unknown_room_is_refused(rig: Rig) -> None:
    with pytest.raises(MediaRefused) as refused:
        await rig.link.stats("nowhere")
    assert refused.value.code == "no_room"


@pytest.mark.parametrize("room", ["../up", "", ".", "a/b", "x" * 65])
async def test_names_that_could_be_paths_are_refused(rig: Rig, room: str) -> None:
    with pytest.raises(MediaRefused):
        await rig.link.open(room)
    await rig.link.open("good")  # and nothing of it stays


Fed = list[tuple[dict[str, object], bytes]]


async def _read_feed(rig: Rig) -> Fed:
    reader, writer = await asyncio.open_unix_connection(rig.settings.feed_socket)
    fed: Fed = []

    async def read() -> None:
        try:
            while True:
                fed.append(await read_frame(reader))
        except EOFError:
            writer.close()

    task = asyncio.create_task(read())
    rig.reading = task  # type: ignore[attr-defined] # kept alive with the rig
    await until(lambda: len(rig.node._feed._readers) > 0, 5)
    return fed


async def test_erasing_takes_the_sound_out_of_an_open_and_of_a_closed_room(rig: Rig) -> None:
    await rig.link.open("r")
    await rig.link.gate("r", capture=True, remote_sound=True)
    await rig.client("one", Voice(speech_like(3))).join(rig.link, "r")
    track = await rig.hears(TrackStarted, session="one")
    assert isinstance(track, TrackStarted)
    journal = rig.settings.recordings / "r" / "journal"

    def sounds() -> list[int]:
        return [line.packet.position for line in lines(journal) if isinstance(line, Sound)]

    await until(lambda: len(sounds()) > 100, 10)
    fed = await _read_feed(rig)
    await rig.link.purge("r", track.at, track.at + 1000)
    await until(lambda: any(head["type"] == "purge" for head, _ in fed), 5)
    assert min(sounds()) > 40_000
    await rig.link.close("r")
    kept = len(sounds())
    await rig.link.purge("r", track.at, track.at + 60_000)
    assert kept > 0
    assert sounds() == []


async def test_candidates_come_from_the_ports_of_the_settings(tmp_path: Path, loopback: None) -> None:
    first, last = free_ports(2)
    settings = NodeSettings(tmp_path / "run", tmp_path / "rec", ("127.0.0.1",), ports=(first, last), disk_reserve=0)
    node = Node(settings)
    await node.start()
    link = ControlLink(settings.run)
    await link.start()
    clients = [Client(name) for name in ("one", "two", "three")]
    try:
        await link.open("r")
        for client in clients[:2]:
            answer = await link.join("r", client.session, "remote", await client.offer(), speak=False, hear=True)
            ports = {int(port) for port in re.findall(r"127\.0\.0\.1 (\d+) typ host", answer)}
            assert ports <= {first, last}
            assert len(ports) == 1
        with pytest.raises(MediaRefused) as refused:
            await link.join("r", "three", "remote", await clients[2].offer(), speak=False, hear=True)
        assert refused.value.code == "full"
    finally:
        for client in clients:
            await client.close()
        await link.stop()
        await node.stop()


async def test_an_address_that_leads_here_from_outside_is_offered(tmp_path: Path, loopback: None) -> None:
    node = Node(NodeSettings(tmp_path / "run", tmp_path / "rec", ("203.0.113.9",), disk_reserve=0))
    await node.start()
    link = ControlLink(tmp_path / "run")
    await link.start()
    one = Client("one")
    await link.open("r")
    answer = await link.join("r", "one", "remote", await one.offer(), speak=False, hear=True)
    assert re.search(r"203\.0\.113\.9 \d+ typ host", answer)
    port = re.search(r"203\.0\.113\.9 (\d+) typ host", answer)
    assert port is not None
    with pytest.raises(OSError, match="in use"):
        bound_socket("127.0.0.1", (int(port[1]), int(port[1])))
    await one.close()
    await link.stop()
    await node.stop()
