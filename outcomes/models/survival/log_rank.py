"""Log-rank tests of each arm against the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd

from outcomes.errors import NotEstimableError, SpecificationError
from outcomes.models.survival.columns import Labels, Times, read_times
from outcomes.models.survival.covariates import labels
from outcomes.models.survival.estimable import require_two_each
from outcomes.stats.survival import RankTest, log_rank


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RankTests:
    """Tests of equal curves: each arm against the reference, and all arms at once.

    Parameters
    ----------
    pairs : DataFrame
        arm, statistic (chi-squared), df, p_value; one row for each arm but the reference.
    overall : DataFrame
        statistic, df, p_value of the test that all arms are equal; one row.
    method : str
    """

    pairs: pd.DataFrame
    overall: pd.DataFrame
    method: str

    def table(self) -> pd.DataFrame:
        """List tests against the reference, one row an arm, and the method."""
        return self.pairs.assign(method=self.method)


def log_rank_test(
    data: pd.DataFrame,
    *,
    time: str,
    event: str,
    arm: str,
    reference: str,
    strata: Sequence[str] = (),
    rho: float = 0.0,
) -> RankTests:
    """Compare the times of each arm with the reference by the log-rank test.

    Parameters
    ----------
    data, time, event, arm
        As in `kaplan_meier`.
    reference : str
        The arm others are compared with.
    strata : sequence of str
        Columns whose combinations are strata: patients are compared within them only.
    rho : float
        Weights S(t−)^rho of Fleming and Harrington: 0 weighs all events alike, 1 early ones more.

    Returns
    -------
    RankTests

    Raises
    ------
    SchemaError, DataError, SpecificationError
        As in `kaplan_meier`; `reference` is no arm, or rho is negative.
    NotEstimableError
        An arm has one patient, or nobody had an event while both arms were at risk.

    References
    ----------
    Peto R, Peto J. J R Stat Soc A 1972;135:185-207. Harrington DP, Fleming TR. Biometrika
    1982;69:553-566.

    Examples
    --------
    >>> data = pd.DataFrame({"arm": ["a", "b"] * 4, "day": range(1, 9), "better": 1})
    >>> test = log_rank_test(data, time="day", event="better", arm="arm", reference="a")
    >>> test.table()[["arm", "df"]]
      arm  df
    0   b   1
    """
    checked_rho(rho)
    times = read_times(data, time=time, event=event, arm=arm, reference=reference)
    require_two_each(times)
    stratum = labels(data, strata, "strata=") if strata else np.zeros(len(data), dtype=np.intp)
    pairs = [_pair(times, stratum, i, rho) for i in range(1, len(times.arms))]
    everybody = log_rank(
        times.time, times.had_event, times.group, n_groups=len(times.arms), stratum=stratum, rho=rho
    )
    return RankTests(
        pairs=as_rows(times.arms, pairs),
        overall=overall_row(everybody),
        method=_method(strata, rho),
    )


def checked_rho(rho: float) -> float:
    """Return a power of weights, a number of zero or more.

    Raises
    ------
    SpecificationError
        If it is not.
    """
    if not isinstance(rho, Real) or not 0 <= rho < np.inf:
        raise SpecificationError(f"rho is {rho}; weights need a number, zero or more.")
    return rho


def _pair(times: Times, stratum: Labels, arm: int, rho: float) -> RankTest:
    both = (times.group == 0) | (times.group == arm)
    mine = times.where(both)
    return log_rank(
        mine.time,
        mine.had_event,
        (mine.group == arm).astype(np.intp),
        n_groups=2,
        stratum=stratum[both],
        rho=rho,
    )


def as_rows(arms: Sequence[str], tests: Sequence[RankTest]) -> pd.DataFrame:
    """One row for each arm but the first.

    Raises
    ------
    NotEstimableError
        A test has no information.
    """
    for arm, test in zip(arms[1:], tests, strict=True):
        if not test.df:
            raise NotEstimableError(
                f"arms {arm!r} and {arms[0]!r} have no event while both are at risk, so no test "
                "exists. Describe the times instead."
            )
    return pd.DataFrame(
        {
            "arm": list(arms[1:]),
            "statistic": [test.statistic for test in tests],
            "df": [test.df for test in tests],
            "p_value": [test.p_value for test in tests],
        }
    )


def overall_row(test: RankTest) -> pd.DataFrame:
    """Test that all arms are equal, one row."""
    return pd.DataFrame({"statistic": [test.statistic], "df": [test.df], "p_value": [test.p_value]})


def _method(strata: Sequence[str], rho: float) -> str:
    name = "Log-rank test" if rho == 0 else f"Fleming-Harrington test, rho = {rho:g}"
    return f"{name}, stratified by {', '.join(strata)}" if strata else name
