"""Times to an event compared between arms: what analyses of times share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from outcomes.errors import NotConvergedError, NotEstimableError
from outcomes.models.survival import (
    CoxFit,
    cumulative_incidence,
    fit_cox,
    fit_fine_gray,
    gray_test,
    kaplan_meier,
    log_rank_test,
    restricted_mean_difference,
)

Found = TypeVar("Found")
CAUSES: dict[str, Any] = {"of": "event", "competing": ("competing",), "censored": "none"}
_CURVE = ["arm", "cause", "time", "estimate", "std_error", "conf_low", "conf_high"]
_CONTRAST = ["arm", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
_TEST = ["arm", "statistic", "df", "p_value"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EventTimes:
    """What was found of times to an event, in days; frames without rows were not estimated.

    Parameters
    ----------
    survival : DataFrame
        arm, time, survival (share without the event), conf_low, conf_high.
    at_risk : DataFrame
        arm, time, at_risk (at the start of the interval), censored, events (so far).
    medians : DataFrame
        arm, median, conf_low, conf_high; NaN where not reached.
    hazard_ratios : DataFrame
        arm (active), estimate, std_error (of its logarithm), statistic, p_value, limits.
    robust : DataFrame
        The same with standard errors robust within treatment groups.
    log_rank : DataFrame
        arm, statistic, df, p_value.
    proportional_hazards : DataFrame
        term, statistic, df, p_value.
    tau : float
        Upper limit of restricted means.
    restricted_means : DataFrame
        arm, n, events (by tau), estimate (days without the event up to tau), std_error, limits.
    restricted_differences : DataFrame
        arm, estimate (active − reference), std_error, statistic, p_value, limits.
    incidence : DataFrame
        arm, cause (``"event"``, ``"competing"``), time, estimate, std_error, limits.
    incidence_at : DataFrame
        The same at the last follow-up that all arms reach, with n, events and reason.
    gray : DataFrame
        arm, statistic, df, p_value.
    subdistribution : DataFrame
        arm, estimate (subdistribution hazard ratio), std_error, statistic, p_value, limits.
    n_subjects, n_model : int
        Patients in the curves, and in the Cox model.
    cox_notes : tuple of str
        What was said while the Cox model was fitted.
    failures : tuple of (str, str)
        What could not be estimated beside it, and why.
    """

    survival: pd.DataFrame
    at_risk: pd.DataFrame
    medians: pd.DataFrame
    hazard_ratios: pd.DataFrame
    robust: pd.DataFrame
    log_rank: pd.DataFrame
    proportional_hazards: pd.DataFrame
    tau: float
    restricted_means: pd.DataFrame
    restricted_differences: pd.DataFrame
    incidence: pd.DataFrame
    incidence_at: pd.DataFrame
    gray: pd.DataFrame
    subdistribution: pd.DataFrame
    n_subjects: int
    n_model: int
    cox_notes: tuple[str, ...]
    failures: tuple[tuple[str, str], ...]


def compare_times(
    times: pd.DataFrame,
    *,
    reference: str,
    adjusters: Sequence[str],
    days: Sequence[float],
    tau: float | None,
    cluster: str | None,
    conf_level: float,
    without_model: bool = False,
) -> EventTimes:
    """Estimate curves and compare arms.

    Parameters
    ----------
    times : DataFrame
        One row per patient: arm (categorical), time (of the event or of censoring), event (bool),
        cause (``"event"``, ``"competing"`` or ``"none"``), first (time of the first of the three),
        and the adjusters.
    reference : str
    adjusters : sequence of str
        Main effects of the models; who lacks one is not in them.
    days : sequence of float
        When patients at risk are counted; the last one bounds restricted means.
    tau : float or None
        Declared upper limit of restricted means; None is the last of `days`, or the last follow-up
        that all arms reach where that is earlier.
    cluster : str or None
        Column of treatment groups.
    conf_level : float
    without_model : bool
        Describe the times where an arm has no event, instead of refusing.

    Raises
    ------
    NotEstimableError
        An arm has no event, unless they are described without a model.
    SpecificationError
        The declared tau lies beyond the follow-up of an arm.
    """
    columns: dict[str, Any] = {"time": "time", "event": "event", "arm": "arm"}
    modelled = times[times[list(adjusters)].notna().all(axis=1)]
    models: dict[str, Any] = {
        "reference": reference,
        "covariates": adjusters,
        "conf_level": conf_level,
    }
    failures: list[tuple[str, str]] = []
    cox = (
        _attempt(lambda: fit_cox(modelled, **columns, **models), "Hazard ratio", failures)
        if without_model
        else fit_cox(modelled, **columns, **models)
    )
    curves = kaplan_meier(times, **columns, conf_level=conf_level)
    limit = _limit(times, days) if tau is None else tau
    means = _attempt(
        lambda: restricted_mean_difference(
            times, **columns, reference=reference, tau=limit, conf_level=conf_level
        ),
        "Restricted mean",
        failures,
    )
    incidence = _incidence(times, reference, conf_level, failures)
    return EventTimes(
        survival=curves.curves,
        at_risk=curves.at_risk(days),
        medians=curves.medians,
        hazard_ratios=cox.hazard_ratios if cox else pd.DataFrame(columns=_CONTRAST),
        robust=_robust(modelled, cluster if cox else None, columns, models, failures),
        log_rank=log_rank_test(times, **columns, reference=reference).pairs,
        proportional_hazards=_proportional(cox, failures),
        tau=limit,
        restricted_means=pd.DataFrame(columns=_CONTRAST) if means is None else means.means,
        restricted_differences=(
            pd.DataFrame(columns=_CONTRAST) if means is None else means.differences
        ),
        incidence=incidence[0],
        incidence_at=incidence[1],
        gray=incidence[2],
        subdistribution=_subdistribution(modelled, models, failures),
        n_subjects=len(times),
        n_model=len(modelled),
        cox_notes=cox.notes if cox else (),
        failures=tuple(failures),
    )


def _limit(times: pd.DataFrame, days: Sequence[float]) -> float:
    return min(float(max(days)), float(times.groupby("arm", observed=True)["time"].max().min()))


def _attempt(make: Callable[[], Found], what: str, failures: list[tuple[str, str]]) -> Found | None:
    """Make an estimate beside the main one, or note why there is none."""
    try:
        return make()
    except (NotEstimableError, NotConvergedError) as problem:
        failures.append((what, str(problem)))
        return None


def _proportional(cox: CoxFit | None, failures: list[tuple[str, str]]) -> pd.DataFrame:
    if cox is None:
        return pd.DataFrame(columns=["term", *_TEST[1:]])

    def tested() -> pd.DataFrame:
        try:
            return cox.proportional_hazards()
        except np.linalg.LinAlgError as problem:
            raise NotEstimableError("too few distinct event times for the test") from problem

    found = _attempt(tested, "Test of proportional hazards", failures)
    return pd.DataFrame(columns=["term", *_TEST[1:]]) if found is None else found


def _robust(
    modelled: pd.DataFrame,
    cluster: str | None,
    columns: dict[str, Any],
    models: dict[str, Any],
    failures: list[tuple[str, str]],
) -> pd.DataFrame:
    if cluster is None or cluster not in modelled or modelled[cluster].isna().all():
        return pd.DataFrame(columns=_CONTRAST)
    found = _attempt(
        lambda: fit_cox(modelled, **columns, **models, cluster=cluster),
        "Hazard ratio robust to treatment in groups",
        failures,
    )
    return pd.DataFrame(columns=_CONTRAST) if found is None else found.hazard_ratios


def _incidence(
    times: pd.DataFrame, reference: str, conf_level: float, failures: list[tuple[str, str]]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Curves, estimates at the end and Gray's test, where anything competes."""
    columns: dict[str, Any] = {"time": "first", "cause": "cause", "arm": "arm"}
    if not (times["cause"] == "competing").any():
        at_end = [*_CURVE[:2], "n", "events", *_CURVE[2:], "reason"]
        return (
            pd.DataFrame(columns=_CURVE),
            pd.DataFrame(columns=at_end),
            pd.DataFrame(columns=_TEST),
        )
    found = cumulative_incidence(times, **columns, **CAUSES, conf_level=conf_level)
    tested = _attempt(
        lambda: gray_test(times, **columns, **CAUSES, reference=reference),
        "Gray's test",
        failures,
    )
    gray = pd.DataFrame(columns=_TEST) if tested is None else tested.pairs
    return found.curves, found.table(), gray


def _subdistribution(
    modelled: pd.DataFrame, models: dict[str, Any], failures: list[tuple[str, str]]
) -> pd.DataFrame:
    if not (modelled["cause"] == "competing").any():
        return pd.DataFrame(columns=_CONTRAST)
    found = _attempt(
        lambda: fit_fine_gray(
            modelled,
            time="first",
            cause="cause",
            arm="arm",
            **CAUSES,
            **models,
        ),
        "Subdistribution hazards model",
        failures,
    )
    return pd.DataFrame(columns=_CONTRAST) if found is None else found.hazard_ratios
