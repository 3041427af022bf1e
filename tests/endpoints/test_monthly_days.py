"""Monthly headache days: the worked examples, and what cannot be."""

import numpy as np
import pandas as pd
import pytest

from outcomes.endpoints.monthly_days import monthly_days
from outcomes.errors import DataError, SchemaError, SpecificationError


# Worked examples, written down before the code: days x 28 / completed days, 14 needed.
@pytest.mark.parametrize(
    ("days", "completed", "per_28"),
    [(9, 28, 9.0), (7, 21, 9.33333333), (4, 12, np.nan), (0, 14, 0.0), (28, 28, 28.0)],
)
def test_worked_examples(days, completed, per_28):
    (row,) = monthly_days(pd.DataFrame({"n_days": [days], "n_completed": [completed]})).itertuples()
    assert row.days_per_28 == pytest.approx(per_28, nan_ok=True)
    assert row.reason == ("too few diary days" if np.isnan(per_28) else "")


@pytest.mark.parametrize(
    ("days", "completed", "match"),
    [
        (30, 28, "1 row with more days than were completed .row 0"),
        (9, 31, "more completed days than 28"),
        (-1, 28, "whole numbers of 0 or more"),
        (1.5, 28, "whole numbers"),
        (np.nan, 28, "whole numbers"),
    ],
)
def test_counts_that_cannot_be_are_refused(days, completed, match):
    with pytest.raises(DataError, match=match):
        monthly_days(pd.DataFrame({"n_days": [days], "n_completed": [completed]}))


def test_a_calendar_month_can_have_31_days_and_counts_per_28():
    counts = pd.DataFrame({"n_days": [31], "n_completed": [31]})
    assert monthly_days(counts, length=31)["days_per_28"].tolist() == [28.0]


def test_missing_columns_and_impossible_minima_are_refused():
    with pytest.raises(SchemaError, match="lack n_completed"):
        monthly_days(pd.DataFrame({"n_days": [1]}))
    with pytest.raises(SpecificationError, match="min_days is 29"):
        monthly_days(pd.DataFrame({"n_days": [1], "n_completed": [28]}), min_days=29)
