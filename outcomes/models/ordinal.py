"""Ordered categories of two or more arms: common odds ratio and probability of superiority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2, norm

from outcomes.errors import NotEstimableError, SchemaError, SpecificationError
from outcomes.models.ordinal_shares import (
    Category,
    category_counts,
    category_shares,
    cut_odds_ratios,
)
from outcomes.models.records import require_columns, require_values
from outcomes.models.standardise import covariate_columns
from outcomes.models.subjects import arms_of, by_row, strata_of
from outcomes.models.tidy import checked_level
from outcomes.models.win_levels import OrdinalLevel, read_level
from outcomes.models.win_ratio import win_ratio
from outcomes.stats import ordinal as stats
from outcomes.stats.rank_tests import van_elteren

Array = NDArray[np.float64]
Codes = NDArray[np.int64]
Missing = Literal["exclude", "worst"]

_COLUMNS = [
    *("arm", "quantity", "estimate", "std_error", "conf_low", "conf_high", "p_value", "reason"),
]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class OrdinalFit:
    """Comparison of ordered categories.

    Parameters
    ----------
    contrasts : DataFrame
        arm, quantity (``"common_odds_ratio"``, ``"probability_of_superiority"``), estimate,
        std_error (of the logarithm of the odds ratio), conf_low, conf_high, p_value, reason (why a
        value is missing).
    categories : DataFrame
        arm, category, n, proportion, cumulative (share in this or a better category); from best to
        worst.
    assumption : DataFrame
        term (``"all terms"`` and ``"arm"``), statistic, df, p_value: the score test of
        proportional odds.
    cut_odds_ratios : DataFrame
        arm, category (the worst that counts as success at this cut), estimate, conf_low, conf_high,
        reason: unadjusted odds ratio of each cut, beside which the common one can be seen.
    counts : DataFrame
        arm, n, missing.
    conf_level : float
    adjusted_for : tuple of str
    """

    contrasts: pd.DataFrame
    categories: pd.DataFrame
    assumption: pd.DataFrame
    cut_odds_ratios: pd.DataFrame
    counts: pd.DataFrame
    conf_level: float
    adjusted_for: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """Contrasts with the reference, two rows an arm."""
        return self.contrasts


def ordinal_comparison(
    data: pd.DataFrame,
    *,
    outcome: str,
    arm: str,
    reference: str,
    worst_to_best: Sequence[Category],
    covariates: str | Sequence[str] = (),
    strata: str | Sequence[str] = (),
    missing: Missing | None = None,
    conf_level: float = 0.95,
) -> OrdinalFit:
    """Compare ordered categories between arms.

    Parameters
    ----------
    data : DataFrame
        One row per subject.
    outcome : str
        Column of categories.
    arm : str
        Column of arms.
    reference : str
        The arm others are compared with.
    worst_to_best : sequence
        Every category there is, in order.
    covariates : str or sequence of str
        Columns the proportional odds model is adjusted for.
    strata : str or sequence of str
        Columns within which patients are compared for the probability of superiority; its p value
        is then van Elteren's.
    missing : {"exclude", "worst"}, optional
        What becomes of subjects without a category; by default they are refused.
    conf_level : float

    Returns
    -------
    OrdinalFit
        The common odds ratio is that of being in a better category, above 1 where the arm did
        better than the reference. The probability of superiority is that a patient of the arm is in
        a better category than one of the reference arm, ties counted half; its interval is made on
        the logit scale.

    Raises
    ------
    NotEstimableError
        One category only, or a model without a finite estimate.
    SchemaError, DataError
        Columns are absent or hold something else; categories are missing and `missing` is None.
    SpecificationError
        Arms or categories make no sense.

    References
    ----------
    McCullagh P. J R Stat Soc B 1980;42:109-142. Peterson B, Harrell FE. Appl Stat 1990;39:205-217.
    van Elteren PH. Bull Inst Int Stat 1960;37:351-361.

    Examples
    --------
    >>> data = pd.DataFrame(
    ...     {"arm": ["yoga"] * 6 + ["usual"] * 6, "pgic": [1, 2, 2, 3, 4, 2, 2, 3, 4, 4, 5, 3]}
    ... )
    >>> fit = ordinal_comparison(
    ...     data, outcome="pgic", arm="arm", reference="usual", worst_to_best=(5, 4, 3, 2, 1)
    ... )
    >>> float(fit.table().loc[1, "estimate"].round(4))
    0.7917
    """
    checked_level(conf_level)
    strata, covariates = (
        (names,) if isinstance(names, str) else tuple(names) for names in (strata, covariates)
    )
    wanted = dict.fromkeys(covariates, "covariates=") | dict.fromkeys(strata, "strata=")
    require_columns(data, wanted | {outcome: "outcome=", arm: "arm="})
    require_values(data, [arm, *strata])
    data = by_row(data)
    arms = arms_of(data[arm], reference)
    ranks = _ranks(data, outcome, tuple(worst_to_best))
    counts = category_counts(data[arm], ranks, arms)
    kept = _kept(ranks, outcome, missing)
    rows = data.loc[kept.index]
    x = _design(rows, arm, arms, tuple(covariates))
    codes = _occurring(kept)
    fit = stats.fit_proportional_odds(codes, x)
    return OrdinalFit(
        contrasts=pd.concat(
            [
                _odds_ratios(fit, arms, conf_level),
                _superiority(rows, kept, arm, reference, strata, conf_level),
            ]
        )
        .sort_values("arm", kind="stable", key=lambda names: names.map(arms.index))
        .reset_index(drop=True),
        categories=category_shares(rows[arm], kept, arms, tuple(worst_to_best)),
        assumption=_assumption(codes, x, fit, len(arms) - 1),
        cut_odds_ratios=cut_odds_ratios(rows[arm], kept, arms, tuple(worst_to_best), conf_level),
        counts=counts,
        conf_level=conf_level,
        adjusted_for=tuple(covariates),
    )


def _ranks(
    data: pd.DataFrame, outcome: str, worst_to_best: tuple[Category, ...]
) -> pd.Series[float]:
    """Position of each category, 0 for the worst; NaN where missing."""
    level = OrdinalLevel(outcome, worst_to_best=worst_to_best)
    read_level(data, level)
    order = {category: rank for rank, category in enumerate(worst_to_best)}
    return data[outcome].astype(object).map(order).astype(float)


def _kept(ranks: pd.Series[float], outcome: str, missing: Missing | None) -> pd.Series[float]:
    lacking = ranks.index[ranks.isna()]
    if missing == "worst":
        return ranks.fillna(0.0)
    if missing == "exclude":
        return ranks.dropna()
    if missing is not None:
        raise SpecificationError(f"missing is {missing!r}; allowed are 'exclude' and 'worst'.")
    if len(lacking):
        raise SchemaError(
            f"{outcome}: {len(lacking)} of {len(ranks)} subjects have no category (first rows "
            f"{', '.join(map(str, lacking[:3]))}). Say what becomes of them with missing='exclude' "
            "or missing='worst'."
        )
    return ranks


def _design(rows: pd.DataFrame, arm: str, arms: list[str], covariates: tuple[str, ...]) -> Array:
    few = [one for one in arms if (rows[arm] == one).sum() < 2]
    if few:
        raise NotEstimableError(
            f"arm {', '.join(map(repr, few))} has fewer than two subjects with a category; a "
            "comparison needs two of each arm."
        )
    of_arm = np.column_stack([(rows[arm] == one).to_numpy(dtype=float) for one in arms[1:]])
    return np.column_stack([of_arm, covariate_columns(rows, covariates).to_numpy(dtype=float)])


def _occurring(ranks: pd.Series[float]) -> Codes:
    """Categories that occur, numbered from 0: an empty one says nothing of the odds."""
    found, codes = np.unique(ranks.to_numpy(), return_inverse=True)
    if len(found) < 2:
        raise NotEstimableError(
            "Every subject is in one category, so there are no odds to compare."
        )
    return codes.astype(np.int64)


def _odds_ratios(fit: stats.ProportionalOdds, arms: list[str], conf_level: float) -> pd.DataFrame:
    """Odds of a better category: the model is of P(rank ≤ k), so the sign turns."""
    n = len(arms) - 1
    log_ratio = -fit.coefficients[:n]
    start = len(fit.thresholds)
    std_error = np.sqrt(np.diag(fit.covariance)[start : start + n])
    half = norm.isf((1 - conf_level) / 2) * std_error
    return pd.DataFrame(
        {
            "arm": arms[1:],
            "quantity": "common_odds_ratio",
            "estimate": np.exp(log_ratio),
            "std_error": std_error,
            "conf_low": np.exp(log_ratio - half),
            "conf_high": np.exp(log_ratio + half),
            "p_value": 2 * norm.sf(np.abs(log_ratio) / std_error),
            "reason": "",
        },
        columns=_COLUMNS,
    )


def _superiority(
    rows: pd.DataFrame,
    ranks: pd.Series[float],
    arm: str,
    reference: str,
    strata: tuple[str, ...],
    conf_level: float,
) -> pd.DataFrame:
    """(1 + net benefit) / 2, with van Elteren's p value."""
    compared = rows[[arm, *strata]].assign(rank_=ranks)
    order = tuple(sorted(ranks.unique()))
    fit = win_ratio(
        compared,
        arm=arm,
        reference=reference,
        levels=[OrdinalLevel("rank_", worst_to_best=order)],
        strata=strata,
        conf_level=conf_level,
    )
    net = fit.statistics[fit.statistics["statistic"] == "net_benefit"].reset_index(drop=True)
    return pd.DataFrame(
        {
            "arm": net["arm"],
            "quantity": "probability_of_superiority",
            "estimate": (1 + net["estimate"]) / 2,
            "std_error": net["std_error"] / 2,
            "conf_low": (1 + net["conf_low"]) / 2,
            "conf_high": (1 + net["conf_high"]) / 2,
            "p_value": [_rank_test(compared, arm, one, reference, strata) for one in net["arm"]],
            "reason": net["reason"],
        },
        columns=_COLUMNS,
    )


def _rank_test(
    compared: pd.DataFrame, arm: str, active: str, reference: str, strata: tuple[str, ...]
) -> float:
    """P value of van Elteren's test, Wilcoxon's without strata."""
    pair = compared[compared[arm].isin([active, reference])]
    ranks = pair["rank_"].to_numpy(dtype=float)
    of_active = (pair[arm] == active).to_numpy(dtype=bool)
    return van_elteren(ranks, of_active, strata_of(pair, strata)).p_value


def _assumption(codes: Codes, x: Array, fit: stats.ProportionalOdds, n_arms: int) -> pd.DataFrame:
    """Score test of all terms, and of the arm alone where there are others."""
    tests = {"all terms": stats.proportional_odds_test(codes, x, fit)}
    if x.shape[1] > n_arms:
        tests["arm"] = stats.proportional_odds_test(codes, x, fit, columns=range(n_arms))
    return pd.DataFrame(
        [
            {
                "term": term,
                "statistic": test.statistic if test.df else np.nan,
                "df": test.df,
                "p_value": float(chi2.sf(test.statistic, test.df)) if test.df else np.nan,
            }
            for term, test in tests.items()
        ]
    )
