"""Columns of causes: the event, what competes with it, and censoring."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outcomes.errors import DataError, SpecificationError
from outcomes.models.records import first_rows, require_columns, require_values
from outcomes.models.survival.columns import Times, arms_of, group_of, spans

Label = str | int


def read_causes(
    data: pd.DataFrame,
    *,
    time: str,
    cause: str,
    arm: str,
    causes: tuple[Label, ...],
    censored: Label,
    reference: str | None = None,
    entry: str | None = None,
) -> Times:
    """Read the columns of a frame of causes, or say what is wrong with them."""
    asked = {time: "time=", cause: "cause=", arm: "arm="} | ({entry: "entry="} if entry else {})
    require_columns(data, asked)
    if len(causes) < 2 or len({*causes, censored}) < len(causes) + 1:
        raise SpecificationError(
            f"causes are {', '.join(map(repr, causes))} and censored is {censored!r}; name the "
            "event, at least one competing event, and what stands for censoring, all different."
        )
    require_values(data, [cause])
    arms = arms_of(data, arm, reference)
    ends, starts = spans(data, time, entry)
    codes = {censored: 0} | {label: i for i, label in enumerate(causes, start=1)}
    event = data[cause].astype(object).map(codes)
    wrong = event.isna()
    if wrong.any():
        found = ", ".join(dict.fromkeys(repr(value) for value in data.loc[wrong, cause][:3]))
        raise DataError(
            f"{cause}: {wrong.sum()} of {len(data)} rows hold another label (first rows "
            f"{first_rows(data, wrong)}; found {found}). Allowed are "
            f"{', '.join(map(repr, codes))}; name every competing event in competing=."
        )
    return Times(
        arms=arms,
        group=group_of(data, arm, arms),
        time=ends,
        event=event.to_numpy(dtype=float).astype(np.intp),
        entry=starts,
    )
