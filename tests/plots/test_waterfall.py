"""Waterfall: what is drawn, what is said, and that no patient can be looked up."""

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.patches import StepPatch

from outcomes.plots.theme import canvas
from outcomes.plots.waterfall import LOWEST, plot_waterfall, waterfall_figure
from tests.plots import examples as ex


def drawn(improvements, n_arms=2):
    axes = canvas((440, 300))[1]
    plot_waterfall(improvements, arms=ex.arms(n_arms), threshold=30, ax=axes)
    return [patch.get_data() for patch in axes.findobj(StepPatch) if patch.get_fill()]


def test_columns_fall_from_the_best_to_the_worst_and_end_at_the_edge():
    improvements, _ = ex.improvements(2)
    shuffled = improvements.sample(frac=1, random_state=1)
    for data in drawn(shuffled):
        assert len(data.values) == 60
        assert (np.diff(data.values) <= 0).all()
        assert data.values.max() == 95
        assert data.values.min() == LOWEST
        assert data.baseline == 0


def test_arms_stand_side_by_side_without_touching():
    edges = [data.edges for data in drawn(ex.improvements(3)[0], 3)]
    assert all(one[-1] < other[0] for one, other in pairwise(edges))


def test_the_words_count_who_got_worse_and_who_stands_at_the_edge():
    improvements, groups = ex.improvements(2)
    figure = waterfall_figure(improvements, groups, arms=ex.arms(2), outcome="Pain", threshold=30)
    worse = (improvements["improvement"] < 0).groupby(improvements["arm"]).mean()["arm0"]
    assert f"{100 * worse:.1f}% with Medication only" in figure.description
    beyond = int((improvements["improvement"] < -100).sum())
    assert f"{beyond} patients who got worse by more than 100% stand at the edge" in figure.caption


def test_the_data_are_groups_and_groups_without_anybody_rare_are_left_out():
    figure = waterfall_figure(*ex.improvements(2), arms=ex.arms(2), outcome="Pain", threshold=30)
    labels = [row.label for row in figure.data.rows]
    assert labels[0] == "Worse"
    assert labels[-2:] == ["No score at the visit", "All with a usable baseline"]
    assert "Event counted as no response" not in labels
    assert figure.data.rows[0].cells == ("40 (53.3%)", "40 (53.3%)")
    assert figure.data.rows[-1].cells == ("75", "75")


def test_one_patient_is_drawn():
    one = pd.DataFrame({"arm": ["arm0"], "improvement": [10.0]})
    (data,) = drawn(one)
    assert data.values.tolist() == [10.0]
