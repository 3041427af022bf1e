"""What must hold of every scale, generated from its declaration."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.errors import ResponseError
from outcomes.instruments import score
from outcomes.instruments.combine import combine, item_values
from outcomes.instruments.registry import REGISTRY
from outcomes.instruments.spec import Algorithm, Composite
from tests.instruments.reference_cases import SCALES, frame

PLAIN = [pair for pair in SCALES if isinstance(pair[1].combine, str)]


def steps(scale):
    """Signs with which higher item values can move the score: +1, -1, or both."""
    if isinstance(scale.combine, Algorithm):
        return {scale.combine.direction} if scale.combine.direction else {1, -1}
    if isinstance(scale.combine, Composite):
        pairs = zip(scale.combine.parts, scale.combine.weights, strict=True)
        return {int(np.sign(weight)) * sign for part, weight in pairs for sign in steps(part)}
    falls = scale.rescale_to is not None and scale.rescale_to[0] > scale.rescale_to[1]
    falls |= scale.table is not None and scale.table.scores[0] > scale.table.scores[-1]
    return {-1 if falls else 1}


MONOTONE = [pair for pair in SCALES if len(steps(pair[1])) == 1]
REVERSED = [
    pair
    for pair in SCALES
    if any(item.reverse for item in pair[1].items) and not isinstance(pair[1].combine, Composite)
]
RULES = [
    (instrument, scale, rule)
    for instrument, scale in SCALES
    for rule in (scale.missing, *scale.other_rules)
    if rule.min_answered != 0
]
# One example is a seed, and one seed makes many administrations.
QUICK = settings(max_examples=4, deadline=None)
SEEDS = given(seed=st.integers(0, 2**32 - 1))
DECLARED = pytest.mark.parametrize("instrument", REGISTRY.values(), ids=list(REGISTRY))


def over(pairs):
    """Run a test over scales, named instrument-scale."""
    names = [f"{instrument.key}-{scale.key}" for instrument, scale in pairs]
    return pytest.mark.parametrize("scale", [scale for _, scale in pairs], ids=names)


def by_value(item):
    """Allowed answers (of a continuous item some of them) from the lowest value to the highest."""
    answers = np.array(
        item.responses.values or np.linspace(item.responses.lowest, item.responses.highest, 6)
    )
    return answers[np.argsort(item_values(item, answers), kind="stable")]


def complete(items, rng, n_records=40):
    """Allowed answers to every item, one row per record."""
    return np.column_stack([rng.choice(by_value(item), n_records) for item in items])


def scored(scale, answers):
    return combine(scale, np.asarray(answers, dtype=float))[0]


@over(SCALES)
@QUICK
@SEEDS
def test_complete_answers_score_within_the_declared_range(scale, seed):
    found = scored(scale, complete(scale.items, np.random.default_rng(seed)))
    low, high = scale.range
    inside = (found >= low - 1e-9) & (found <= high + 1e-9)
    undefined = np.isnan(found) & isinstance(scale.combine, Algorithm)
    assert (inside | undefined).all()


@over(PLAIN)
def test_both_ends_of_the_range_are_reached(scale):
    ends = [[by_value(item)[end] for item in scale.items] for end in (0, -1)]
    assert sorted(scored(scale, ends)) == pytest.approx(sorted(scale.range), abs=1e-9)


@over(MONOTONE)
@QUICK
@SEEDS
def test_a_higher_item_value_never_moves_the_score_against_its_direction(scale, seed):
    rng = np.random.default_rng(seed)
    before = complete(scale.items, rng)
    after = before.copy()
    for row, place in enumerate(rng.integers(len(scale.items), size=len(before))):
        ordered = by_value(scale.items[place])
        after[row, place] = rng.choice(ordered[list(ordered).index(before[row, place]) :])
    gain = scored(scale, after) - scored(scale, before)
    (sign,) = steps(scale)
    assert np.nanmin(sign * gain) >= -1e-9


@over(REVERSED)
@QUICK
@SEEDS
def test_a_reversed_item_counts_lowest_plus_highest_minus_the_answer(scale, seed):
    answers = complete(scale.items, np.random.default_rng(seed))
    turned = np.column_stack(
        [
            item.responses.lowest + item.responses.highest - column if item.reverse else column
            for item, column in zip(scale.items, answers.T, strict=True)
        ]
    )
    forward = replace(scale, items=tuple(replace(item, reverse=False) for item in scale.items))
    assert scored(scale, answers) == pytest.approx(scored(forward, turned), abs=1e-9)
    assert scored(scale, answers) != pytest.approx(scored(forward, answers), abs=1e-9)


@pytest.mark.parametrize(
    ("scale", "rule"),
    [(scale, rule) for _, scale, rule in RULES],
    ids=[f"{instrument.key}-{scale.key}-{rule.name}" for instrument, scale, rule in RULES],
)
@QUICK
@SEEDS
def test_missing_rule_at_its_edge_and_beyond(scale, rule, seed):
    rng = np.random.default_rng(seed)
    answers = complete(scale.items, rng)
    least = len(scale.items) if rule.min_answered is None else rule.min_answered
    rank = rng.permuted(np.tile(np.arange(len(scale.items)), (len(answers), 1)), axis=1)
    ruled = replace(scale, missing=rule)
    assert np.isnan(scored(ruled, np.where(rank < least - 1, answers, np.nan))).all()
    if not scale.prorates:
        return
    answered = np.where(rank < least, answers, np.nan)
    at_edge = scored(ruled, answered)
    values = np.column_stack(
        [item_values(item, answered[:, place]) for place, item in enumerate(scale.items)]
    )
    imputed = np.where(np.isnan(values), np.nanmean(values, axis=1, keepdims=True), values)
    expected = imputed.mean(axis=1) if scale.combine == "mean" else imputed.sum(axis=1)
    if scale.rescale_to is not None:
        ends = scale.raw_range
        if scale.combine == "mean":
            ends = tuple(end / len(scale.items) for end in ends)
        expected = np.interp(expected, ends, scale.rescale_to)
    if rule.rounded:
        expected = np.floor(np.round(expected, 9) + 0.5)
    assert at_edge == pytest.approx(expected, abs=1e-9)


def not_allowed(item, rng):
    """Draw an answer that the item does not allow: beyond its ends, between its values, a code."""
    allowed = item.responses
    wrong = [allowed.lowest - 1, allowed.highest + 1, 99_999, np.inf]
    if allowed.values is not None:
        between = set(range(int(allowed.lowest), int(allowed.highest))) - set(allowed.values)
        wrong += [allowed.lowest + 0.3, *between]
    return rng.choice(wrong)


@DECLARED
@QUICK
@SEEDS
def test_answers_outside_the_response_set_are_refused_by_name(instrument, seed):
    rng = np.random.default_rng(seed)
    answers = complete(instrument.items, rng, n_records=len(instrument.items))
    for place, item in enumerate(instrument.items):
        answers[place, place] = not_allowed(item, rng)
    with pytest.raises(ResponseError) as refused:
        score(frame(instrument, *answers), instrument, experimental=True)
    *complaints, _ = str(refused.value).splitlines()
    for place, (item, complaint) in enumerate(zip(instrument.items, complaints, strict=True)):
        said = f"{item.key}: 1 of {len(answers)} answers are not among {item.responses}"
        assert complaint.startswith(said)
        assert f"subject {place + 1}, visit week 4" in complaint


@DECLARED
@pytest.mark.filterwarnings("ignore::outcomes.errors.OutcomesWarning")
def test_every_allowed_answer_is_read(instrument):
    allowed = [by_value(item) for item in instrument.items]
    longest = max(len(values) for values in allowed)
    answers = np.column_stack([np.resize(values, longest) for values in allowed])
    scores = score(frame(instrument, *answers), instrument, experimental=True)
    assert (scores["n_answered"] == scores["n_items"]).all()


@DECLARED
def test_unanswered_administration_is_missing_and_says_so(instrument):
    scores = score(
        frame(instrument, [np.nan] * len(instrument.items)), instrument, experimental=True
    )
    assert scores["score"].isna().all()
    assert set(scores["status"]) == {"missing"}
    assert set(scores["reason"]) == {"not_administered"}
    assert set(scores["n_answered"]) == {0}


@DECLARED
def test_declaration_says_where_everything_comes_from(instrument):
    assert instrument.rights
    assert instrument.citation.citation
    for scale in instrument.scales:
        assert scale.source.citation
        assert scale.higher_is in ("worse", "better", "neutral")
        thresholds_and_bands = (*scale.thresholds, *scale.bands)
        assert all(each.source.citation for each in thresholds_and_bands)
        if not instrument.experimental:
            levels = {each.level for each in (scale, scale.missing, *thresholds_and_bands)}
            assert "unverified" not in levels


@DECLARED
def test_bands_cover_the_range_of_their_scale(instrument):
    for scale in instrument.scales:
        for bands in scale.bands:
            assert (bands.edges[0], bands.edges[-1]) == scale.range
