"""Cumulative incidence of each cause in the presence of the others."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.stats import norm

from outcomes.models.survival.causes import Label, read_causes
from outcomes.models.survival.columns import Times
from outcomes.models.survival.estimable import require_risk_sets
from outcomes.models.survival.steps import steps_at
from outcomes.models.tidy import checked_level
from outcomes.stats.survival import CumulativeIncidence, cumulative_incidence_rows


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CumulativeIncidences:
    """Probability of each cause by time and arm, in the presence of the others.

    Parameters
    ----------
    curves : DataFrame
        arm, cause, time, estimate, std_error, conf_low, conf_high; from time 0, a step at each
        time anybody in the arm has an event. Limits are NaN where nobody has had the cause yet.
    survival : DataFrame
        arm, time, survival: no event of any cause. With the estimates it adds up to one.
    last : dict of arm to float
        Last follow-up of each arm.
    conf_level : float
    """

    curves: pd.DataFrame
    survival: pd.DataFrame
    last: dict[Hashable, float]
    conf_level: float
    times: Times = field(repr=False)
    causes: tuple[Label, ...] = field(repr=False)

    def table(self) -> pd.DataFrame:
        """Estimates at the last follow-up that all arms reach, one row an arm and cause.

        Columns arm, cause, n, events (of the cause, at any time), time, estimate, std_error,
        conf_low, conf_high, reason.
        """
        made = self.at([min(self.last.values())])
        code = {cause: i for i, cause in enumerate(self.causes, start=1)}
        place = {arm: i for i, arm in enumerate(self.times.arms)}
        n = [int((self.times.group == place[arm]).sum()) for arm in made["arm"]]
        events = [
            int(((self.times.group == place[arm]) & (self.times.event == code[cause])).sum())
            for arm, cause in zip(made["arm"], made["cause"], strict=True)
        ]
        made.insert(2, "n", n)
        made.insert(3, "events", events)
        return made

    def at(self, times: Sequence[float]) -> pd.DataFrame:
        """Estimates by given times: arm, cause, time, estimate, std_error, limits, reason.

        Raises
        ------
        SpecificationError
            A time is below zero, or after the last follow-up of an arm.
        """
        parts = [
            steps_at(steps, times, arm, self.last[arm])
            for (arm, _), steps in self.curves.groupby(["arm", "cause"], sort=False)
        ]
        made = pd.concat(parts, ignore_index=True)
        why = np.where(made["estimate"] > 0, "no spread", "nobody has had the event by then")
        return made.assign(reason=np.where(made["conf_low"].isna(), why, ""))


def cumulative_incidence(
    data: pd.DataFrame,
    *,
    time: str,
    cause: str,
    arm: str,
    of: Label,
    competing: Sequence[Label],
    censored: Label = 0,
    entry: str | None = None,
    conf_level: float = 0.95,
) -> CumulativeIncidences:
    """Estimate the cumulative incidence of each cause in each arm, exact with ties.

    Parameters
    ----------
    data : DataFrame
        One row per subject.
    time, arm, entry
        As in `kaplan_meier`; `time` is that of the first event of any cause.
    cause : str
        Column that holds `of`, one of `competing`, or `censored`; anything else is refused.
    of : label
        The event of interest.
    competing : sequence of labels
        Events after which it cannot happen any more, or is not of interest.
    censored : label
        What the column holds where no event was seen.
    conf_level : float
        Level of the limits, made on the log(−log) scale.

    Returns
    -------
    CumulativeIncidences

    Raises
    ------
    SchemaError, DataError
        As in `kaplan_meier`; the column of causes holds something else.
    SpecificationError
        The labels overlap, or there is no competing one.
    NotEstimableError
        As in `kaplan_meier`.

    References
    ----------
    Aalen OO, Johansen S. Scand J Stat 1978;5:141-150. Marubini E, Valsecchi MG. Analysing Survival
    Data from Clinical Trials and Observational Studies. Wiley; 1995, chapter 10.

    Examples
    --------
    >>> data = pd.DataFrame(
    ...     {"arm": "yoga", "day": [28, 56, 56, 84], "end": ["better", "left", "better", "seen"]})
    >>> found = cumulative_incidence(data, time="day", cause="end", arm="arm", of="better",
    ...                              competing=["left"], censored="seen")
    >>> found.table()[["cause", "events", "estimate"]]
        cause  events  estimate
    0  better       2      0.50
    1    left       1      0.25
    """
    checked_level(conf_level)
    causes = (of, *competing)
    times = read_causes(
        data, time=time, cause=cause, arm=arm, causes=causes, censored=censored, entry=entry
    )
    require_risk_sets(times)
    parts, survival = [], []
    for i, name in enumerate(times.arms):
        mine = times.of(i)
        for code, label in enumerate(causes, start=1):
            steps = cumulative_incidence_rows(mine.time, mine.event, code, mine.entry)
            parts.append(_curve(steps, conf_level).assign(arm=name, cause=label))
        alive = pd.DataFrame({"time": steps.time, "survival": steps.survival})
        survival.append(_from_start(alive, survival=1.0).assign(arm=name))
    columns = ["arm", "cause", "time", "estimate", "std_error", "conf_low", "conf_high"]
    return CumulativeIncidences(
        curves=pd.concat(parts, ignore_index=True)[columns],
        survival=pd.concat(survival, ignore_index=True)[["arm", "time", "survival"]],
        last={arm: float(times.of(i).time.max()) for i, arm in enumerate(times.arms)},
        conf_level=conf_level,
        times=times,
        causes=causes,
    )


def _curve(steps: CumulativeIncidence, conf_level: float) -> pd.DataFrame:
    F, se = steps.estimate, steps.std_error
    inner = (F > 0) & (F < 1) & (se > 0)
    safe = np.where(inner, F, 0.5)
    power = np.exp(norm.isf((1 - conf_level) / 2) * se / (safe * -np.log(safe)))
    made = pd.DataFrame(
        {
            "time": steps.time,
            "estimate": F,
            "std_error": se,
            "conf_low": np.where(inner, safe**power, np.nan),
            "conf_high": np.where(inner, safe ** (1 / power), np.nan),
        }
    )
    return _from_start(made, estimate=0.0, std_error=0.0)


def _from_start(steps: pd.DataFrame, **values: float) -> pd.DataFrame:
    """Begin steps with a row at time 0, unless there is one."""
    if len(steps) and steps["time"].iloc[0] == 0:
        return steps
    first = pd.DataFrame([{"time": 0.0, **values}]).reindex(columns=steps.columns).astype(float)
    return pd.concat([first, steps], ignore_index=True) if len(steps) else first
