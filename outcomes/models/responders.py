"""Difference, ratios and number needed to treat of responders between arms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from outcomes.errors import SpecificationError, UnsupportedCombinationError
from outcomes.models.covariate_columns import require_list
from outcomes.models.records import require_columns
from outcomes.models.responder_contrasts import (
    MarginTest,
    Method,
    Standardised,
    contrast_rows,
    unadjusted,
)
from outcomes.models.responder_rows import Missing, counted, counts_by_arm
from outcomes.models.standardise import Names, standardise
from outcomes.models.subjects import arms_of, by_row, yes_no
from outcomes.stats.proportions.exact import ExactTest

ADJUSTED = (
    "Standardisation of a logistic model (g-computation), sandwich standard error, "
    "Wald interval (log scale for the ratios)"
)
CLUSTERED = " robust to clusters, Satterthwaite degrees of freedom"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ResponderFit:
    """Responders by arm and the contrasts of each arm with the reference.

    Parameters
    ----------
    counts : DataFrame
        arm, n (subjects counted), responders, missing (no response known, whether counted or
        not), proportion with Wilson limits conf_low and conf_high.
    risks : DataFrame
        arm, estimate, std_error: marginal risks the contrasts are made of; standardised if
        adjusted, else the proportions.
    contrasts : DataFrame
        arm, quantity, estimate, std_error, df, conf_low, conf_high, p_value, benefit_low,
        benefit_high, crosses_infinity, reason (why there is no estimate, else empty); four rows an
        arm.
    margin_tests : DataFrame
        arm, margin, statistic, df, p_value (one-sided) of a difference above −margin; no rows
        where no margin was given.
    method : str
        Names of estimate, interval and test.
    conf_level : float
        Level of all intervals.
    n_clusters : DataFrame or None
        arm, n_clusters the standard errors rest on, single patients included.
    """

    counts: pd.DataFrame
    risks: pd.DataFrame
    contrasts: pd.DataFrame
    margin_tests: pd.DataFrame
    method: str
    conf_level: float
    n_clusters: pd.DataFrame | None = None

    def table(self) -> pd.DataFrame:
        """Contrasts with the reference, one row per arm and quantity, and the method."""
        return self.contrasts.assign(method=self.method)


def responder_difference(
    data: pd.DataFrame,
    *,
    response: str,
    arm: str,
    reference: str,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    missing: Missing | None = None,
    method: Method | None = None,
    test: ExactTest | None = None,
    margin: float | None = None,
    conf_level: float = 0.95,
) -> ResponderFit:
    """Compare the proportion of responders of each arm with the reference.

    Parameters
    ----------
    data : DataFrame
        One row per subject.
    response : str
        Column that holds True/False or 1/0, where True is good; missing as NA.
    arm : str
        Column of arms.
    reference : str
        The arm others are compared with.
    covariates : sequence of str
        Columns to adjust for by standardisation; text and categories enter as indicators.
    cluster : str, optional
        Column of treatment groups; a missing value is a patient treated alone, a cluster of one.
        Standard errors are then robust to likeness within clusters, with or without covariates.
    missing : {"non_responder", "exclude"}, optional
        What becomes of subjects without a response; by default they are refused.
    method : {"newcombe", "miettinen_nurminen", "exact"}, optional
        How counts are compared, without covariates and clusters; Newcombe by default.
    test : {"fisher", "barnard", "boschloo"}, optional
        The test of ``method="exact"``, which has none by default.
    margin : float, optional
        Largest acceptable loss, between 0 and 1: a difference above −margin is tested too, by
        Farrington and Manning where counts are compared.
    conf_level : float
        Level of the two-sided intervals.

    Returns
    -------
    ResponderFit
        `contrasts` has for each arm but the reference, active − reference: ``risk_difference``,
        ``risk_ratio``, ``number_needed_to_treat`` and ``odds_ratio``. The number needed to treat
        has benefit_low, benefit_high and crosses_infinity instead of conf_low and conf_high: see
        `outcomes.stats.proportions.NumberNeededToTreat`. std_error of a ratio is that of its
        logarithm; it and df are NaN where the interval does not come from them, df is infinite
        where it is normal.

    Raises
    ------
    NotEstimableError
        An arm has nobody to count, a logistic model has no finite estimate, or an arm was treated
        in a single cluster.
    SchemaError
        Columns are absent or hold something else; responses are missing and `missing` is None.
    SpecificationError
        `reference` is not among the arms, there is no other arm, or an option is unknown.
    UnsupportedCombinationError
        A method for counts is named beside covariates or clusters.

    References
    ----------
    Newcombe RG. Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Stat Med 1998;17:873-890, method 10.
    Miettinen O, Nurminen M. Comparative analysis of two rates. Stat Med 1985;4:213-226.
    Chan ISF, Zhang Z. Biometrics 1999;55:1202-1209, for exact intervals.
    Altman DG. Confidence intervals for the number needed to treat. BMJ 1998;317:1309-1312.
    Ge M, et al. Covariate-adjusted difference in proportions. Drug Inf J 2011;45:481-493.

    Examples
    --------
    >>> data = pd.DataFrame(
    ...     {
    ...         "arm": ["integrative"] * 70 + ["usual"] * 80,
    ...         "better": [True] * 56 + [False] * 14 + [True] * 48 + [False] * 32,
    ...     }
    ... )
    >>> fit = responder_difference(data, response="better", arm="arm", reference="usual")
    >>> fit.contrasts.loc[0, ["estimate", "conf_low", "conf_high"]].astype(float).round(4).tolist()
    [0.2, 0.0524, 0.3339]
    """
    require_list(covariates, "covariates=")
    wanted = {response: "response=", arm: "arm="} | dict.fromkeys(covariates, "covariates=")
    require_columns(data, wanted | ({cluster: "cluster="} if cluster else {}))
    _refuse_numbers(margin, conf_level)
    standardised = bool(covariates) or cluster is not None
    if standardised and (method is not None or test is not None):
        raise UnsupportedCombinationError(
            f"method={method!r} and test={test!r} compare counts; with covariates or clusters the "
            "comparison is by standardisation. Leave them out, or compare without covariates."
        )
    data = by_row(data)
    arms = arms_of(data[arm], reference)
    outcome = pd.Series(yes_no(data, response), index=data.index)
    lacking = outcome.isna()
    entered = counted(outcome, response, missing)
    kept = data.loc[entered.index]
    counts = counts_by_arm(kept[arm], entered, data.loc[lacking, arm], arms, conf_level)
    if not standardised:
        return _unadjusted(counts, method or "newcombe", test, margin, conf_level)
    names = Names(arm=arm, covariates=tuple(covariates), cluster=cluster)
    return _standardised(kept, entered, counts, names, margin, conf_level)


def _refuse_numbers(margin: float | None, conf_level: float) -> None:
    if not 0 < conf_level < 1:
        raise SpecificationError(f"conf_level is {conf_level}; it lies between 0 and 1.")
    if margin is not None and not 0 < margin < 1:
        raise SpecificationError(
            f"margin is {margin}; it is a proportion between 0 and 1, such as 0.1 for ten "
            "percentage points."
        )


def _unadjusted(
    counts: pd.DataFrame,
    method: Method,
    test: ExactTest | None,
    margin: float | None,
    conf_level: float,
) -> ResponderFit:
    way = unadjusted(method, test)
    p, n = counts["proportion"], counts["n"]
    numbers = counts.set_index("arm")[["responders", "n"]].astype(int).to_numpy().tolist()
    (x2, n2), *active = numbers
    pairs = {arm: (x1, n1, x2, n2) for arm, (x1, n1) in zip(counts["arm"][1:], active, strict=True)}
    return ResponderFit(
        counts=counts,
        risks=pd.DataFrame(
            {"arm": counts["arm"], "estimate": p, "std_error": np.sqrt(p * (1 - p) / n)}
        ),
        contrasts=contrast_rows({arm: way.contrasts(x, conf_level) for arm, x in pairs.items()}),
        margin_tests=_margin_rows(
            margin, {arm: way.above(x, margin) for arm, x in pairs.items()} if margin else {}
        ),
        method=way.name,
        conf_level=conf_level,
    )


def _standardised(
    data: pd.DataFrame,
    outcome: pd.Series[float],
    counts: pd.DataFrame,
    names: Names,
    margin: float | None,
    conf_level: float,
) -> ResponderFit:
    arms = list(counts["arm"])
    found = standardise(data, outcome, arms=arms, names=names)
    pairs = {arm: Standardised.of(found.risks, i) for i, arm in enumerate(arms) if i}
    std_errors = np.sqrt(np.diag(found.risks.covariance))
    return ResponderFit(
        counts=counts,
        risks=pd.DataFrame({"arm": arms, "estimate": found.risks.risks, "std_error": std_errors}),
        contrasts=contrast_rows({arm: pair.contrasts(conf_level) for arm, pair in pairs.items()}),
        margin_tests=_margin_rows(
            margin, {arm: pair.above(margin) for arm, pair in pairs.items()} if margin else {}
        ),
        method=ADJUSTED + (CLUSTERED if names.cluster else ""),
        conf_level=conf_level,
        n_clusters=found.n_clusters,
    )


def _margin_rows(margin: float | None, found: dict[str, MarginTest]) -> pd.DataFrame:
    rows = [{"arm": arm, "margin": margin, **each._asdict()} for arm, each in found.items()]
    return pd.DataFrame(rows, columns=["arm", "margin", "statistic", "df", "p_value"])
