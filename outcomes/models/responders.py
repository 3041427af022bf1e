"""Difference, ratio and number needed to treat of responders between arms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from outcomes.errors import (
    NotEstimableError,
    SchemaError,
    SpecificationError,
    UnsupportedCombinationError,
)
from outcomes.models.standardise import Names, standardise
from outcomes.stats.proportions import number_needed_to_treat, ratio_interval, score_test

Missing = Literal["non_responder", "exclude"]
Array = NDArray[np.float64]

UNADJUSTED = (
    "Newcombe hybrid score interval for the difference, Koopman score interval for the ratio, "
    "score test"
)
ADJUSTED = (
    "Standardisation of a logistic model (g-computation), sandwich standard error, "
    "Wald interval (log scale for the ratio)"
)
_ON_THE_SCALE = ("estimate", "conf_low", "conf_high")
_COLUMNS = [
    *("arm", "quantity", "estimate", "std_error", "conf_low", "conf_high", "p_value"),
    *("benefit_low", "benefit_high", "crosses_infinity"),
]


class Contrast(NamedTuple):
    """One comparison of an arm with the reference; `std_error` is NaN where none was used."""

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    p_value: float


Pair = tuple[Contrast, Contrast]


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
        arm, quantity, estimate, std_error, conf_low, conf_high, p_value, benefit_low,
        benefit_high, crosses_infinity; three rows an arm.
    method : str
        Names of estimate and interval.
    conf_level : float
        Level of all intervals.
    n_clusters : int or None
        Clusters the standard errors rest on, single patients included.
    """

    counts: pd.DataFrame
    risks: pd.DataFrame
    contrasts: pd.DataFrame
    method: str
    conf_level: float
    n_clusters: int | None = None

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
        Column of treatment groups; a missing value is a patient treated alone. Needs covariates.
    missing : {"non_responder", "exclude"}, optional
        What becomes of subjects without a response; by default they are refused.
    conf_level : float
        Level of the two-sided intervals.

    Returns
    -------
    ResponderFit
        `contrasts` has for each arm but the reference, active − reference: ``risk_difference``,
        ``risk_ratio`` and ``number_needed_to_treat``. The last has benefit_low, benefit_high and
        crosses_infinity instead of conf_low and conf_high: see
        `outcomes.stats.proportions.NumberNeededToTreat`. std_error of the ratio is that of its
        logarithm, and NaN where the interval does not come from it.

    Raises
    ------
    NotEstimableError
        An arm has nobody to count, or a logistic model has no finite estimate.
    SchemaError
        Columns are absent or hold something else; responses are missing and `missing` is None.
    SpecificationError
        `reference` is not among the arms, or there is no other arm.
    UnsupportedCombinationError
        `cluster` without covariates: the Newcombe interval knows no clusters.

    References
    ----------
    Newcombe RG. Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Stat Med 1998;17:873-890, method 10.
    Koopman PAR. Confidence intervals for the ratio of two binomial proportions. Biometrics
    1984;40:513-517.
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
    if cluster is not None and not covariates:
        raise UnsupportedCombinationError(
            "cluster= needs covariates=: the Newcombe interval takes subjects as independent. "
            "Name covariates to standardise over, or leave cluster out and say so."
        )
    _refuse_bad_columns(data, [response, arm, *covariates, *([cluster] if cluster else [])])
    arms = _arms(data[arm], reference)
    outcome = _outcome(data, response)
    lacking = outcome.isna()
    counted = _counted(outcome, response, missing)
    kept = data.loc[counted.index]
    counts = _counts(kept[arm], counted, data.loc[lacking, arm], arms, conf_level)
    if not covariates:
        return _unadjusted(counts, conf_level)
    names = Names(arm=arm, covariates=tuple(covariates), cluster=cluster)
    return _adjusted(kept, counted, counts, names, conf_level)


def _refuse_bad_columns(data: pd.DataFrame, needed: list[str]) -> None:
    absent = [name for name in needed if name not in data.columns]
    if absent:
        raise SchemaError(
            f"data has no column {', '.join(map(repr, absent))}; it has "
            f"{', '.join(map(str, data.columns))}."
        )


def _arms(column: pd.Series[str], reference: str) -> list[str]:
    """Arms in order, the reference first."""
    if column.isna().any():
        rows = column.index[column.isna()]
        raise SchemaError(
            f"{column.name}: {len(rows)} rows have no arm (first rows "
            f"{', '.join(map(str, rows[:3]))}). Give every subject an arm."
        )
    if isinstance(column.dtype, pd.CategoricalDtype):
        found = list(column.cat.categories)
    else:
        found = sorted(column.unique(), key=str)
    if reference not in found:
        raise SpecificationError(
            f"reference is {reference!r}; the arms are {', '.join(map(str, found))}."
        )
    if len(found) < 2:
        raise SpecificationError(f"{reference!r} is the only arm; a comparison needs two.")
    return [reference, *(one for one in found if one != reference)]


def _outcome(data: pd.DataFrame, response: str) -> pd.Series[float]:
    """Responses as 1, 0 and NaN."""
    column = data[response]
    wrong = column[column.notna() & ~column.isin([0, 1])]
    if len(wrong):
        found = ", ".join(dict.fromkeys(repr(value) for value in wrong[:3]))
        raise SchemaError(
            f"{response}: {len(wrong)} of {len(column)} responses are not True/False or 1/0 "
            f"(found {found}). Derive the response first."
        )
    return column.astype("Float64").astype(float)


def _counted(outcome: pd.Series[float], name: str, missing: Missing | None) -> pd.Series[float]:
    """Responses that enter, after the declared rule for missing ones."""
    lacking = outcome.index[outcome.isna()]
    if missing == "non_responder":
        return outcome.fillna(0.0)
    if missing == "exclude":
        return outcome.dropna()
    if missing is not None:
        raise SpecificationError(
            f"missing is {missing!r}; allowed are 'non_responder' and 'exclude'."
        )
    if len(lacking):
        raise SchemaError(
            f"{name}: {len(lacking)} of {len(outcome)} responses are missing (first rows "
            f"{', '.join(map(str, lacking[:3]))}). Say what becomes of them with "
            "missing='non_responder' or missing='exclude'."
        )
    return outcome


def _counts(
    arm: pd.Series[str],
    outcome: pd.Series[float],
    lacking: pd.Series[str],
    arms: list[str],
    conf_level: float,
) -> pd.DataFrame:
    n = arm.value_counts().reindex(arms, fill_value=0)
    empty = [one for one in arms if n[one] == 0]
    if empty:
        raise NotEstimableError(
            f"nobody is counted in arm {', '.join(map(repr, empty))}; a proportion needs subjects."
        )
    responders = outcome[outcome == 1].groupby(arm.astype(object)).size()
    x = responders.reindex(arms, fill_value=0)
    low, high = proportion_confint(
        x.to_numpy(), n.to_numpy(), alpha=1 - conf_level, method="wilson"
    )
    return pd.DataFrame(
        {
            "arm": arms,
            "n": n.to_numpy(),
            "responders": x.to_numpy(),
            "missing": lacking.value_counts().reindex(arms, fill_value=0).to_numpy(),
            "proportion": (x / n).to_numpy(),
            "conf_low": low,
            "conf_high": high,
        }
    )


def _unadjusted(counts: pd.DataFrame, conf_level: float) -> ResponderFit:
    p, n = counts["proportion"], counts["n"]
    (x2, n2), *active = zip(counts["responders"], n, strict=True)
    return ResponderFit(
        counts=counts,
        risks=pd.DataFrame(
            {"arm": counts["arm"], "estimate": p, "std_error": np.sqrt(p * (1 - p) / n)}
        ),
        contrasts=_contrasts(
            counts["arm"][1:], [_unadjusted_pair(x1, n1, x2, n2, conf_level) for x1, n1 in active]
        ),
        method=UNADJUSTED,
        conf_level=conf_level,
    )


def _unadjusted_pair(x1: int, n1: int, x2: int, n2: int, conf_level: float) -> Pair:
    """Newcombe difference and Koopman ratio of x1/n1 to x2/n2."""
    low, high = confint_proportions_2indep(
        x1, n1, x2, n2, method="newcomb", compare="diff", alpha=1 - conf_level
    )
    ratio = (x1 / n1) / (x2 / n2) if x2 else (np.inf if x1 else np.nan)
    ratio_low, ratio_high = ratio_interval(x1, n1, x2, n2, conf_level=conf_level)
    _, p_value = score_test(x1, n1, x2, n2)
    return (
        Contrast(x1 / n1 - x2 / n2, np.nan, float(low), float(high), p_value),
        Contrast(ratio, np.nan, ratio_low, ratio_high, p_value),
    )


def _adjusted(
    data: pd.DataFrame, outcome: pd.Series[float], counts: pd.DataFrame, names: Names, level: float
) -> ResponderFit:
    arms = list(counts["arm"])
    found = standardise(data, outcome, arms=arms, names=names)
    pairs = [
        _adjusted_pair(found.risks[[i, 0]], found.covariance[np.ix_([i, 0], [i, 0])], level)
        for i in range(1, len(arms))
    ]
    std_errors = np.sqrt(np.diag(found.covariance))
    return ResponderFit(
        counts=counts,
        risks=pd.DataFrame({"arm": arms, "estimate": found.risks, "std_error": std_errors}),
        contrasts=_contrasts(arms[1:], pairs),
        method=ADJUSTED + (" robust to clusters" if names.cluster else ""),
        conf_level=level,
        n_clusters=found.n_clusters,
    )


def _adjusted_pair(risks: Array, covariance: Array, conf_level: float) -> Pair:
    """Wald intervals of the difference, and of the ratio on the log scale."""
    z = norm.isf((1 - conf_level) / 2)
    weights = np.array([1.0, -1.0])

    def wald(estimate: float, gradient: Array) -> Contrast:
        se = float(np.sqrt(gradient @ covariance @ gradient))
        p_value = float(2 * norm.sf(abs(estimate) / se))
        return Contrast(estimate, se, estimate - z * se, estimate + z * se, p_value)

    ratio = wald(float(np.log(risks[0] / risks[1])), weights / risks)
    back = {name: float(np.exp(getattr(ratio, name))) for name in _ON_THE_SCALE}
    return wald(float(risks[0] - risks[1]), weights), ratio._replace(**back)


def _contrasts(arms: Iterable[str], pairs: list[Pair]) -> pd.DataFrame:
    """Three rows for each arm: difference, ratio and the number needed to treat."""
    rows = []
    for arm, (difference, ratio) in zip(arms, pairs, strict=True):
        needed = number_needed_to_treat(
            difference.estimate, difference.conf_low, difference.conf_high
        )
        rows += [
            {"arm": arm, "quantity": "risk_difference", **difference._asdict()},
            {"arm": arm, "quantity": "risk_ratio", **ratio._asdict()},
            {"arm": arm, "quantity": "number_needed_to_treat", **asdict(needed)},
        ]
    return pd.DataFrame(rows, columns=_COLUMNS)
