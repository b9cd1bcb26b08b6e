"""Who gets which job: a guess never displaces what is certain, what is done is done once, unless it is reopened."""

from __future__ import annotations

from dataclasses import replace

from transcription.scheduler import Schedule, patience
from transcription.wire import RATE, Job, Result

JOB = Job("t:0", "t", 0, RATE, (), "room")
GUESS = replace(JOB, end=RATE // 2, speculative=True)


def result(job: Job) -> Result:
    return Result(job.id, job.track, job.start, job.end, "a", "a", 900, "m", job.final)


def test_a_guess_that_comes_late_does_not_displace_the_certain_utterance() -> None:
    schedule = Schedule()
    schedule.offer(JOB)
    schedule.offer(GUESS)
    assert schedule.take("w", 0) == JOB
    schedule.give("w", result(JOB))
    schedule.offer(GUESS)
    assert schedule.deliverable() == result(JOB)
    schedule.offer(GUESS)
    assert schedule.take("w", 0) is None


def test_a_longer_guess_takes_the_place_of_a_shorter_one() -> None:
    schedule = Schedule()
    schedule.offer(GUESS)
    schedule.offer(replace(JOB, speculative=True))
    schedule.take("w", 0)
    schedule.give("w", result(JOB))
    schedule.offer(JOB)
    assert schedule.deliverable() == result(JOB)


def test_what_was_accepted_is_not_done_again_unless_it_is_reopened() -> None:
    schedule = Schedule()
    other = replace(JOB, id="t:96000", start=2 * RATE, end=3 * RATE)
    for job in (JOB, other):
        schedule.offer(job)
        schedule.take("w", 0)
        schedule.give("w", result(job))
        schedule.deliverable()
        schedule.accept(job.id)
    assert not schedule.offer(JOB)
    schedule.reopen("t", 0, RATE)
    assert schedule.offer(JOB)
    assert not schedule.offer(other)
    assert not schedule.offer(replace(other, final=False))


def test_a_hole_before_the_last_accepted_utterance_is_taken() -> None:
    schedule = Schedule()
    late = replace(JOB, id="t:96000", start=2 * RATE, end=3 * RATE)
    schedule.offer(late)
    schedule.accept(late.id)
    assert schedule.offer(JOB)


def test_a_long_utterance_may_take_longer() -> None:
    assert patience(JOB, 20) < patience(replace(JOB, end=28 * RATE), 20)
