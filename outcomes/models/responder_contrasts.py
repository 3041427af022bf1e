"""Contrasts of two proportions: by a method for counts, or from standardised risks."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t

from outcomes.errors import SpecificationError
from outcomes.stats import proportions as two
from outcomes.stats.proportions.exact import ExactTest
from outcomes.stats.standardisation import StandardisedRisks

Array = NDArray[np.float64]
Counts = tuple[int, int, int, int]
Interval = tuple[float, float]
Method = Literal["newcombe", "miettinen_nurminen", "exact"]
METHODS = get_args(Method)
TESTS = get_args(ExactTest)

QUANTITIES = ("risk_difference", "risk_ratio", "number_needed_to_treat", "odds_ratio")
COLUMNS = [
    *("arm", "quantity", "estimate", "std_error", "df", "conf_low", "conf_high", "p_value"),
    *("benefit_low", "benefit_high", "crosses_infinity", "reason"),
]
_UNDEFINED = {
    0.0: "nobody responded in either arm",
    1.0: "everybody responded in both arms",
}


class Contrast(NamedTuple):
    """One comparison with the reference; `std_error` is NaN where none was used, df where normal.

    `reason` says why there is no estimate, and is empty where there is one.
    """

    estimate: float
    conf_low: float
    conf_high: float
    p_value: float
    std_error: float = math.nan
    df: float = math.nan
    reason: str = ""


Contrasts = tuple[Contrast, Contrast, Contrast]


class MarginTest(NamedTuple):
    """One-sided test that a risk difference lies above −margin; a statistic where there is one."""

    statistic: float
    df: float
    p_value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Unadjusted:
    """How two proportions are compared by their counts.

    `difference`, `ratio` and `odds` give an interval, `p_value` the test of no difference and
    `above` the test against a margin; `name` says all of it in words.
    """

    name: str
    difference: Callable[..., Interval]
    ratio: Callable[..., Interval]
    odds: Callable[..., Interval]
    p_value: Callable[[Counts], float]
    above: Callable[[Counts, float], MarginTest]

    def contrasts(self, counts: Counts, conf_level: float) -> Contrasts:
        """Difference, ratio and odds ratio of the active to the reference arm."""
        x1, n1, x2, n2 = counts
        p_value = self.p_value(counts)
        reason = _UNDEFINED.get((x1 + x2) / (n1 + n2), "")

        def contrast(estimate: float, interval: Callable[..., Interval], why: str) -> Contrast:
            low, high = interval(*counts, conf_level=conf_level)
            return Contrast(estimate, low, high, p_value, reason=why)

        return (
            contrast(x1 / n1 - x2 / n2, self.difference, ""),
            contrast(_over(x1 * n2, x2 * n1), self.ratio, reason if not x1 + x2 else ""),
            contrast(_over(x1 * (n2 - x2), x2 * (n1 - x1)), self.odds, reason),
        )


def _over(numerator: int, denominator: int) -> float:
    if denominator:
        return numerator / denominator
    return math.inf if numerator else math.nan


def _score(quantity: two.Quantity, *, corrected: bool) -> Callable[..., Interval]:
    def interval(*counts: int, conf_level: float) -> Interval:
        return two.score_interval(quantity, *counts, conf_level=conf_level, corrected=corrected)

    return interval


def _exact(quantity: two.Quantity) -> Callable[..., Interval]:
    def interval(*counts: int, conf_level: float) -> Interval:
        return two.exact_interval(quantity, *counts, conf_level=conf_level)

    return interval


def _normal(counts: Counts, margin: float, *, corrected: bool = False) -> MarginTest:
    z, p_value = two.margin_test(*counts, margin=margin, corrected=corrected)
    return MarginTest(z, math.nan, p_value)


_NEWCOMBE = Unadjusted(
    name="Newcombe hybrid score interval for the difference, Koopman score interval for the ratio, "
    "Cornfield score interval for the odds ratio, score test",
    difference=two.newcombe,
    ratio=_score("ratio", corrected=False),
    odds=_score("odds_ratio", corrected=False),
    p_value=lambda counts: two.score_test(*counts)[1],
    above=_normal,
)
_MIETTINEN_NURMINEN = Unadjusted(
    name="Miettinen-Nurminen score intervals and score test",
    difference=_score("difference", corrected=True),
    ratio=_score("ratio", corrected=True),
    odds=_score("odds_ratio", corrected=True),
    p_value=lambda counts: two.score_test(*counts, corrected=True)[1],
    above=lambda counts, margin: _normal(counts, margin, corrected=True),
)
_TEST_NAMES: Mapping[str, str] = {
    "fisher": "Fisher’s exact test",
    "barnard": "Barnard’s exact test (pooled z)",
    "boschloo": "Boschloo’s exact test",
}


def unadjusted(method: Method, test: ExactTest | None) -> Unadjusted:
    """Find a way to compare counts by its name and, for exact ones, that of its test.

    Raises
    ------
    SpecificationError
        There is no such method or test, or an exact method comes without the name of its test.
    """
    if method not in METHODS:
        raise SpecificationError(
            f"method is {method!r}; without covariates it is one of {', '.join(METHODS)}."
        )
    if test is not None and (method != "exact" or test not in TESTS):
        raise SpecificationError(
            f"test is {test!r}; it belongs to method='exact' and is one of {', '.join(TESTS)}."
        )
    if method == "newcombe":
        return _NEWCOMBE
    if method == "miettinen_nurminen":
        return _MIETTINEN_NURMINEN
    if test is None:
        raise SpecificationError(
            f"method='exact' needs test=, one of {', '.join(TESTS)}: they can differ, so the "
            "choice belongs to the plan."
        )
    return Unadjusted(
        name="Exact unconditional intervals for difference and ratio (Chan and Zhang), exact "
        f"conditional interval for the odds ratio, {_TEST_NAMES[test]}",
        difference=_exact("difference"),
        ratio=_exact("ratio"),
        odds=_exact("odds_ratio"),
        p_value=lambda counts: two.exact_test(*counts, test=test),
        above=lambda counts, margin: MarginTest(
            math.nan, math.nan, two.exact_margin_test(*counts, margin=margin)
        ),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Standardised:
    """Contrasts of an arm's standardised risk with that of the reference, the first arm."""

    risks: Array
    parts: Array
    df: Array

    @classmethod
    def of(cls, found: StandardisedRisks, arm: int) -> Standardised:
        """Take the arm numbered `arm` and the reference out of all risks."""
        pair = [arm, 0]
        return cls(risks=found.risks[pair], parts=found.parts[:, pair][:, :, pair], df=found.df)

    def contrasts(self, conf_level: float) -> Contrasts:
        """Wald intervals: of the difference, and of both ratios on the log scale."""
        p = self.risks
        odds = p / (1 - p)
        return (
            self._wald(p[0] - p[1], np.ones(2), conf_level),
            self._ratio(math.log(p[0] / p[1]), 1 / p, conf_level),
            self._ratio(math.log(odds[0] / odds[1]), 1 / (p * (1 - p)), conf_level),
        )

    def above(self, margin: float) -> MarginTest:
        """Test that the difference lies above −margin."""
        se, df = self._error(np.ones(2))
        statistic = (self.risks[0] - self.risks[1] + margin) / se
        return MarginTest(statistic, df, float(t.sf(statistic, df)))

    def _error(self, slopes: Array) -> tuple[float, float]:
        """Find the standard error of a difference of slopes and its degrees of freedom."""
        gradient = slopes * np.array([1.0, -1.0])
        variances = np.einsum("i,kij,j->k", gradient, self.parts, gradient)
        total, squared = float(variances.sum()), float((variances**2 / self.df).sum())
        return math.sqrt(total), total**2 / squared if squared else math.inf

    def _wald(self, estimate: float, slopes: Array, conf_level: float) -> Contrast:
        se, df = self._error(slopes)
        half = float(t.isf((1 - conf_level) / 2, df)) * se
        p_value = float(2 * t.sf(abs(estimate) / se, df))
        return Contrast(estimate, estimate - half, estimate + half, p_value, se, df)

    def _ratio(self, log: float, slopes: Array, conf_level: float) -> Contrast:
        found = self._wald(log, slopes, conf_level)
        return found._replace(
            estimate=math.exp(log),
            conf_low=math.exp(found.conf_low),
            conf_high=math.exp(found.conf_high),
        )


def contrast_rows(found: Mapping[str, Contrasts]) -> pd.DataFrame:
    """Four rows for each arm: difference, ratio, number needed to treat and odds ratio."""
    rows: list[dict[str, object]] = []
    for arm, (difference, ratio, odds) in found.items():
        needed = two.number_needed_to_treat(
            difference.estimate, difference.conf_low, difference.conf_high
        )
        for quantity, values in zip(
            QUANTITIES,
            (
                difference._asdict(),
                ratio._asdict(),
                {**asdict(needed), "reason": ""},
                odds._asdict(),
            ),
            strict=True,
        ):
            rows.append({"arm": arm, "quantity": quantity, **values})
    return pd.DataFrame(rows, columns=COLUMNS)
