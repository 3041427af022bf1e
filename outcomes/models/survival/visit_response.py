"""Probability of a response by each scheduled visit, from intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from outcomes.errors import DataError, SpecificationError
from outcomes.models.records import first_rows
from outcomes.models.survival.columns import Array
from outcomes.models.survival.contrasts import wald
from outcomes.models.survival.intervals import arms_and_groups, read_intervals
from outcomes.models.tidy import checked_level
from outcomes.stats.survival import probabilities_at, turnbull

_BETWEEN = "nobody's visits tell whether the event came before or after this one"
_NO_EVENT = "no event can have come by then"
_FLAT = "limits do not exist at 0 or 1"
_NOT_UNIQUE = "the estimate is not unique, so it has no standard error"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class VisitResponse:
    """Probability of a response by each scheduled visit.

    Parameters
    ----------
    probabilities : DataFrame
        arm, time (day of the visit), estimate, std_error, conf_low, conf_high, reason (why one of
        them is NaN, else empty).
    conf_level : float
    """

    probabilities: pd.DataFrame
    conf_level: float

    def table(self) -> pd.DataFrame:
        """Probabilities, one row an arm and visit."""
        return self.probabilities

    def differences(self, reference: str) -> pd.DataFrame:
        """Differences with the reference at each visit, one row an arm and visit.

        Columns arm, time, estimate (arm − reference), std_error, statistic, p_value, conf_low,
        conf_high, reason.
        """
        arms = list(dict.fromkeys(self.probabilities["arm"]))
        if reference not in arms:
            raise SpecificationError(
                f"reference is {reference!r}; the arms are {', '.join(map(str, arms))}."
            )
        base = self.probabilities[self.probabilities["arm"] == reference].reset_index(drop=True)
        parts = []
        for arm in (each for each in arms if each != reference):
            mine = self.probabilities[self.probabilities["arm"] == arm].reset_index(drop=True)
            std_error = np.hypot(mine["std_error"], base["std_error"])
            made = wald(
                [arm] * len(mine),
                (mine["estimate"] - base["estimate"]).to_numpy(),
                std_error.where(std_error > 0).to_numpy(),
                self.conf_level,
            )
            made.insert(1, "time", mine["time"])
            either = mine["reason"].where(mine["reason"] != "", base["reason"])
            parts.append(made.assign(reason=either.where(made["std_error"].isna(), "")))
        return pd.concat(parts, ignore_index=True)


def interval_censored_response(
    data: pd.DataFrame,
    *,
    lower: str,
    upper: str,
    arm: str,
    visits: Sequence[float],
    conf_level: float = 0.95,
) -> VisitResponse:
    """Estimate the probability of a response by each scheduled visit, whatever visits were missed.

    Parameters
    ----------
    data : DataFrame
        One row per subject.
    lower, upper : str
        Columns: last scheduled visit without the response (0 if none), and first with it
        (infinite if it was never seen). The response came after the one and by the other.
    arm : str
        Column of arms.
    visits : sequence of float
        Scheduled days. Standard errors hold for a schedule that does not grow with the number of
        patients, so days off it are refused.
    conf_level : float
        Level of the limits, made on the log(−log) scale.

    Returns
    -------
    VisitResponse
        Where everybody attends every visit until dropping out, Kaplan-Meier with Greenwood's
        standard error.

    Raises
    ------
    SchemaError, DataError
        Columns are absent, an interval is empty or off the schedule.
    NotEstimableError
        An arm has no patients.

    References
    ----------
    Turnbull BW. J R Stat Soc B 1976;38:290-295.

    Examples
    --------
    >>> data = pd.DataFrame(
    ...     {"arm": "yoga", "lower": [0, 28, 0, 56], "upper": [28, 56, 56, np.inf]})
    >>> found = interval_censored_response(
    ...     data, lower="lower", upper="upper", arm="arm", visits=[28, 56])
    >>> found.table()["estimate"].round(4).tolist()
    [0.375, 0.75]
    """
    checked_level(conf_level)
    arms, group = arms_and_groups(data, lower, upper, arm, None)
    low, high = read_intervals(data, lower, upper)
    days = np.unique(np.asarray(visits, dtype=float))
    _require_schedule(data, low, high, days, lower, upper)
    parts = [
        _probabilities(low[group == i], high[group == i], days, conf_level).assign(arm=name)
        for i, name in enumerate(arms)
    ]
    columns = ["arm", "time", "estimate", "std_error", "conf_low", "conf_high", "reason"]
    return VisitResponse(
        probabilities=pd.concat(parts, ignore_index=True)[columns], conf_level=conf_level
    )


def _probabilities(low: Array, high: Array, days: Array, conf_level: float) -> pd.DataFrame:
    found = probabilities_at(turnbull(low, high), days)
    F, se = found.estimate, found.std_error
    inner = (F > 1e-12) & (F < 1 - 1e-12) & (se > 0)
    log_s = np.log1p(-np.where(inner, F, 0.5))
    power = np.exp(norm.isf((1 - conf_level) / 2) * se / (np.exp(log_s) * -log_s))
    reason = np.select(
        [np.isnan(F), inner, np.isnan(se), F <= 1e-12],
        [_BETWEEN, "", _NOT_UNIQUE, _NO_EVENT],
        default=_FLAT,
    )
    return pd.DataFrame(
        {
            "time": days,
            "estimate": F,
            "std_error": np.where(inner, se, np.nan),
            "conf_low": np.where(inner, -np.expm1(log_s / power), np.nan),
            "conf_high": np.where(inner, -np.expm1(log_s * power), np.nan),
            "reason": reason,
        }
    )


def _require_schedule(
    data: pd.DataFrame, low: Array, high: Array, days: Array, lower: str, upper: str
) -> None:
    if not len(days) or (days <= 0).any() or not np.isfinite(days).all():
        raise SpecificationError("visits must be days above 0, at least one.")
    off = (~np.isin(low, [0.0, *days])) | (~np.isin(high, [*days, np.inf])) | (low == high)
    if off.any():
        raise DataError(
            f"{lower}, {upper}: {off.sum()} of {len(data)} intervals do not run from one scheduled "
            f"visit to a later one (first rows {first_rows(data, off)}). Allowed are 0 and "
            f"{', '.join(f'{day:g}' for day in days)}; give nominal days."
        )
