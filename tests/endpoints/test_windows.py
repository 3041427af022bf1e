"""Visit windows against a plain search, and what they refuse."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.endpoints.windows import assign_visits
from outcomes.errors import DataError, SchemaError, SpecificationError
from outcomes.trial.study import Arm, Design, Visit

ARMS = (Arm(id="a", label="A", reference=True), Arm(id="b", label="B"))
DESIGN = Design(
    arms=ARMS,
    visits=(
        Visit(id="start", label="Start", day=0, window=(-7, 0), baseline=True),
        Visit(id="w4", label="Week 4", day=28, window=(21, 35)),
        Visit(id="w8", label="Week 8", day=56, window=(40, 63)),
    ),
)
days = st.dictionaries(
    st.sampled_from(["1", "2"]), st.sets(st.integers(-10, 70), max_size=12), min_size=1
)


@settings(max_examples=60, deadline=None)
@given(days, st.sampled_from(["nearest", "first", "last"]), st.sampled_from(["earlier", "later"]))
def test_every_visit_equals_a_plain_search(seen, choice, tie):
    pairs = [(subject, day) for subject, found in seen.items() for day in found]
    records = pd.DataFrame(pairs, columns=["subject", "day"]).astype({"day": int})
    made = assign_visits(records, DESIGN, choice=choice, tie=tie)
    chosen = {(r.subject, r.visit): r.day for r in made.chosen.itertuples()}
    tied = {(r.subject, r.visit, r.day) for r in made.ties.itertuples()}
    for subject, found in seen.items():
        for visit in DESIGN.visits:
            inside = [day for day in found if visit.window[0] <= day <= visit.window[1]]
            if not inside:
                assert (subject, visit.id) not in chosen
                continue
            near = min(abs(day - visit.day) for day in inside)
            nearest = sorted(day for day in inside if abs(day - visit.day) == near)
            expected = {
                "first": min(inside),
                "last": max(inside),
                "nearest": nearest[0] if tie == "earlier" else nearest[-1],
            }
            assert chosen[subject, visit.id] == expected[choice]
            if choice == "nearest":
                assert all(
                    ((subject, visit.id, day) in tied) == (len(nearest) > 1) for day in nearest
                )
    assert len(made.chosen) + len(made.set_aside) == len(records)


def test_a_tie_is_refused_unless_resolved_and_then_reported():
    records = pd.DataFrame({"subject": "1", "day": [26, 30]})
    with pytest.raises(DataError, match=r"2 rows tie for a visit .subject 1 day 26 at w4"):
        assign_visits(records, DESIGN)
    assert assign_visits(records, DESIGN, tie="later").ties["chosen"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("records", "error", "match"),
    [
        (pd.DataFrame({"subject": "1", "day": [28, 28]}), DataError, "share a day"),
        (pd.DataFrame({"subject": "1", "day": [None, 28.0]}), DataError, "whole day"),
        (pd.DataFrame({"subject": "1", "day": [28], "visit": "w4"}), SchemaError, "no visit"),
    ],
)
def test_records_that_cannot_be_assigned_are_refused(records, error, match):
    with pytest.raises(error, match=match):
        assign_visits(records, DESIGN)


def test_unknown_options_and_missing_windows_are_refused():
    records = pd.DataFrame({"subject": ["1"], "day": [28]})
    with pytest.raises(SpecificationError, match="choice is"):
        assign_visits(records, DESIGN, choice="best")
    start = Visit(id="start", label="Start", day=0, baseline=True)
    later = Visit(id="w4", label="Week 4", day=28)
    with pytest.raises(SpecificationError, match="no window is declared for start, w4"):
        assign_visits(records, Design(arms=ARMS, visits=(start, later)))
