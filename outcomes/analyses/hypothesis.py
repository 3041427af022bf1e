"""Non-inferiority and equivalence: one-sided tests against a declared margin."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from scipy.stats import t

from outcomes.analyses.result import Outcome
from outcomes.errors import SpecificationError, UnsupportedCombinationError
from outcomes.trial.study import Hypothesis, OutcomeAnalysis

COLUMNS = ["arm", "visit", "margin", "side", "statistic", "df", "p_value", "conclusion"]


def judge(
    contrasts: pd.DataFrame, hypothesis: Hypothesis, outcome: Outcome, *, alpha: float
) -> pd.DataFrame:
    """Test each contrast against the margin.

    Parameters
    ----------
    contrasts : DataFrame
        arm, visit, estimate, std_error, df.
    hypothesis : Hypothesis
        Its margin is positive and in units of the outcome.
    outcome : Outcome
        Its direction gives the side where the hypothesis names none.
    alpha : float
        Two-sided; each one-sided test is at half of it, so that the conclusion is that of the
        two-sided interval of level 1 − alpha.

    Returns
    -------
    DataFrame
        arm, visit, margin, side, statistic, df, p_value (one-sided; for equivalence the larger of
        the two) and conclusion: ``"shown"`` or ``"not shown"``. No rows for superiority.

    Raises
    ------
    SpecificationError
        The margin is missing or not positive, or no side can be told.

    References
    ----------
    Schuirmann DJ. A comparison of the two one-sided tests procedure and the power approach. J
    Pharmacokinet Biopharm 1987;15:657-680.
    """
    if hypothesis.kind == "superiority":
        return no_judgements()
    margin, sides = _margin(hypothesis), _sides(hypothesis, outcome)
    rows = []
    for contrast in contrasts.itertuples():
        tests = [_against(contrast, margin, side) for side in sides]
        p_value, statistic = max(tests)
        rows.append(
            {
                "arm": contrast.arm,
                "visit": contrast.visit,
                "margin": margin,
                "side": " and ".join(sides),
                "statistic": statistic,
                "df": contrast.df,
                "p_value": p_value,
                "conclusion": "shown" if p_value < alpha / 2 else "not shown",
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _against(contrast: object, margin: float, side: str) -> tuple[float, float]:
    """One-sided p value and statistic that the difference stays inside the margin on a side."""
    estimate, std_error, df = (
        float(getattr(contrast, name)) for name in ("estimate", "std_error", "df")
    )
    if side == "upper":
        statistic = (estimate - margin) / std_error
        return float(t.cdf(statistic, df)), statistic
    statistic = (estimate + margin) / std_error
    return float(t.sf(statistic, df)), statistic


def _margin(hypothesis: Hypothesis) -> float:
    if hypothesis.margin is None or not hypothesis.margin > 0:
        raise SpecificationError(
            f"{hypothesis.kind} needs a positive margin in units of the outcome; it is "
            f"{hypothesis.margin}."
        )
    return hypothesis.margin


def _sides(hypothesis: Hypothesis, outcome: Outcome) -> tuple[Literal["lower", "upper"], ...]:
    if hypothesis.kind == "equivalence":
        return ("lower", "upper")
    if hypothesis.side is not None:
        return (hypothesis.side,)
    if outcome.higher_is == "neutral":
        raise SpecificationError(
            f"{outcome.label} has no direction, so non-inferiority needs a side: 'lower' or "
            "'upper'."
        )
    return ("upper",) if outcome.higher_is == "worse" else ("lower",)


def only_superiority(specification: OutcomeAnalysis, quantity: str) -> None:
    """Refuse a margin or threshold where the estimate is not in units of the outcome.

    Raises
    ------
    UnsupportedCombinationError
        The hypothesis is not superiority, or a threshold is declared.
    """
    if specification.threshold is not None:
        raise UnsupportedCombinationError(
            f"A threshold in points cannot be held against a {quantity}. Declare it for an mmrm or "
            "ancova analysis."
        )
    if specification.hypothesis.kind != "superiority":
        raise UnsupportedCombinationError(
            f"{specification.hypothesis.kind} is judged on differences in means only, not on a "
            f"{quantity}. Declare the hypothesis for an mmrm or ancova analysis."
        )


def no_judgements() -> pd.DataFrame:
    """Make the frame of an analysis that tests no margin: no rows."""
    return pd.DataFrame(columns=COLUMNS)
