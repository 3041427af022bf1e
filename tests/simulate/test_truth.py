"""What truth.csv states, against theory and against replicated trials without loss."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from outcomes.instruments import find
from outcomes.simulate import simulate_trial, true_differences
from outcomes.simulate.truth import paired_answers, scores_by_visit
from tests.simulate.designs import SAMPLE, sample_design, with_patients

TRUTH = pd.read_csv(SAMPLE / "truth.csv", keep_default_na=False).astype({"difference": float})
LINEAR = {
    ("nrs", "pain"): 1.0,
    ("bpi", "severity"): 1 / 4,
    ("bpi", "interference"): 1 / 7,
    ("peg", "total"): 1 / 3,
    ("odi", "total"): 2.0,
    ("rmdq", "total"): 1.0,
    ("pcs", "total"): 1.0,
    ("pcs", "rumination"): 1.0,
    ("phq9", "total"): 1.0,
}
IN_README = [
    ("odi", "total"),
    ("nrs", "pain"),
    ("bpi", "severity"),
    ("bpi", "interference"),
    ("peg", "total"),
    ("rmdq", "total"),
    ("pcs", "total"),
    ("phq9", "total"),
    ("promis_pi_4a", "t_score"),
    ("promis_pf_4a", "t_score"),
    ("pgic", "change"),
]


def kinds_of_patients(design):
    """Share and trait shift of every combination of site, phenotype and opioid use."""
    p = design.patients
    opioid = ((p.share_opioid, p.shift_opioid), (1 - p.share_opioid, 0.0))
    for site, phenotype, (share, shift) in product(p.sites, p.phenotypes, opioid):
        yield site.share * phenotype.share * share, site.shift + phenotype.shift + shift


def exact_item_mean(design, group, item, centre, visit, *, active):
    """Mean answer from normal probabilities of passing each threshold; no simulation."""
    trait = next(each for each in design.traits if each.id == group.trait)
    icc = design.classes.icc
    variance = design.visits[visit].sd ** 2 * (1 + active * icc / (1 - icc))
    spread = np.sqrt(group.loading**2 * variance + 1 - group.loading**2)
    mean = item.responses.lowest
    for share, shift in kinds_of_patients(design):
        level = shift + trait.course[visit - 1] + active * trait.effect[visit - 1]
        for category in np.arange(item.responses.lowest + 1, item.responses.highest + 1):
            threshold = (category - 0.5 - centre) / group.spread
            mean += share * norm.sf((threshold - group.loading * level) / spread)
    return mean


@pytest.mark.parametrize(("key", "scale"), LINEAR)
def test_sums_of_items_have_exactly_the_mean_that_normal_theory_gives(key, scale):
    design = sample_design()
    items = {item.key: item for item in find(key).scale(scale).items}
    for visit in range(1, len(design.visits)):
        stated = TRUTH[
            (TRUTH["quantity"] == "mean")
            & (TRUTH["instrument"] == key)
            & (TRUTH["scale"] == scale)
            & (TRUTH["visit"] == design.visits[visit].id)
        ].iloc[0]
        reference, active = (
            LINEAR[key, scale]
            * sum(
                exact_item_mean(design, group, items[name], centre, visit, active=arm)
                for group in design.items
                for name, centre in group.centres.items()
                if name in items
            )
            for arm in (0, 1)
        )
        assert stated["difference"] == pytest.approx(
            active - reference, abs=4.5 * stated["std_error"]
        )


def test_trait_effects_are_those_of_the_design():
    traits = TRUTH[TRUTH["quantity"] == "trait"]
    design = sample_design()
    stated = [effect for trait in design.traits for effect in trait.effect]
    assert traits["difference"].tolist() == pytest.approx(stated)


def test_trials_without_loss_differ_by_the_stated_truth_on_average():
    """Every score at every visit: mean over replicates within its Monte Carlo error."""
    design, replicates = with_patients(1000), 16
    found = [differences_without_loss(design, seed) for seed in range(replicates)]
    frame = pd.concat(found, axis=1)
    stated = TRUTH[TRUTH["quantity"] == "mean"].set_index(["instrument", "scale", "visit"])
    assert set(frame.index) == set(stated.index)
    std_error = np.sqrt(frame.var(axis=1) / replicates + stated["std_error"] ** 2)
    z = (frame.mean(axis=1) - stated["difference"]) / std_error
    # Student t with 15 df: beyond 5.5 one in 16,000, and there are 80 differences.
    assert z.abs().max() < 5.5


def differences_without_loss(design, seed):
    trial = simulate_trial(design, np.random.default_rng(seed))
    n, n_visits = len(trial.subjects), len(design.visits)
    items = trial.complete[list(design.item_keys)].to_numpy(dtype=float, na_value=np.nan)
    active = (trial.subjects["arm"] == "integrative").to_numpy()
    return pd.Series(
        {
            (key, scale, visit.id): values[active, j].mean() - values[~active, j].mean()
            for (key, scale), values in scores_by_visit(
                design, items.reshape(n, n_visits, -1)
            ).items()
            for j, visit in enumerate(design.visits)
            if j
        }
    )


def test_responses_are_counted_from_the_pairs_that_have_a_baseline():
    """A small run against a loop over patients."""
    design = sample_design()
    truth = true_differences(design, n=60, rng=np.random.default_rng(9))
    (stream,) = np.random.default_rng(9).spawn(1)
    reference, active = (
        scores_by_visit(design, answers)["phq9", "total"]
        for answers in paired_answers(design, 60, stream)
    )
    counts = {0: [], 1: []}
    for arm, scores in enumerate((reference, active)):
        for patient in scores:
            if patient[0] > 0:
                counts[arm].append(100 * (patient[0] - patient[4]) / patient[0] >= 30 - 1e-9)
    row = truth[
        (truth["quantity"] == "response_30")
        & (truth["instrument"] == "phq9")
        & (truth["visit"] == "week26")
    ].iloc[0]
    assert len(counts[0]) < 60
    assert row["reference"] == pytest.approx(np.mean(counts[0]))
    assert row["active"] == pytest.approx(np.mean(counts[1]))


def test_no_response_is_stated_where_zero_is_arbitrary_or_nothing_was_asked_at_baseline():
    with_response = TRUTH[TRUTH["quantity"].str.startswith("response")]["instrument"].unique()
    assert {"promis_pi_4a", "promis_pf_4a", "pgic"}.isdisjoint(with_response)
    assert {"nrs", "odi", "rmdq"} <= set(with_response)


def test_truth_says_which_run_made_it():
    design = sample_design()
    assert TRUTH["n"].astype(int).unique().tolist() == [design.truth.n]
    assert TRUTH["seed"].astype(int).unique().tolist() == [design.truth.seed]


def test_the_readme_states_the_same_means():
    """The rows of its table of scores, in its order."""
    text = (SAMPLE / "README.md").read_text().replace("−", "-")
    table = text.split("| score |")[1].split("\n\n")[0].splitlines()[2:]
    means = TRUTH[TRUTH["quantity"] == "mean"].groupby(["instrument", "scale"])["difference"]
    assert len(table) == len(IN_README)
    for line, score in zip(table, IN_README, strict=True):
        stated = [float(cell) for cell in line.split("|")[2:-1]]
        assert stated == pytest.approx(means.get_group(score).tolist(), abs=0.00501)
