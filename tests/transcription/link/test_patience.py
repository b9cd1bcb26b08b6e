"""Processes that start together wait for each other in silence; what was lost, or is long away, is logged once."""

from __future__ import annotations

from structlog.testing import capture_logs

from transcription.link.patience import Patience


async def test_waiting_for_the_other_end_at_the_start_says_nothing() -> None:
    patience = Patience(0.0, 0.0)
    with capture_logs() as logged:
        for _ in range(20):
            await patience.wait("LinkClosed")
    assert logged == []


async def test_a_loss_is_logged_once_and_so_is_the_next() -> None:
    patience = Patience(0.0, 0.0, name="worker-1")
    with capture_logs() as logged:
        for _ in range(2):
            patience.met()
            for _ in range(3):
                await patience.wait("LinkClosed")
    lost = {"event": "link_lost", "log_level": "info", "why": "LinkClosed", "name": "worker-1"}
    assert logged == [lost, lost]


async def test_an_end_that_stays_away_is_named_once() -> None:
    patience = Patience(0.01, 0.01, long=0.02)
    with capture_logs() as logged:
        for _ in range(6):
            await patience.wait("LinkClosed")
    assert [one["event"] for one in logged] == ["link_not_reached"]


async def test_waits_grow_and_begin_anew_once_the_other_end_answered() -> None:
    patience, seen = Patience(0.001, 0.004), []
    for _ in range(4):
        seen.append(patience._delay)
        await patience.wait("LinkClosed")
    patience.met()
    assert (seen, patience._delay) == ([0.001, 0.002, 0.004, 0.004], 0.001)
