"""Kaplan-Meier curves with the numbers of patients they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from outcomes.models.survival.by_lifelines import curve
from outcomes.models.survival.columns import Times, read_times
from outcomes.models.survival.estimable import require_risk_sets
from outcomes.models.survival.steps import asked_times, steps_at
from outcomes.models.tidy import checked_level
from outcomes.stats.survival import at_risk, median_time

_LIMITS = ("survival", "conf_low", "conf_high")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SurvivalCurves:
    """Share still without an event, by arm.

    Parameters
    ----------
    curves : DataFrame
        arm, time (0, then each time somebody leaves), survival, conf_low, conf_high; limits are
        NaN where survival is 0.
    medians : DataFrame
        arm, median, conf_low, conf_high; NaN where a curve stays above one half: not reached.
    conf_level : float
    """

    curves: pd.DataFrame
    medians: pd.DataFrame
    conf_level: float
    times: Times = field(repr=False)

    def table(self) -> pd.DataFrame:
        """One row per arm: arm, n, events, censored, median, conf_low, conf_high, reason.

        `reason` says which of the median and its limits is not reached, else it is empty.
        """
        rows = self.times
        arms = np.arange(len(rows.arms))
        events = [int(rows.had_event[rows.group == arm].sum()) for arm in arms]
        n = [int((rows.group == arm).sum()) for arm in arms]
        counts = pd.DataFrame({"arm": self.medians["arm"], "n": n, "events": events})
        counts["censored"] = counts["n"] - counts["events"]
        made = counts.merge(self.medians, on="arm", sort=False)
        return made.assign(reason=made.apply(_not_reached, axis=1))

    def at(self, times: Sequence[float]) -> pd.DataFrame:
        """Survival just after given times: arm, time, survival, conf_low, conf_high, reason.

        Raises
        ------
        SpecificationError
            A time is below zero, or after the last follow-up of an arm: the curve is not known.
        """
        parts = [
            steps_at(steps, times, arm, float(steps["time"].iloc[-1]))
            for arm, steps in self.curves.groupby("arm", sort=False, observed=True)
        ]
        made = pd.concat(parts, ignore_index=True)
        gone = made["conf_low"].isna()
        return made.assign(reason=np.where(gone, "nobody is left, so limits do not exist", ""))

    def at_risk(self, times: Sequence[float]) -> pd.DataFrame:
        """Count by arm and time: arm, time, at_risk, censored, events.

        At risk is counted at the start of the interval that begins at a time, as SAS and R do;
        censored and events add up to and including that time.

        Raises
        ------
        SpecificationError
            A time is below zero.
        """
        asked = asked_times(times)
        parts = []
        for i, arm in enumerate(self.times.arms):
            mine = self.times.of(i)
            counts = at_risk(mine.time, mine.had_event, asked, mine.entry)
            parts.append(
                pd.DataFrame(
                    {
                        "arm": arm,
                        "time": asked,
                        "at_risk": counts.at_risk,
                        "censored": counts.censored,
                        "events": counts.events,
                    }
                )
            )
        return pd.concat(parts, ignore_index=True)


def kaplan_meier(
    data: pd.DataFrame,
    *,
    time: str,
    event: str,
    arm: str,
    entry: str | None = None,
    conf_level: float = 0.95,
) -> SurvivalCurves:
    """Estimate the share still without an event in each arm.

    Parameters
    ----------
    data : DataFrame
        One row per subject.
    time, event, arm : str
        Columns: time of event or censoring, zero or more, in any unit; True/False or 1/0, false
        where censored; arm. None of them may be missing.
    entry : str, optional
        Column with the time at which each came under observation; by default all from the start.
    conf_level : float
        Level of the limits, made on the log(−log) scale.

    Returns
    -------
    SurvivalCurves

    Raises
    ------
    SchemaError, DataError
        Columns are absent, or hold missing or negative times or something that is no event.
    NotEstimableError
        An arm has no patients, or late entry leaves a time with nobody at risk.

    References
    ----------
    Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-481. Kalbfleisch JD, Prentice RL. The
    Statistical Analysis of Failure Time Data. 2nd ed. Wiley; 2002, section 1.4, for the limits.
    Brookmeyer R, Crowley J. Biometrics 1982;38:29-41, for those of the median.

    Examples
    --------
    >>> data = pd.DataFrame({"arm": "yoga", "day": [28, 28, 56, 84], "better": [1, 1, 1, 0]})
    >>> curves = kaplan_meier(data, time="day", event="better", arm="arm")
    >>> curves.table()[["n", "events", "censored", "median"]]
       n  events  censored  median
    0  4       3         1    42.0
    """
    checked_level(conf_level)
    times = read_times(data, time=time, event=event, arm=arm, entry=entry)
    require_risk_sets(times)
    parts = []
    for i, name in enumerate(times.arms):
        mine = times.of(i)
        steps = curve(mine.time, mine.had_event, mine.entry, conf_level)
        parts.append(pd.DataFrame(steps._asdict()).assign(arm=name))
    curves = pd.concat(parts, ignore_index=True)[["arm", "time", *_LIMITS]]
    return SurvivalCurves(
        curves=curves, medians=_medians(curves), conf_level=conf_level, times=times
    )


def _medians(curves: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for arm, steps in curves.groupby("arm", sort=False):
        time = steps["time"].to_numpy(float)
        found = (median_time(time, steps[name].to_numpy(float)) for name in _LIMITS)
        rows.append(
            {"arm": arm, **dict(zip(("median", "conf_low", "conf_high"), found, strict=True))}
        )
    return pd.DataFrame(rows)


def _not_reached(row: pd.Series) -> str:
    named = {"median": "median", "conf_low": "lower limit", "conf_high": "upper limit"}
    open_ended = [label for name, label in named.items() if pd.isna(row[name])]
    return f"{', '.join(open_ended)} not reached" if open_ended else ""
