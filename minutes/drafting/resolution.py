"""A draft of the cell's resolution out of the same record: results, directions, assignments, self-assessment."""

from __future__ import annotations

from minutes.drafting.blocks import Writer, task_text
from minutes.drafting.phrasing import sentence
from minutes.drafting.value import Minutes
from minutes.record.events import Block


def resolution(minutes: Minutes) -> tuple[Block, ...]:
    """Blocks in order: heading lines are of kind "item", the rest "review", "resolution", "task" and "quality".

    Only what was concluded or passed stands in it; proposals and advice from above never do.
    """
    writer = Writer(dict(minutes.utterances))
    if minutes.review:
        writer.add("item", "Kết quả thực hiện nhiệm vụ", item="results")
    for line in minutes.review:
        writer.add("review", line.text, line.orders, item="results", confidence=line.confidence, sources=line.sources)
    if minutes.conclusions:
        writer.add("item", "Chủ trương, nhiệm vụ", item="directions")
    for conclusion in minutes.conclusions:
        writer.add(
            "resolution", sentence(conclusion.text), conclusion.orders, item="directions",
            confidence=conclusion.confidence, flags=conclusion.flags, sources=conclusion.sources,
        )  # fmt: skip
    if minutes.tasks:
        writer.add("item", "Phân công thực hiện", item="assignments")
    for task in minutes.tasks:
        writer.add(
            "task", task_text(task), task.orders, item="assignments", confidence=task.confidence, flags=task.flags,
            sources=task.sources,
        )  # fmt: skip
    _passing(writer, minutes)
    if minutes.quality:
        text = sentence(f"Chất lượng buổi sinh hoạt: tự chấm {minutes.quality.text}")
        writer.add("quality", text, minutes.quality.orders, sources=minutes.quality.sources)
    return tuple(writer.blocks)


def _passing(writer: Writer, minutes: Minutes) -> None:
    """How the resolution itself was voted, when it was."""
    for vote in minutes.votes:
        if vote.passed and "nghị quyết" in vote.question.lower() and vote.in_favour is not None:
            text = f"Nghị quyết được chi bộ thông qua ({vote.in_favour}/{vote.voters} tán thành)."
            writer.add("vote", text, vote.orders, flags=vote.flags, sources=vote.sources)
