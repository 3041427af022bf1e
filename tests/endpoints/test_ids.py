"""Subjects kept as categories give what they give as text; rows of nobody are refused."""

import pandas as pd
import pytest

from outcomes.endpoints import (
    area_under_curve,
    flares,
    rescue_free_response,
    rescue_use,
    time_to_dropout,
    time_to_first,
)
from outcomes.endpoints.diary import diary_days, diary_summary
from outcomes.endpoints.medication import (
    adherence,
    ddd_per_day,
    mme_per_day,
    opioid_discontinuation,
    opioid_reduction,
    reduction_without_worsening,
    sustained_opioid_reduction,
)
from outcomes.endpoints.windows import assign_visits
from outcomes.errors import DataError
from outcomes.trial.study import Arm, Design, Visit

TWO = ["a", "b"]
DESIGN = Design(
    arms=(Arm(id="usual", label="Usual", reference=True), Arm(id="yoga", label="Yoga")),
    visits=(
        Visit(id="start", label="Start", day=0, window=(-2, 1), baseline=True),
        Visit(id="w1", label="Week 1", day=7, window=(5, 9)),
    ),
)
SUPPLIES = pd.DataFrame(
    {
        "subject": ["a", "a", "b"],
        "drug": ["morphine", "oxycodone", "morphine"],
        "route": "oral",
        "unit": "mg",
        "dose": [10.0, 5, 10],
        "day": [0, 3, 7],
        "quantity": [60, 20, 30],
        "days_supply": [30, 5, 30],
    }
)
DIARY = pd.DataFrame(
    {"subject": ["a", "a", "a", "b"], "day": [0, 1, 2, 5], "value": [7.0, 8, 4, 3]}
)
WEEKS = pd.DataFrame({"subject": TWO, "first_day": 0, "last_day": 6})
DOSES = DIARY.rename(columns={"value": "doses"})
AVERAGE = {"opioids": ["morphine"], "factor_set": "cdc2022", "denominator": "window"}
BEFORE = pd.DataFrame({"subject": TWO, "mme": [90.0, 60]} | AVERAGE | {"overlap": "add"}, TWO)
AFTER = BEFORE.assign(mme=[45.0, 50])
ENDED = pd.DataFrame({"subject": TWO, "last_day": [80, 90], "ended": "completed"})
WITHDRAWN = pd.DataFrame(
    {"subject": TWO, "withdrawal_reason": ["lost", None], "withdrawal_day": [12, None]}
)


def coded(frame: pd.DataFrame, *unused: str) -> pd.DataFrame:
    """Text columns as categories, some of them of nothing that there is."""
    text = [name for name in frame if frame[name].dtype == object and frame[name].notna().all()]
    return frame.assign(
        **{name: pd.Categorical(frame[name], [*frame[name].unique(), *unused]) for name in text}
    )


CALLS = {
    "mme days": lambda as_: mme_per_day(as_(SUPPLIES)),
    "mme average": lambda as_: mme_per_day(as_(SUPPLIES), denominator="on_therapy_days"),
    "ddd": lambda as_: ddd_per_day(as_(SUPPLIES), window=(0, 27)),
    "adherence": lambda as_: adherence(as_(SUPPLIES), window=(0, 27)),
    "stopping": lambda as_: opioid_discontinuation(as_(SUPPLIES), window=(0, 83)),
    "reduction": lambda as_: opioid_reduction(as_(BEFORE), as_(AFTER), missing="undefined"),
    "reduction lasting": lambda as_: sustained_opioid_reduction(
        as_(BEFORE), as_(AFTER.assign(day=28)), percent=30
    ),
    "reduction guarded": lambda as_: reduction_without_worsening(
        as_(opioid_reduction(BEFORE, AFTER, missing="undefined")),
        as_(pd.DataFrame({"subject": TWO, "change": [0.0, 2]})),
    ),
    "diary days": lambda as_: diary_days(as_(DIARY)),
    "diary weeks": lambda as_: diary_summary(as_(DIARY), as_(WEEKS), min_days=1),
    "visits": lambda as_: assign_visits(as_(DIARY), DESIGN).chosen,
    "flares": lambda as_: (
        flares(
            as_(DIARY), as_(WEEKS.assign(baseline=[5.0, 2])), rise=1, min_days=1, free_days=3
        ).subjects
    ),
    "rescue": lambda as_: rescue_use(as_(DOSES), as_(WEEKS), min_days=1),
    "rescue-free": lambda as_: rescue_free_response(
        as_(WEEKS.assign(day=[3, 9], response=True)), as_(DIARY)
    ),
    "first event": lambda as_: time_to_first(as_(DIARY), as_(ENDED), event="rescue"),
    "dropout": lambda as_: time_to_dropout(as_(WITHDRAWN), end=84),
    "area": lambda as_: area_under_curve(as_(DIARY), until=2, max_gap=1),
}


@pytest.mark.parametrize("unused", [(), ("none of it",)], ids=["used", "unused"])
@pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
def test_categories_change_nothing(call, unused):
    expected = call(lambda frame: frame)
    found = call(lambda frame: coded(frame, *unused))
    assert len(expected) == len(found) > 0
    pd.testing.assert_frame_equal(found.astype(expected.dtypes.to_dict()), expected)


@pytest.mark.parametrize("name", CALLS)
def test_rows_without_a_subject_are_refused_rather_than_dropped(name):
    def nobody(frame):
        return frame.assign(subject=frame["subject"].mask(frame["subject"] == "b"))

    with pytest.raises(DataError, match="without a subject"):
        CALLS[name](nobody)
