"""Reductions that last, and reductions without more pain."""

import numpy as np
import pandas as pd
import pytest

from outcomes.endpoints.medication import (
    opioid_discontinuation,
    opioid_reduction,
    reduction_without_worsening,
    sustained_opioid_reduction,
)
from outcomes.errors import (
    DataError,
    DuplicateRecordError,
    SchemaError,
    UnsupportedCombinationError,
)

MADE = {
    "opioids": "morphine",
    "factor_set": "cdc2022",
    "denominator": "window",
    "overlap": "carry_over",
}


def before(**mme):
    return pd.DataFrame({"subject": list(mme), "mme": list(mme.values()), **MADE})


def after(**mme):
    rows = [
        (subject, day, value)
        for subject, values in mme.items()
        for day, value in zip((28, 56, 84), values, strict=True)
        if value is not None
    ]
    return pd.DataFrame(rows, columns=["subject", "day", "mme"]).assign(**MADE)


def test_a_reduction_counts_where_it_lasts():
    found = sustained_opioid_reduction(
        before(a=120.0, b=120.0, c=0.0, d=np.nan, e=120.0),
        after(a=(80, 120, 80), b=(120, 84, 60), c=(0, 0, 0), d=(1, 1, 1), e=(60, None, None)),
        percent=30,
    ).set_index("subject")
    assert found.loc["b", ["time", "event", "reason"]].tolist() == [56, True, "sustained reduction"]
    assert found.loc["a", ["time", "event", "reason"]].tolist() == [84, False, "end of follow-up"]
    assert found.loc["c", "reason"] == "no opioid at baseline"
    assert found.loc["d", "reason"] == "baseline missing"
    assert found.loc["e", ["time", "reason"]].tolist() == [28, "not observed afterwards"]
    assert found["event"].isna().tolist() == [False, False, True, True, False]
    assert set(found["factor_set"]) == {"cdc2022"}


@pytest.mark.parametrize(
    ("follow_up", "error", "message"),
    [
        (after(a=(1, 1, 1)).drop(columns="day"), SchemaError, "follow_up lacks day"),
        (pd.concat([after(a=(1, 1, 1))] * 2), DuplicateRecordError, "several rows"),
        (after(a=(1, 1, 1)).assign(factor_set="cdc2016"), UnsupportedCombinationError, "differs"),
        (after(), DataError, "no rows"),
    ],
)
def test_what_is_refused(follow_up, error, message):
    with pytest.raises(error, match=message):
        sustained_opioid_reduction(before(a=120.0), follow_up, percent=30)


def test_less_opioid_with_more_pain_is_no_response():
    people = {"a": 80.0, "b": 80.0, "c": 119.0, "d": 80.0}
    reduction = opioid_reduction(
        before(**dict.fromkeys("abcde", 120.0)), before(**people), missing="undefined"
    )
    pain = pd.DataFrame({"subject": list("abce"), "change": [1.0, 1.5, np.nan, 0.0]})
    found = reduction_without_worsening(reduction, pain).set_index("subject")
    assert found["response"].tolist() == [True, False, False, pd.NA, pd.NA]
    assert found["reason"].tolist() == ["", "", "", "pain change missing", "follow-up missing"]


def test_why_opioids_were_not_stopped():
    supply = {"drug": "morphine", "route": "oral", "dose": 30, "unit": "mg", "days_supply": 30}
    records = pd.DataFrame(
        [
            {"subject": who, "day": day, "quantity": 60, **supply}
            for who, day in (("stopped", 0), ("grace", 50), ("short", 40), ("supplied", 60))
        ]
    )
    found = opioid_discontinuation(records, window=(0, 89)).set_index("subject")
    assert found["reason"].to_dict() == {
        "stopped": "discontinued",
        "grace": "gap within the grace period",
        "short": "too few days without opioid",
        "supplied": "supply until the end",
    }
