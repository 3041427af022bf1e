"""Answers against a plain loop over thresholds."""

import math

import numpy as np
import pytest

from outcomes.instruments import find
from outcomes.simulate.answers import give_answers
from tests.simulate.designs import sample_design

N = 40


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(21)
    design = sample_design()
    traits = 1.5 * rng.standard_normal((N, len(design.visits), len(design.traits)))
    errors = rng.standard_normal((N, len(design.visits), len(design.item_keys)))
    return traits, errors, give_answers(design, traits, errors)


def slow_answer(item, centre, spread, latent):
    """Count the thresholds below the latent response, one by one."""
    low, high = int(item.responses.lowest), int(item.responses.highest)
    thresholds = [(category - 0.5 - centre) / spread for category in range(low + 1, high + 1)]
    return low + sum(latent >= threshold for threshold in thresholds)


def test_each_answer_counts_the_thresholds_passed(drawn):
    traits, errors, answers = drawn
    design = sample_design()
    items = {item.key: item for key in design.instruments for item in find(key).items}
    names = [trait.id for trait in design.traits]
    column = 0
    for group in design.items:
        for key, centre in group.centres.items():
            for i in range(N):
                for j in range(len(design.visits)):
                    trait = traits[i, j, names.index(group.trait)]
                    if group.of_change:
                        trait -= traits[i, 0, names.index(group.trait)]
                    own = math.sqrt(1 - group.loading**2) * errors[i, j, column]
                    expected = slow_answer(
                        items[key], centre, group.spread, group.loading * trait + own
                    )
                    if group.of_change and j == 0:
                        assert math.isnan(answers[i, j, column])
                    else:
                        assert answers[i, j, column] == expected
            column += 1


def test_better_function_is_answered_higher_by_less_disabled_patients():
    design = sample_design()
    errors = np.zeros((2, len(design.visits), len(design.item_keys)))
    traits = np.zeros((2, len(design.visits), len(design.traits)))
    traits[1] = 2.0
    fine, unwell = give_answers(design, traits, errors)[:, 1]
    keys = np.array(design.item_keys)
    better = np.char.startswith(keys, "promis_pf")
    # PGIC is about change, and nothing changed in either; a yes/no item may be answered alike.
    worse = ~better & ~np.char.startswith(keys, "pgic") & ~np.char.startswith(keys, "rmdq")
    assert (fine[better] > unwell[better]).all()
    assert (fine[worse] < unwell[worse]).all()
