"""Arms treated in groups: the partially nested model that stands beside a mixed model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

import pandas as pd

from outcomes.analyses.ard import Part
from outcomes.analyses.model_frame import SCORE_COLUMNS, formula, usable
from outcomes.analyses.setting import Setting
from outcomes.errors import DataError, FitError
from outcomes.models.partially_nested import PartiallyNestedFit, fit_partially_nested
from outcomes.trial.study import Arm

ON_SCALE = ("estimate", "std_error", "conf_low", "conf_high")
TESTED = (*ON_SCALE, "df", "statistic", "p_value")


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusteredCheck:
    """The difference at the visit when patients of a group may be alike.

    Parameters
    ----------
    arm : str
        Id of the active arm; the estimate is active − reference.
    visit : str
        Id of the visit.
    clustered : str
        Id of the arm treated in groups.
    n, n_clusters, n_unassigned : int
        Patients of the two arms with a score at the visit, the groups they were treated in, and
        how many of the clustered arm had none and count as groups of one.
    estimate, std_error, df, statistic, p_value, conf_low, conf_high : float
        In units of the score; NaN where the model could not be fitted.
    icc, icc_conf_low, icc_conf_high : float
        Correlation of two patients of a group. Negative values are possible; limits are NaN where
        none can be given.
    reason : str or None
        Why the model could not be fitted.
    """

    arm: str
    visit: str
    clustered: str
    n: int
    n_clusters: int
    n_unassigned: int
    estimate: float = math.nan
    std_error: float = math.nan
    df: float = math.nan
    statistic: float = math.nan
    p_value: float = math.nan
    conf_low: float = math.nan
    conf_high: float = math.nan
    icc: float = math.nan
    icc_conf_low: float = math.nan
    icc_conf_high: float = math.nan
    reason: str | None = None

    @property
    def fitted(self) -> bool:
        """Whether there is an estimate."""
        return self.reason is None


def clustered_checks(setting: Setting, *, conf_level: float) -> tuple[ClusteredCheck, ...]:
    """Fit a partially nested model to the scores at the visit, for each pair with groups.

    Parameters
    ----------
    setting : Setting
        Its design declares the groups.
    conf_level : float

    Returns
    -------
    tuple of ClusteredCheck
        One for each active arm that was treated in groups, or whose reference was; none where the
        design declares no groups. A model that cannot be fitted says why and stops nothing.

    Notes
    -----
    The model is ``value ~ baseline + arm`` with factors and covariates as main effects, a
    covariance of patients of the same group and a residual variance per arm, on the patients of
    the two arms with a score at the visit. It needs scores missing at random given these terms,
    where a model of all visits also uses what was seen before.

    References
    ----------
    Roberts C, Roberts SA. Clinical Trials 2005;2:152-62. Candlish J, et al. BMC Medical Research
    Methodology 2018;18:105.
    """
    clusters = setting.design.clusters
    if clusters is None or clusters.column not in setting.frame.columns:
        return ()
    frame = setting.frame
    here = usable(setting) & frame["value"].notna() & (frame["visit"] == setting.visit.id)
    return tuple(
        _check(setting, arm, frame[here & frame["arm"].isin(pair)], conf_level)
        for arm in setting.active
        if (pair := {arm.id, setting.reference.id}) & set(clusters.arms)
    )


def _check(setting: Setting, arm: Arm, rows: pd.DataFrame, conf_level: float) -> ClusteredCheck:
    clusters, reference = setting.design.clusters, setting.reference.id
    assert clusters is not None  # noqa: S101 - asked by the caller
    clustered = arm.id if arm.id in clusters.arms else reference
    named = rows.loc[rows["arm"] == clustered, clusters.column]
    about = ClusteredCheck(
        arm=arm.id,
        visit=setting.visit.id,
        clustered=clustered,
        n=len(rows),
        n_clusters=int(named.nunique()),
        n_unassigned=int(named.isna().sum()),
        reason="",
    )
    if {arm.id, reference} <= set(clusters.arms):
        return _with(about, {"reason": "Both arms are treated in groups; the model has one such."})
    columns = dict.fromkeys(("subject", *SCORE_COLUMNS, *setting.adjusters, clusters.column))
    try:
        fit = fit_partially_nested(
            formula(setting, "baseline", "arm"),
            rows[list(columns)],
            arm="arm",
            clustered=clustered,
            cluster=clusters.column,
            unassigned="singleton",
            conf_level=conf_level,
        )
    except (FitError, DataError) as error:
        return _with(about, {"reason": str(error)})
    return _with(about, _found(fit, reference))


def _found(fit: PartiallyNestedFit, reference: str) -> dict[str, float | str | None]:
    """Estimate and correlation of a fit, or that it holds none."""
    (row,) = fit.contrasts("arm", reference=reference).to_dict("records")
    if math.isnan(row["estimate"]):
        return {"reason": "The difference between the arms is not estimable at this visit."}
    icc = fit.intraclass_correlation
    return {
        **{name: float(row[name]) for name in TESTED},
        "icc": float(icc["estimate"]),
        "icc_conf_low": float(icc["conf_low"]),
        "icc_conf_high": float(icc["conf_high"]),
        "reason": None,
    }


def _with(about: ClusteredCheck, found: Mapping[str, float | str | None]) -> ClusteredCheck:
    return ClusteredCheck(**{**asdict(about), **found})


def clustered_frame(checks: Sequence[ClusteredCheck]) -> pd.DataFrame:
    """Lay checks out as a tidy frame: one row each, their fields as columns.

    Examples
    --------
    >>> check = ClusteredCheck(
    ...     arm="yoga", visit="w26", clustered="yoga", n=40, n_clusters=5, n_unassigned=2
    ... )
    >>> clustered_frame([check])[["arm", "visit", "n", "n_clusters"]].values.tolist()
    [['yoga', 'w26', 40, 5]]
    """
    names = [field.name for field in fields(ClusteredCheck)]
    return pd.DataFrame([asdict(check) for check in checks], columns=names)


def clustered_parts(
    checks: Sequence[ClusteredCheck], *, variable: str, unit: str
) -> Iterator[Part]:
    """Give the numbers of each check, or why there are none, to the analysis results data."""
    for check in checks:
        yield Part(
            context="partially_nested",
            frame=clustered_frame([check]).drop(columns=["clustered", "reason"]),
            groups=("arm", "visit"),
            variable=variable,
            units=dict.fromkeys(ON_SCALE, unit),
            method="Partially nested model, REML, Satterthwaite",
            absent=check.reason or "not estimated",
        )
