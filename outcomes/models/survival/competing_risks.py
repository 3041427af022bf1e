"""Competing risks: cumulative incidence, Gray's test, and two models with their readings."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from outcomes.errors import DataError, SpecificationError
from outcomes.models.records import first_rows, require_columns, require_values
from outcomes.models.survival.columns import (
    Flags,
    Labels,
    Times,
    arms_of,
    design_matrix,
    entry_column,
    group_of,
    labels,
    require_events,
    require_two_each,
    time_column,
)
from outcomes.models.survival.contrasts import wald
from outcomes.models.survival.cox import CoxFit, clusters, cox_of
from outcomes.models.survival.log_rank import RankTests, as_rows, overall_row
from outcomes.models.tidy import checked_level
from outcomes.stats.survival import (
    CumulativeIncidence,
    RankTest,
    cumulative_incidence_rows,
    fit_fine_gray_rows,
    gray_test_rows,
)

Label = str | int
CAUSE_SPECIFIC_READING = (
    "A cause-specific hazard ratio compares how fast the event happens among those who have had "
    "neither it nor a competing event; it says little about how many have the event in the end."
)
SUBDISTRIBUTION_READING = (
    "A subdistribution hazard ratio compares cumulative incidence: above 1 more patients have the "
    "event by any time. It is not a rate among those still at risk, and a difference in the "
    "competing event alone can move it."
)


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
            A time is after the last follow-up of an arm.
        """
        asked = np.asarray(times, dtype=float)
        parts = []
        for (arm, _), steps in self.curves.groupby(["arm", "cause"], sort=False):
            if (asked > self.last[arm]).any():
                raise SpecificationError(
                    f"time {asked.max():g} is after the last follow-up of arm {arm!r}, at "
                    f"{self.last[arm]:g}; the incidence is not known there."
                )
            place = np.searchsorted(steps["time"].to_numpy(float), asked, side="right") - 1
            parts.append(steps.iloc[place].assign(time=asked))
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


def gray_test(
    data: pd.DataFrame,
    *,
    time: str,
    cause: str,
    arm: str,
    reference: str,
    of: Label,
    competing: Sequence[Label],
    censored: Label = 0,
    strata: Sequence[str] = (),
    rho: float = 0.0,
) -> RankTests:
    """Compare the cumulative incidence of each arm with the reference by Gray's test.

    Parameters
    ----------
    data, time, cause, arm, of, competing, censored
        As in `cumulative_incidence`.
    reference : str
        The arm others are compared with.
    strata : sequence of str
        Columns whose combinations are strata: patients are compared within them only.
    rho : float
        Weights (1 − F(t−))^rho.

    Returns
    -------
    RankTests

    Raises
    ------
    SchemaError, DataError, SpecificationError, NotEstimableError
        As in `cumulative_incidence` and `log_rank_test`.

    References
    ----------
    Gray RJ. Ann Stat 1988;16:1141-1154.
    """
    causes = (of, *competing)
    times = read_causes(
        data, time=time, cause=cause, arm=arm, causes=causes, censored=censored, reference=reference
    )
    require_two_each(times)
    stratum = labels(data, strata, "strata=") if strata else np.zeros(len(data), dtype=np.intp)
    arms = times.arms

    def test(kept: Flags, group: Labels, n_groups: int) -> RankTest:
        return gray_test_rows(
            times.time[kept],
            times.event[kept],
            group[kept],
            of=1,
            n_groups=n_groups,
            stratum=stratum[kept],
            rho=rho,
        )

    pairs = [
        test(np.isin(times.group, (0, i)), (times.group == i).astype(np.intp), 2)
        for i in range(1, len(arms))
    ]
    overall = test(np.ones(len(data), dtype=bool), times.group, len(arms))
    method = "Gray's test" + (f", rho = {rho:g}" if rho else "")
    method += f", stratified by {', '.join(strata)}" if strata else ""
    return RankTests(pairs=as_rows(arms, pairs), overall=overall_row(overall), method=method)


def fit_cause_specific(
    data: pd.DataFrame,
    *,
    time: str,
    cause: str,
    arm: str,
    reference: str,
    of: Label,
    competing: Sequence[Label],
    censored: Label = 0,
    covariates: Sequence[str] = (),
    strata: Sequence[str] = (),
    cluster: str | None = None,
    conf_level: float = 0.95,
) -> CoxFit:
    """Fit a Cox model of one cause, in which competing events end observation.

    The hazard ratio compares how fast the event happens among those who have had neither it nor a
    competing event. Parameters as in `cumulative_incidence` and `fit_cox`.

    Returns
    -------
    CoxFit
        Its notes hold how to read it.

    References
    ----------
    Prentice RL, et al. Biometrics 1978;34:541-554. Latouche A, et al. J Clin Epidemiol
    2013;66:648-653, for reporting it beside the subdistribution.
    """
    causes = (of, *competing)
    times = read_causes(
        data, time=time, cause=cause, arm=arm, causes=causes, censored=censored, reference=reference
    )
    own = replace(times, event=(times.event == 1).astype(np.intp))
    stratum = labels(data, strata, "strata=") if strata else None
    group = None if cluster is None else clusters(data, cluster)
    fit = cox_of(
        data,
        own,
        covariates,
        stratum,
        group,
        conf_level,
        f"Cox model of {of} alone, Efron",
    )
    return replace(fit, notes=(*fit.notes, CAUSE_SPECIFIC_READING))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FineGrayFit:
    """A proportional subdistribution hazards model.

    Parameters
    ----------
    hazard_ratios : DataFrame
        arm, estimate (subdistribution hazard ratio), std_error (of its logarithm), statistic,
        p_value, conf_low, conf_high.
    coefficients : DataFrame
        term, estimate (log), std_error, statistic, p_value.
    n, n_events : int
        Subjects and events of the cause.
    method : str
    reading : str
        What the ratio means.
    """

    hazard_ratios: pd.DataFrame
    coefficients: pd.DataFrame
    n: int
    n_events: int
    method: str
    reading: str = SUBDISTRIBUTION_READING

    def table(self) -> pd.DataFrame:
        """Ratios, one row for each arm but the reference, and the method."""
        return self.hazard_ratios.assign(method=self.method)


def fit_fine_gray(
    data: pd.DataFrame,
    *,
    time: str,
    cause: str,
    arm: str,
    reference: str,
    of: Label,
    competing: Sequence[Label],
    censored: Label = 0,
    covariates: Sequence[str] = (),
    conf_level: float = 0.95,
) -> FineGrayFit:
    """Fit a proportional subdistribution hazards model after Fine and Gray.

    Parameters
    ----------
    data, time, cause, arm, of, competing, censored
        As in `cumulative_incidence`.
    reference, covariates, conf_level
        As in `fit_cox`.

    Returns
    -------
    FineGrayFit

    Raises
    ------
    SchemaError, DataError, SpecificationError, NotEstimableError, NotConvergedError
        As in `cumulative_incidence` and `fit_cox`.

    Notes
    -----
    The definition is that of R's cmprsk::crr: weights from the Kaplan-Meier estimate of censoring
    in everybody, ties after Breslow, sandwich variance with the term for estimating the weights.
    R's survival::finegray with coxph differs in the fourth digit.

    References
    ----------
    Fine JP, Gray RJ. J Am Stat Assoc 1999;94:496-509.
    """
    checked_level(conf_level)
    causes = (of, *competing)
    times = read_causes(
        data, time=time, cause=cause, arm=arm, causes=causes, censored=censored, reference=reference
    )
    require_two_each(times)
    require_events(replace(times, event=(times.event == 1).astype(np.intp)), "hazard ratio")
    X, names = design_matrix(data, times, covariates)
    fit = fit_fine_gray_rows(X, times.time, times.event, of=1)
    std_error = np.sqrt(np.diag(fit.covariance))
    n_arms = len(times.arms) - 1
    terms = wald(names, fit.coefficients, std_error, conf_level).rename(columns={"arm": "term"})
    return FineGrayFit(
        hazard_ratios=wald(
            times.arms[1:],
            fit.coefficients[:n_arms],
            std_error[:n_arms],
            conf_level,
            exponentiate=True,
        ),
        coefficients=terms.drop(columns=["conf_low", "conf_high"]),
        n=len(data),
        n_events=int((times.event == 1).sum()),
        method=f"Fine-Gray model of {of}, as cmprsk::crr",
    )


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
    ends = time_column(data, time)
    arms = arms_of(data, arm, reference)
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
        entry=None if entry is None else entry_column(data, entry, time, ends),
    )
