"""Responses between visits: the same question without taking a visit's day for the time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from outcomes.analyses.ard import Part
from outcomes.analyses.setting import Setting
from outcomes.errors import NotConvergedError, NotEstimableError
from outcomes.models.survival import fit_interval_censored, interval_censored_response


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class VisitIntervals:
    """Estimates from the last visit without a response and the first with it.

    Parameters
    ----------
    probabilities : DataFrame
        arm, time (day of the visit), estimate (probability of a response by then), std_error,
        conf_low, conf_high, reason.
    differences : DataFrame
        arm, time, estimate (active − reference), std_error, statistic, p_value, limits, reason.
    time_ratios : DataFrame
        arm, estimate (Weibull ratio of times; below 1 sooner), std_error (of its logarithm),
        statistic, p_value, limits; no rows where the model has no estimate.
    failures : tuple of (str, str)
        What could not be estimated, and why.
    """

    probabilities: pd.DataFrame
    differences: pd.DataFrame
    time_ratios: pd.DataFrame
    failures: tuple[tuple[str, str], ...]

    def parts(self, variable: str) -> Iterator[Part]:
        """Rows of analysis results data."""
        nonparametric = "Nonparametric maximum likelihood from intervals"
        for context, frame, groups, method in (
            ("response_by_visit", self.probabilities, ("arm", "time"), nonparametric),
            ("response_difference_by_visit", self.differences, ("arm", "time"), nonparametric),
            ("time_ratio", self.time_ratios, ("arm",), "Weibull model of interval-censored times"),
        ):
            if len(frame):
                yield Part(
                    context=context,
                    frame=frame.drop(columns="reason", errors="ignore"),
                    groups=groups,
                    variable=variable,
                    method=method,
                )


def by_intervals(setting: Setting, times: pd.DataFrame, *, conf_level: float) -> VisitIntervals:
    """Estimate from intervals (after, time], with infinite ends where nobody responded.

    Parameters
    ----------
    setting : Setting
    times : DataFrame
        arm, after, time, event and the adjusters.
    conf_level : float
    """
    data = times.assign(by=np.where(times["event"], times["time"], np.inf))
    reference = setting.reference.id
    visits = interval_censored_response(
        data,
        lower="after",
        upper="by",
        arm="arm",
        visits=[float(visit.day) for visit in setting.design.follow_up],
        conf_level=conf_level,
    )
    failures: list[tuple[str, str]] = []
    ratios = pd.DataFrame()
    try:
        ratios = fit_interval_censored(
            data[data[list(setting.adjusters)].notna().all(axis=1)],
            lower="after",
            upper="by",
            arm="arm",
            reference=reference,
            covariates=setting.adjusters,
            conf_level=conf_level,
        ).time_ratios
    except (NotEstimableError, NotConvergedError) as problem:
        failures.append(("Weibull model of intervals", str(problem)))
    return VisitIntervals(
        probabilities=visits.table(),
        differences=visits.differences(reference),
        time_ratios=ratios,
        failures=tuple(failures),
    )
