"""Figures of missing scores and of assumptions: what they say and what they put where."""

import numpy as np
import pandas as pd
import pytest

from outcomes.plots.assumptions import assumptions_figure, plot_assumptions
from outcomes.plots.missing import missing_patterns_figure
from outcomes.plots.svg import figure_svg
from outcomes.plots.theme import canvas
from outcomes.plots.tipping import plot_tipping_map, tipping_figure
from tests.plots import examples as ex


def test_patterns_beyond_the_first_dozen_are_summed_up_and_lose_nobody():
    frame = ex.missing_patterns(2)
    data = missing_patterns_figure(frame, arms=ex.arms(2), visits=ex.visits(8), outcome="pain").data
    assert len(data.rows) == 13
    assert data.rows[-1].label == "3 other patterns"
    each = frame.drop_duplicates(["pattern", "arm"]).groupby("arm")["n"].sum()
    for column, arm in enumerate(("arm0", "arm1")):
        assert sum(int(row.cells[column]) for row in data.rows) == each[arm]


def test_patterns_are_described_by_arm():
    frame = pd.DataFrame(
        {
            "pattern": [1, 1, 2, 2],
            "kind": ["complete", "complete", "with gaps", "with gaps"],
            "arm": "arm0",
            "visit": ["w39", "w52"] * 2,
            "seen": [True, True, False, True],
            "n": [7, 7, 2, 2],
        }
    )
    figure = missing_patterns_figure(frame, arms=ex.arms(2), visits=ex.visits(2), outcome="pain")
    assert figure.description.startswith("Medication only, 9 patients: 7 seen at every visit, 0")
    assert [row.label for row in figure.data.rows] == ["No visit", "Week 39"]


def test_an_assumption_that_cannot_be_estimated_says_why():
    figure = assumptions_figure(
        ex.by_assumption(2), arms=ex.arms(2), outcome="pain", visit="week 52"
    )
    assert "Last (LOCF): not estimated (nobody was seen)." in figure.description
    assert figure.data.rows[-1].cells == ("not estimated (nobody was seen)",)


def test_estimates_are_drawn_where_they_are():
    _, ax = canvas((440, 300))
    plot_assumptions(ex.by_assumption(2), arms=ex.arms(2), ax=ax)
    drawn = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert drawn == [-3, -2, -1]


def test_the_contour_of_the_map_is_where_the_limit_is_zero():
    grid = ex.tipping_grid()
    reference, active = ex.arms(2)
    _, ax = canvas((440, 400))
    plot_tipping_map(grid, active=active, reference=reference, ax=ax)
    lines = [c for c in ax.collections if not np.size(c.get_facecolor())]
    points = np.concatenate([path.vertices for c in lines for path in c.get_paths()])
    x, y = points.T
    estimate = -2.4 + y / 3 - x / 3
    half = 1.96 * np.sqrt(1 + y**2 / 400 + x**2 / 400)
    # The contour is linear between the points of the grid.
    assert np.abs(np.abs(estimate) - half).max() < 0.01


def test_the_table_of_the_map_is_thinned_about_no_shift():
    reference, active = ex.arms(2)
    figure = tipping_figure(
        ex.tipping_grid(),
        active=active,
        reference=reference,
        outcome="pain",
        visit="week 52",
        assumption="missing at random",
        verdict="It tips.",
    )
    labels = ["−8", "−4", "0", "+4", "+8"]
    assert [column.label for column in figure.data.columns] == labels
    assert [row.label for row in figure.data.rows] == labels
    assert figure.data.rows[2].cells[2] == "−2.40; 0.040"
    assert figure.description.endswith("It tips.")


@pytest.mark.parametrize("shift", [-20.0, 20.0])
def test_a_map_without_a_tipping_point_is_drawn_too(shift):
    grid = ex.tipping_grid()
    moved = grid.assign(**{k: grid[k] + shift for k in ("estimate", "conf_low", "conf_high")})
    reference, active = ex.arms(2)
    figure = tipping_figure(
        moved,
        active=active,
        reference=reference,
        outcome="pain",
        visit="week 52",
        assumption="missing at random",
        verdict="",
    )
    assert "p &lt; 0.05" in figure_svg(figure)
