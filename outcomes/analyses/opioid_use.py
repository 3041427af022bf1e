"""Opioid doses of a population, averaged over the intervals between visits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import t

from outcomes.analyses.setting import Compared
from outcomes.endpoints.medication import mme_per_day

DOSES = (
    *("n", "n_unknown", "n_taking", "mean", "conf_low", "conf_high", "sd"),
    *("median", "q1", "q3"),
)
Denominator = Literal["window", "maximum_day"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class OpioidUse:
    """Averages of MME a day of everybody in a population.

    Parameters
    ----------
    patients : DataFrame
        subject, arm, last_day, baseline_mme (NaN where a dose is not known), baseline_reason.
    averages : DataFrame
        visit (end of the interval; the baseline visit for the days before randomisation), subject,
        arm and what `mme_per_day` gives; patients in an interval as far as they were followed.
    factor_set, denominator : str
        How they were averaged.
    baseline_days : int
        Days before randomisation that the baseline is averaged over.
    """

    patients: pd.DataFrame
    averages: pd.DataFrame
    factor_set: str
    denominator: Denominator
    baseline_days: int

    @property
    def users(self) -> pd.DataFrame:
        """Patients with an opioid before randomisation."""
        return self.patients[self.patients["baseline_mme"] > 0]


def intervals(who: Compared, baseline_days: int) -> dict[str, tuple[int, int]]:
    """First and last day of each interval, by the visit that ends it.

    Before randomisation it has `baseline_days` days; the others begin on the day of the visit
    before (the first on day 0) and end on the day before their visit.
    """
    follow_up = who.design.follow_up
    first = [0, *(visit.day for visit in follow_up[:-1])]
    later = {v.id: (day, v.day - 1) for v, day in zip(follow_up, first, strict=True)}
    return {who.design.baseline.id: (-baseline_days, -1), **later}


def opioid_use(
    records: pd.DataFrame,
    patients: pd.DataFrame,
    who: Compared,
    *,
    factor_set: str,
    denominator: Denominator,
    baseline_days: int,
) -> OpioidUse:
    """Average every patient's dose over each interval.

    Parameters
    ----------
    records : DataFrame
        Of opioids, as for `mme_per_day`.
    patients : DataFrame
        subject, arm, last_day: everybody in the population.
    who : Compared
        The visits.
    factor_set, denominator : str
        As for `mme_per_day`.
    baseline_days : int
        Days before randomisation that the baseline is averaged over.
    """
    parts = []
    for visit, (first, last) in intervals(who, baseline_days).items():
        until = np.minimum(patients["last_day"], last)
        seen = patients[["subject"]].assign(first_day=first, last_day=until)[until >= first]
        if len(seen):
            found = mme_per_day(records, factor_set, denominator=denominator, window=seen)
            parts.append(found.assign(visit=visit))
    arms = patients.set_index("subject")["arm"]
    averages = pd.concat(parts, ignore_index=True)
    averages["arm"] = averages["subject"].map(arms)
    before = averages[averages["visit"] == who.design.baseline.id].set_index("subject")
    with_baseline = patients.assign(
        baseline_mme=patients["subject"].map(before["mme"]).astype(float),
        baseline_reason=patients["subject"].map(before["reason"]).fillna("not followed"),
    )
    return OpioidUse(
        patients=with_baseline,
        averages=averages,
        factor_set=factor_set,
        denominator=denominator,
        baseline_days=baseline_days,
    )


def doses(found: OpioidUse, who: Compared, level: float) -> pd.DataFrame:
    """Describe the doses of patients on opioids before randomisation.

    Returns
    -------
    DataFrame
        visit, arm and `DOSES`, with reason (why there is no mean, or no interval; else empty).
    """
    mine = found.averages[found.averages["subject"].isin(found.users["subject"])]
    rows: list[dict[str, object]] = [
        {"visit": visit.id, "arm": arm.id}
        | _described(
            mine.loc[(mine["visit"] == visit.id) & (mine["arm"] == arm.id), "mme"].astype(float),
            any_user=bool((found.users["arm"] == arm.id).any()),
            level=level,
        )
        for visit in who.design.visits
        for arm in who.arms
    ]
    return pd.DataFrame(rows, columns=["visit", "arm", *DOSES, "reason"])


def _described(mme: pd.Series[float], *, any_user: bool, level: float) -> dict[str, object]:
    known = mme.dropna()
    n = len(known)
    mean, sd = float(known.mean()), float(known.std())
    half = float(t.isf((1 - level) / 2, n - 1)) * sd / np.sqrt(n) if n > 1 else np.nan
    numbers = (
        *(n, int(mme.isna().sum()), int((known > 0).sum()), mean, mean - half, mean + half, sd),
        *(float(known.quantile(q)) for q in (0.5, 0.25, 0.75)),
    )
    reason = {0: "nobody was followed" if mme.empty else "no dose is known", 1: "one patient"}
    why = reason.get(n, "") if any_user else "nobody was on opioids at baseline"
    return {**dict(zip(DOSES, numbers, strict=True)), "reason": why}
