"""Real Chromium against the node: it is heard, it hears, it sends in-band FEC and falls silent in pauses."""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
import shutil
import wave
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av import AudioResampler
from numpy.typing import NDArray

from meeting_server.media.engine import Voiced
from meeting_server.media.recorder import RoomJournal
from meeting_server.media.sound import index, ogg_file
from tests.meeting_server.media.clients import speech_like
from tests.meeting_server.media.conftest import Rig
from tests.meeting_server.media.test_sound import encoded, record
from tests.voices import voice_samples
from transcription import models
from transcription.recording import Sound, TrackStart, lines

CHROMIUM = shutil.which("chromium")


PAGE = """<!doctype html><script>
window.join = async (speak) => {
  const pc = window.pc = new RTCPeerConnection();
  pc.ontrack = (event) => { const a = new Audio(); a.srcObject = new MediaStream([event.track]); a.play(); };
  if (speak) {
    const audio = {echoCancellation: false, noiseSuppression: false, autoGainControl: false};
    const stream = await navigator.mediaDevices.getUserMedia({audio});
    pc.addTransceiver(stream.getTracks()[0], {direction: 'sendrecv'});
  } else pc.addTransceiver('audio', {direction: 'recvonly'});
  for (let n = 0; n < 2; n++) pc.addTransceiver('audio', {direction: 'recvonly'});
  await pc.setLocalDescription(await pc.createOffer());
  await pc.setRemoteDescription({type: 'answer', sdp: await answer(pc.localDescription.sdp, speak)});
};
window.figures = async () => {
  const out = {state: pc.connectionState, packets: 0, energy: 0, concealed: 0, samples: 0, remote: 0, sent: 0};
  (await pc.getStats()).forEach((s) => {
    if (s.type === 'inbound-rtp') {
      out.packets += s.packetsReceived; out.energy += s.totalAudioEnergy || 0;
      out.concealed += (s.concealedSamples || 0) - (s.silentConcealedSamples || 0);
      out.samples += s.totalSamplesReceived || 0;
    }
    if (s.type === 'remote-inbound-rtp') out.remote += 1;
    if (s.type === 'outbound-rtp') out.sent += s.packetsSent;
  });
  return out;
};
window.rates = async (seconds) => {
  const count = async () => {
    const out = {at: performance.now(), up: 0, down: 0, heard: 0};
    (await pc.getStats()).forEach((s) => {
      if (s.type === 'transport') {
        out.up += s.bytesSent + 28 * s.packetsSent; out.down += s.bytesReceived + 28 * s.packetsReceived;
      }
      if (s.type === 'inbound-rtp') out.heard += s.packetsReceived;
    });
    return out;
  };
  const a = await count();
  await new Promise((done) => setTimeout(done, seconds * 1000));
  const b = await count(), time = (b.at - a.at) / 1000;
  return [(b.up - a.up) * 8 / time, (b.down - a.down) * 8 / time, (b.heard - a.heard) / time];
};
</script>"""


def clips() -> list[Path]:
    """Recorded speech: the clips beside this checkout, else the samples of a public package; none without either."""
    shared = Path(os.environ.get("HOPCHIBO_SHARED", Path(__file__).parents[4] / "shared"))
    if found := sorted(shared.glob("speech/dev/*.flac")):
        return found
    try:
        return [path for path, _ in voice_samples()]
    except models.ModelError:
        return []


def speech(path: Path) -> Path:
    """Eight seconds of real speech, then six of silence, as Chromium's fake microphone wants it."""
    if not (found := clips()):
        pytest.skip("no recorded speech is here, and none can be fetched")
    samples = np.concatenate([_samples(clip) for clip in found[:4]])[: 8 * 48_000]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(np.concatenate([samples, np.zeros(6 * 48_000, np.int16)]).tobytes())
    return path


def _samples(clip: Path) -> NDArray[np.int16]:
    resampler = AudioResampler(format="s16", layout="mono", rate=48_000)
    with av.open(str(clip)) as file:
        blocks = [part.to_ndarray()[0] for frame in file.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate(blocks).astype(np.int16)


def carries_fec(payload: bytes) -> bool:
    """RFC 6716 §4.2.3/4.2.4: in a SILK or hybrid frame of 20 ms mono, the bit after the VAD flag says LBRR follows."""
    config = payload[0] >> 3
    return config < 16 and len(payload) > 1 and bool(payload[1] >> 6 & 1)


def voiced(payload: bytes) -> bool:
    return payload[0] >> 3 < 16 and len(payload) > 12 and bool(payload[1] >> 7)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
async def test_chromium_is_heard_recorded_and_sends_fec(rig: Rig, tmp_path: Path) -> None:
    from playwright.async_api import async_playwright

    await rig.link.open("r")
    await rig.link.gate("r", capture=True, remote_sound=True)
    flags = [
        "--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
        "--autoplay-policy=no-user-gesture-required", f"--use-file-for-fake-audio-capture={speech(tmp_path / 's.wav')}",
        "--allow-loopback-in-peer-connection",
    ]  # fmt: skip
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=flags)
        pages = {}
        for session in ("speaks", "listens"):
            context = await browser.new_context()
            page = pages[session] = await context.new_page()

            async def answer(sdp: str, speak: bool, session: str = session) -> str:
                return await rig.link.join("r", session, "remote", sdp, speak=speak, hear=True)

            await page.expose_function("answer", answer)
            await page.route("http://localhost/**", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
            await page.goto("http://localhost/")
        await pages["listens"].evaluate("join(false)")
        await pages["speaks"].evaluate("join(true)")
        await rig.hears(Voiced, session="speaks", voiced=True, within=15)
        await asyncio.sleep(12)  # the clip and its pause
        heard: dict[str, Any] = await pages["listens"].evaluate("figures()")
        sent: dict[str, Any] = await pages["speaks"].evaluate("figures()")
        stats = {s.session: s for s in await rig.link.stats("r")}
        await browser.close()
    payloads = [x.packet.payload for x in lines(rig.settings.recordings / "r" / "journal") if isinstance(x, Sound)]
    spoken = [payload for payload in payloads if voiced(payload)]
    fec = sum(map(carries_fec, spoken[100:])) / max(1, len(spoken[100:]))
    print(f"heard {heard} sent {sent} stats {stats} packets {len(payloads)} voiced {len(spoken)} fec {fec:.3f}")
    assert heard["state"] == sent["state"] == "connected"
    assert heard["packets"] > 200
    assert heard["energy"] > 0
    assert heard["concealed"] < heard["samples"] * 0.02
    assert sent["remote"] >= 1
    assert fec >= 0.9


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
async def test_chromium_and_the_index_agree_on_the_length_of_a_recording_with_a_hole(tmp_path: Path) -> None:
    from playwright.async_api import async_playwright

    journal = RoomJournal(tmp_path / "r")
    journal.open()
    journal.add(TrackStart(1, "t-1", 0, 0))
    record(journal, encoded(speech_like(3)) + encoded(speech_like(3), 13 * 48_000))
    path = await asyncio.to_thread(ogg_file, journal.path, "t-1")
    told = base64.b64encode(path.read()).decode()
    script = """async (told) => {
      const bytes = Uint8Array.from(atob(told), (c) => c.charCodeAt(0));
      return (await new OfflineAudioContext(1, 48000, 48000).decodeAudioData(bytes.buffer)).duration;
    }"""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        seconds = await (await browser.new_page()).evaluate(script, told)
        await browser.close()
    assert abs(seconds - index(journal.path, "t-1").pages.length / 48_000) < 0.02
    assert abs(seconds - 16) < 0.02


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
async def test_chromium_on_a_weak_line_stays_within_40_kbit_both_ways_with_all_headers(
    rig: Rig, tmp_path: Path
) -> None:
    """The weak one sends frames of 60 ms, and is sent packets of as much: who speaks to it goes on as before."""
    from playwright.async_api import async_playwright

    await rig.link.open("r")
    await rig.link.gate("r", capture=True, remote_sound=True)
    with wave.open(str(tmp_path / "loud.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(speech_like(20).tobytes())
    flags = [
        "--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
        "--allow-loopback-in-peer-connection", f"--use-file-for-fake-audio-capture={tmp_path / 'loud.wav'}",
    ]  # fmt: skip
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        pages = {}
        for session in ("full", "weak"):
            page = pages[session] = await (await browser.new_context()).new_page()

            async def answer(sdp: str, speak: bool, session: str = session) -> str:
                weak = session == "weak"
                return await rig.link.join("r", session, "remote", sdp, speak=speak, hear=True, weak=weak)

            await page.expose_function("answer", answer)
            await page.route("http://localhost/**", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
            await page.goto("http://localhost/")
            await page.evaluate("join(true)")
            await rig.hears(Voiced, session=session, voiced=True, within=15)
        await asyncio.sleep(1)
        up, down, heard = await pages["weak"].evaluate("rates(6)")
        await browser.close()
    steps: dict[int, list[int]] = {}
    for line in lines(rig.settings.recordings / "r" / "journal"):
        if isinstance(line, Sound):
            steps.setdefault(line.number, []).append(line.packet.position)
    medians = {sorted(b - a for a, b in itertools.pairwise(found))[len(found) // 2] for found in steps.values()}
    print(f"up {up:.0f} down {down:.0f} bit/s, {heard:.0f} packets a second heard, frames {medians}")
    assert medians == {960, 2880}
    assert 14 < heard < 25
    assert up < 40_000
    assert down < 40_000
