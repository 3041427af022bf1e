"""Difference and ratio of restricted mean times."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd

from outcomes.errors import NotEstimableError, SpecificationError
from outcomes.models.survival.columns import Times, read_times
from outcomes.models.survival.contrasts import wald
from outcomes.models.survival.estimable import require_risk_sets, require_two_each
from outcomes.models.survival.steps import reaches
from outcomes.models.tidy import checked_level
from outcomes.stats.survival import RestrictedMean, restricted_mean


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RestrictedMeans:
    """Mean time without an event up to `tau`, by arm, and its contrasts with the reference.

    Parameters
    ----------
    means : DataFrame
        arm, n, events (up to tau), estimate, std_error, conf_low, conf_high.
    differences, ratios : DataFrame
        arm, estimate (arm − reference, arm / reference), std_error (of the logarithm for ratios),
        statistic, p_value, conf_low, conf_high.
    tau : float
    conf_level : float
    """

    means: pd.DataFrame
    differences: pd.DataFrame
    ratios: pd.DataFrame
    tau: float
    conf_level: float

    def table(self) -> pd.DataFrame:
        """Differences, one row for each arm but the reference."""
        return self.differences


def restricted_mean_difference(
    data: pd.DataFrame,
    *,
    time: str,
    event: str,
    arm: str,
    reference: str,
    tau: float,
    entry: str | None = None,
    conf_level: float = 0.95,
) -> RestrictedMeans:
    """Compare the mean time without an event up to `tau` between arms.

    Needs no proportional hazards: the difference is in the unit of time.

    Parameters
    ----------
    data, time, event, arm, entry
        As in `kaplan_meier`.
    reference : str
        The arm others are compared with.
    tau : float
        Upper limit of the mean, prespecified; at most the last follow-up of every arm.
    conf_level : float
        Level of the normal intervals; on the log scale for means' ratios.

    Returns
    -------
    RestrictedMeans
        A difference above 0 means more time without the event with the arm than with the
        reference, which is bad where the event is good.

    Raises
    ------
    SchemaError, DataError
        As in `kaplan_meier`.
    SpecificationError
        `reference` is no arm; `tau` is not above zero or beyond the follow-up of an arm.
    NotEstimableError
        An arm has one patient, or nobody in it has an event by `tau`, so that its mean is `tau`
        with no measure of its precision.

    References
    ----------
    Royston P, Parmar MKB. BMC Med Res Methodol 2013;13:152. Uno H, et al. J Clin Oncol
    2014;32:2380-2385.

    Examples
    --------
    >>> data = pd.DataFrame({"arm": ["a"] * 3 + ["b"] * 3, "day": [1, 2, 3, 2, 4, 6], "up": 1})
    >>> found = restricted_mean_difference(
    ...     data, time="day", event="up", arm="arm", reference="a", tau=3)
    >>> float(found.table()["estimate"].round(4).iloc[0])
    0.6667
    """
    checked_level(conf_level)
    times = read_times(data, time=time, event=event, arm=arm, reference=reference, entry=entry)
    require_two_each(times)
    require_risk_sets(times)
    limit = _checked_tau(times, tau)
    arms = range(len(times.arms))
    means = [_mean(times.of(i), limit) for i in arms]
    events = [int((times.of(i).had_event & (times.of(i).time <= limit)).sum()) for i in arms]
    _require_precision(times, means, limit)
    estimate = np.array([mean.estimate for mean in means])
    std_error = np.array([mean.std_error for mean in means])
    relative = std_error / estimate
    described = wald(times.arms, estimate, std_error, conf_level)
    described.insert(1, "n", np.bincount(times.group, minlength=len(times.arms)))
    described.insert(2, "events", events)
    return RestrictedMeans(
        means=described.drop(columns=["statistic", "p_value"]),
        differences=wald(
            times.arms[1:],
            estimate[1:] - estimate[0],
            np.hypot(std_error[1:], std_error[0]),
            conf_level,
        ),
        ratios=wald(
            times.arms[1:],
            np.log(estimate[1:] / estimate[0]),
            np.hypot(relative[1:], relative[0]),
            conf_level,
            exponentiate=True,
        ),
        tau=limit,
        conf_level=conf_level,
    )


def _mean(times: Times, tau: float) -> RestrictedMean:
    return restricted_mean(times.time, times.had_event, tau, times.entry)


def _checked_tau(times: Times, tau: float) -> float:
    last = [float(times.of(i).time.max()) for i in range(len(times.arms))]
    smallest = min(last)
    if not isinstance(tau, Real) or tau <= 0 or not reaches(smallest, tau):
        arm = times.arms[last.index(smallest)]
        raise SpecificationError(
            f"tau is {tau}; it must be a number above 0 and at most {smallest:g}, the last "
            f"follow-up of arm {arm!r}: later its curve is not known. Choose a tau of the protocol "
            "that every arm was followed to."
        )
    return float(tau)


def _require_precision(times: Times, means: list[RestrictedMean], tau: float) -> None:
    unknown = [arm for arm, mean in zip(times.arms, means, strict=True) if mean.std_error == 0]
    if unknown:
        raise NotEstimableError(
            f"arm {', '.join(map(repr, unknown))} shows no spread of times up to {tau:g} (nobody "
            "has the event by then, or all at once), so the precision of its restricted mean "
            "cannot be estimated. Choose a later tau, or describe the arm."
        )
