"""Patients on opioids before randomisation who reduced the dose, or stopped, by a visit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from outcomes.analyses.opioid_use import OpioidUse
from outcomes.analyses.setting import Compared
from outcomes.endpoints.medication import mme_per_day, opioid_discontinuation, opioid_reduction
from outcomes.models.responders import responder_difference
from outcomes.stats.proportions import wilson
from outcomes.trial.study import Visit

Missing = Literal["non_responder", "exclude"]


def opioid_responses(
    found: OpioidUse,
    records: pd.DataFrame,
    who: Compared,
    visit: Visit,
    *,
    percents: tuple[int, ...],
    visit_days: int,
    grace: int,
    zero_days: int,
) -> pd.DataFrame:
    """Say who of the patients on opioids reduced the dose, or stopped, by a visit.

    Parameters
    ----------
    found : OpioidUse
    records : DataFrame
        Of opioids, those `found` was made from.
    who : Compared
        The visits.
    visit : Visit
        Days before it count.
    percents, grace, zero_days
        As for `opioid_reduction` and `opioid_discontinuation`.
    visit_days : int
        Days before the visit that the dose is averaged over.

    Returns
    -------
    DataFrame
        subject, arm, reduced_<percent> (nullable boolean, missing where the patient was not
        followed to the day before the visit, or a dose is not known), stopped (the same, but a
        supply of unknown dose is a supply), rotated.
    """
    users, names = found.users, [f"reduced_{percent}" for percent in percents]
    stayed = found.patients[found.patients["last_day"] >= visit.day - 1]
    window = stayed[["subject"]].assign(first_day=-found.baseline_days, last_day=visit.day - 1)
    # Of everybody, so that records which cannot say when use ended are refused whoever has them.
    ends = opioid_discontinuation(
        records, window=window, factors=found.factor_set, grace=grace, zero_days=zero_days
    )
    if users.empty:
        flags = {name: pd.Series(dtype="boolean") for name in (*names, "stopped")}
        return users[["subject", "arm"]].assign(**flags, rotated=pd.Series(dtype=bool))
    mine = window[window["subject"].isin(users["subject"])].assign(first_day=visit.day - visit_days)
    later = mme_per_day(records, found.factor_set, denominator=found.denominator, window=mine)
    baseline = found.averages[found.averages["visit"] == who.design.baseline.id]
    before = baseline[baseline["subject"].isin(users["subject"])]
    reduced = opioid_reduction(before, later, missing="undefined", percents=percents)
    made = users[["subject", "arm"]].merge(reduced, on="subject", how="left")
    stopped = ends.set_index("subject")["discontinued"].astype("boolean")
    made["stopped"] = made["subject"].map(stopped).astype("boolean")
    return made[["subject", "arm", *names, "stopped", "rotated"]]


def response_counts(
    who: Compared, found: pd.DataFrame, endpoints: Mapping[str, str], missing: Missing, level: float
) -> pd.DataFrame:
    """Count responses by arm: endpoint, label, arm, n, with_response, missing, proportion, limits.

    `n` is the number counted, by the rule for missing responses; Wilson limits; reason.
    """
    rows = []
    for endpoint, label in endpoints.items():
        for arm in who.arms:
            mine = found.loc[found["arm"] == arm.id, endpoint]
            lacking, x = int(mine.isna().sum()), int(mine.fillna(False).sum())
            n = len(mine) - (lacking if missing == "exclude" else 0)
            low, high = wilson(x, n, conf_level=level) if n else (np.nan, np.nan)
            share = x / n if n else np.nan
            why = "" if n else _nobody(len(mine))
            rows.append((endpoint, label, arm.id, n, x, lacking, share, low, high, why))
    names = ["endpoint", "label", "arm", "n", "with_response", "missing", "proportion"]
    return pd.DataFrame(rows, columns=[*names, "conf_low", "conf_high", "reason"])


def response_differences(
    who: Compared,
    found: pd.DataFrame,
    counts: pd.DataFrame,
    missing: Missing,
    level: float,
) -> pd.DataFrame:
    """Risk differences from the reference arm: endpoint, label, arm, estimate, limits, p_value.

    An arm in which nobody is counted has no estimate, and reason says so.
    """
    rows: list[dict[Any, Any]] = []
    for (endpoint, label), part in counts.groupby(["endpoint", "label"], sort=False):
        n = part.set_index("arm")["n"]
        for arm in who.active:
            empty = [each for each in (arm, who.reference) if n[each.id] == 0]
            named = {"endpoint": endpoint, "label": label, "arm": arm.id}
            if empty:
                why = f"nobody to count with {' and '.join(each.label for each in empty)}"
                rows.append({**named, "reason": why})
                continue
            pair = found[found["arm"].isin([arm.id, who.reference.id])]
            fit = responder_difference(
                pair.astype({"arm": object}),
                response=str(endpoint),
                arm="arm",
                reference=who.reference.id,
                missing=missing,
                conf_level=level,
            )
            (difference,) = fit.contrasts.head(1).to_dict("records")
            rows.append({**difference, **named})
    names = ["endpoint", "label", "arm", "estimate", "conf_low", "conf_high", "p_value", "reason"]
    return pd.DataFrame(rows, columns=names)


def _nobody(users: int) -> str:
    return "nobody was followed" if users else "nobody was on opioids at baseline"
