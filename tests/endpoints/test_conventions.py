"""Single-value conventions, filled by hand."""

import pandas as pd
import pytest

from outcomes.assumptions import Convention
from outcomes.endpoints.conventions import carried_forward
from outcomes.errors import SpecificationError, UnsupportedCombinationError

FRAME = pd.DataFrame(
    {
        "subject": ["1"] * 4 + ["2"] * 4 + ["3"] * 4,
        "baseline": [6.0] * 4 + [5.0] * 4 + [float("nan")] * 4,
        "value": [4.0, None, 7.0, None, None, None, 3.0, None, None, 2.0, None, None],
    }
)
EXPECTED = {
    Convention.BASELINE_CARRIED_FORWARD: [4, 6, 7, 6, 5, 5, 3, 5, None, 2, None, None],
    # Higher is worse: of what was seen so far, the baseline among it.
    Convention.WORST_CARRIED_FORWARD: [4, 6, 7, 7, 5, 5, 3, 5, None, 2, 2, 2],
    Convention.LAST_CARRIED_FORWARD: [4, 4, 7, 7, 5, 5, 3, 3, None, 2, 2, 2],
}


@pytest.mark.parametrize("convention", EXPECTED)
def test_a_missing_score_is_filled_and_a_seen_one_stays(convention):
    value = carried_forward(FRAME, convention)["value"]
    assert [None if pd.isna(v) else v for v in value] == EXPECTED[convention]


def test_the_worst_of_a_scale_where_higher_is_better_is_the_lowest():
    value = carried_forward(FRAME, Convention.WORST_CARRIED_FORWARD, higher_is="better")["value"]
    assert value.tolist()[:8] == [4, 4, 7, 4, 5, 5, 3, 3]


def test_change_follows_the_filled_score():
    filled = carried_forward(FRAME, Convention.BASELINE_CARRIED_FORWARD)
    assert filled["change"].tolist()[:4] == [-2, 0, 1, 0]
    assert filled["percent_change"].tolist()[3] == 0


def test_what_fills_nothing_is_refused():
    with pytest.raises(
        UnsupportedCombinationError, match="Non-responder imputation fills no score"
    ):
        carried_forward(FRAME, Convention.NON_RESPONDER)
    with pytest.raises(SpecificationError, match="no worst score"):
        carried_forward(FRAME, Convention.WORST_CARRIED_FORWARD, higher_is="neutral")


def test_every_convention_is_printed_with_its_abbreviation():
    assert [each.label.split(":")[0] for each in Convention] == ["BOCF", "WOCF", "LOCF", "NRI"]
