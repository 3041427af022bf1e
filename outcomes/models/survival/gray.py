"""Gray's test of each arm against the reference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from outcomes.models.survival.causes import Label, read_causes
from outcomes.models.survival.columns import Flags, Labels
from outcomes.models.survival.covariates import labels
from outcomes.models.survival.estimable import require_two_each
from outcomes.models.survival.log_rank import RankTests, as_rows, checked_rho, overall_row
from outcomes.stats.survival import RankTest, gray_test_rows


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
    checked_rho(rho)
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
