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
from outcomes.instruments.spec import Algorithm
from tests.instruments.reference_cases import SCALES, frame

PLAIN = [pair for pair in SCALES if not isinstance(pair[1].combine, Algorithm)]
MONOTONE = [
    pair
    for pair in SCALES
    if not (isinstance(pair[1].combine, Algorithm) and not pair[1].combine.monotone)
]
REVERSED = [pair for pair in SCALES if any(item.reverse for item in pair[1].items)]
RULES = [
    (instrument, scale, rule)
    for instrument, scale in SCALES
    for rule in (scale.missing, *scale.other_rules)
    if rule.min_answered != 0
]
QUICK = settings(max_examples=30, deadline=None)
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


def complete(items):
    """Allowed answers to every item."""
    return st.tuples(*(st.sampled_from(list(by_value(item))) for item in items)).map(list)


def scored(scale, *rows, min_answered=None):
    return combine(scale, np.array(rows, dtype=float), min_answered)[0]


@over(SCALES)
@QUICK
@given(data=st.data())
def test_complete_answers_score_within_the_declared_range(scale, data):
    (found,) = scored(scale, data.draw(complete(scale.items)))
    low, high = scale.range
    undefined = isinstance(scale.combine, Algorithm) and np.isnan(found)
    assert undefined or low - 1e-9 <= found <= high + 1e-9


@over(PLAIN)
def test_both_ends_of_the_range_are_reached(scale):
    ends = [[by_value(item)[end] for item in scale.items] for end in (0, -1)]
    assert sorted(scored(scale, *ends)) == pytest.approx(sorted(scale.range), abs=1e-9)


@over(MONOTONE)
@QUICK
@given(data=st.data())
def test_a_higher_item_value_never_moves_the_score_against_its_direction(scale, data):
    answers = data.draw(complete(scale.items))
    place = data.draw(st.integers(0, len(answers) - 1))
    ordered = list(by_value(scale.items[place]))
    higher = data.draw(st.sampled_from(ordered[ordered.index(answers[place]) :]))
    before, after = scored(scale, answers, [*answers[:place], higher, *answers[place + 1 :]])
    falls = scale.rescale_to is not None and scale.rescale_to[0] > scale.rescale_to[1]
    assert (after <= before + 1e-9) if falls else (after >= before - 1e-9)


@over(REVERSED)
@QUICK
@given(data=st.data())
def test_a_reversed_item_counts_lowest_plus_highest_minus_the_answer(scale, data):
    answers = data.draw(complete(scale.items))
    turned = [
        item.responses.lowest + item.responses.highest - answer if item.reverse else answer
        for item, answer in zip(scale.items, answers, strict=True)
    ]
    forward = replace(scale, items=tuple(replace(item, reverse=False) for item in scale.items))
    assert scored(scale, answers) == pytest.approx(scored(forward, turned), abs=1e-9)


@pytest.mark.parametrize(
    ("scale", "rule"),
    [(scale, rule) for _, scale, rule in RULES],
    ids=[f"{instrument.key}-{scale.key}-{rule.name}" for instrument, scale, rule in RULES],
)
@QUICK
@given(data=st.data())
def test_missing_rule_at_its_edge_and_beyond(scale, rule, data):
    n_items = len(scale.items)
    least = n_items if rule.min_answered is None else rule.min_answered
    answers = data.draw(complete(scale.items))
    order = data.draw(st.permutations(range(n_items)))
    enough, too_few = list(answers), list(answers)
    for place in order[least:]:
        enough[place] = np.nan
    for place in order[least - 1 :]:
        too_few[place] = np.nan
    at_edge, beyond = scored(scale, enough, too_few, min_answered=rule.min_answered)
    assert np.isnan(beyond)
    if isinstance(scale.combine, Algorithm):
        return
    values = [
        item_values(item, np.array([a]))[0] for item, a in zip(scale.items, enough, strict=True)
    ]
    imputed = np.where(np.isnan(values), np.nanmean(values), values)
    low, high = scale.range
    if scale.combine == "sum" and scale.table is None and scale.rescale_to is None:
        assert at_edge == pytest.approx(imputed.sum(), abs=1e-9)
    if scale.combine == "mean" and scale.rescale_to is None:
        assert at_edge == pytest.approx(imputed.mean(), abs=1e-9)
    assert low - 1e-9 <= at_edge <= high + 1e-9


@DECLARED
@QUICK
@given(data=st.data())
def test_answers_outside_the_response_set_are_refused_by_name(instrument, data):
    answers = data.draw(complete(instrument.items))
    place = data.draw(st.integers(0, len(answers) - 1))
    item = instrument.items[place]
    allowed = item.responses
    wrong = [allowed.lowest - 1, allowed.highest + 1, 99_999, np.inf]
    if allowed.values is not None:
        wrong += [
            allowed.lowest + 0.5,
            *set(range(int(allowed.lowest), int(allowed.highest))) - set(allowed.values),
        ]
    answers[place] = data.draw(st.sampled_from(wrong))
    with pytest.raises(ResponseError) as refused:
        score(frame(instrument, answers), instrument)
    (complaint, *_) = str(refused.value).splitlines()
    assert complaint.startswith(f"{item.key}: 1 of 1 answers are not among {allowed}")
    assert "subject 1, visit week 4" in complaint


@DECLARED
def test_unanswered_administration_is_missing_and_says_so(instrument):
    scores = score(frame(instrument, [np.nan] * len(instrument.items)), instrument)
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
