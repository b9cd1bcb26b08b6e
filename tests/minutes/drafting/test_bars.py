"""The bars of ``make bench-drafting``: a figure that is not good enough is named, and so is one that is missing."""

from __future__ import annotations

from benchmarks.drafting import AT_LEAST, AT_MOST, missed

GOOD = AT_LEAST | AT_MOST


def test_figures_at_their_bars_miss_none() -> None:
    assert missed(GOOD) == []


def test_each_figure_beyond_its_bar_is_named() -> None:
    for name in AT_LEAST:
        assert missed(GOOD | {name: AT_LEAST[name] - 0.001})[0].startswith(name)
    for name in AT_MOST:
        assert missed(GOOD | {name: AT_MOST[name] + 1})[0].startswith(name)


def test_a_figure_that_was_not_measured_misses_its_bar() -> None:
    without = {name: value for name, value in GOOD.items() if name != "score_held_out"}
    assert missed(without) == ["score_held_out was not measured"]
