"""Whole responder curves compared: a rank test chosen in advance, and the area between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t

from outcomes.errors import NotEstimableError, SchemaError
from outcomes.models.covariate_columns import require_list
from outcomes.models.records import require_columns
from outcomes.models.responder_rows import Missing, counted
from outcomes.models.subjects import arms_of, by_row, strata_of
from outcomes.stats.rank_tests import RankTest, van_elteren

Array = NDArray[np.float64]

WILCOXON = "Wilcoxon’s rank-sum test"
VAN_ELTEREN = "van Elteren’s stratified rank-sum test"
_WORST = ", missing improvement ranked worst"
_COLUMNS = ["arm", "quantity", "estimate", "std_error", "df", "conf_low", "conf_high"]
_COLUMNS += ["statistic", "p_value", "reason"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CurveComparison:
    """Responder curves of each arm against the reference.

    Parameters
    ----------
    contrasts : DataFrame
        arm, quantity, estimate, std_error, df, conf_low, conf_high, statistic, p_value, reason;
        two rows an arm. ``area_between_curves``: difference in the share of responders, averaged
        over all thresholds from 0 to 100 per cent, with Welch's interval. ``probability_better``:
        probability that a patient of the arm improved more than one of the reference, ties counted
        half, with the rank test. NaN marks what a quantity does not have; `reason` says why a
        number it should have is missing, and is empty elsewhere.
    method : str
        Name of the rank test.
    n_uninformative : int
        Subjects of strata without both arms, over all comparisons: they say nothing in the test.
    """

    contrasts: pd.DataFrame
    method: str
    n_uninformative: int
    conf_level: float

    def table(self) -> pd.DataFrame:
        """Comparisons with the reference, and the rank test's name."""
        return self.contrasts.assign(method=self.method)


def compare_responder_curves(
    data: pd.DataFrame,
    *,
    improvement: str,
    arm: str,
    reference: str,
    strata: Sequence[str] = (),
    missing: Missing | None = None,
    conf_level: float = 0.95,
) -> CurveComparison:
    """Compare cumulative responder curves as wholes, so that no threshold has to be picked.

    Parameters
    ----------
    data : DataFrame
        One row per subject.
    improvement : str
        Column of percent improvement from baseline; missing as NaN.
    arm, reference : str
        Column of arms, and the arm others are compared with.
    strata : sequence of str
        Columns whose combinations are strata of the rank test, such as randomisation factors; a
        missing value is a stratum of its own.
    missing : {"non_responder", "exclude"}, optional
        Whether a subject without improvement ranks below every other, all such tied, and is below
        every threshold; or is left out. By default they are refused.
    conf_level : float
        Level of the interval of the area.

    Returns
    -------
    CurveComparison

    Raises
    ------
    NotEstimableError
        Nobody is counted in an arm.
    SchemaError
        A column is absent or not numeric; improvements are missing and `missing` is None.
    SpecificationError
        `reference` is not among the arms, or there is no other arm.

    Notes
    -----
    The share with an improvement of at least c, averaged over c from 0 to 100, is the mean of the
    improvement held between 0 and 100, over 100.

    References
    ----------
    Farrar JT, Dworkin RH, Max MB. Use of the cumulative proportion of responders analysis graph to
    present pain data over a range of cut-off points. J Pain Symptom Manage 2006;31:369-377. van
    Elteren PH. Bull Int Stat Inst 1960;37:351-361.

    Examples
    --------
    >>> data = pd.DataFrame(
    ...     {"arm": ["yoga"] * 3 + ["usual"] * 3, "better_by": [50.0, 30, 10, 40, 20, None]}
    ... )
    >>> found = compare_responder_curves(
    ...     data, improvement="better_by", arm="arm", reference="usual", missing="non_responder"
    ... )
    >>> found.contrasts.set_index("quantity")["estimate"].round(4).to_dict()
    {'area_between_curves': 0.1, 'probability_better': 0.6667}
    """
    require_list(strata, "strata=")
    wanted = {improvement: "improvement=", arm: "arm="} | dict.fromkeys(strata, "strata=")
    require_columns(data, wanted)
    if not pd.api.types.is_numeric_dtype(data[improvement]):
        raise SchemaError(
            f"{improvement}: improvements are not numbers; derive percent improvement first."
        )
    data = by_row(data)
    arms = arms_of(data[arm], reference)
    known = data[improvement].astype(float)
    kept = data.loc[counted(known, improvement, missing).index]
    values = kept[improvement].astype(float).fillna(-np.inf).to_numpy()
    where = kept[arm].astype(object).to_numpy()
    empty = [one for one in arms if not (where == one).any()]
    if empty:
        raise NotEstimableError(f"nobody is counted in arm {', '.join(map(repr, empty))}.")
    codes = strata_of(kept, strata)
    rows: list[dict[str, object]] = []
    tests = []
    for one in arms[1:]:
        pair = (where == one) | (where == reference)
        test = van_elteren(values[pair], where[pair] == one, codes[pair])
        area = _area(values[where == one], values[where == reference], conf_level)
        tests.append(test)
        rows += [
            {"arm": one, "quantity": "area_between_curves", **area._asdict()},
            {"arm": one, "quantity": "probability_better", **_ranked(test)},
        ]
    name = VAN_ELTEREN if strata else WILCOXON
    return CurveComparison(
        contrasts=pd.DataFrame(rows, columns=_COLUMNS),
        method=name + (_WORST if missing == "non_responder" else ""),
        n_uninformative=sum(test.n_uninformative for test in tests),
        conf_level=conf_level,
    )


class _Area(NamedTuple):
    """Difference in mean held improvement; without interval where no spread can be told."""

    estimate: float
    std_error: float = math.nan
    df: float = math.nan
    conf_low: float = math.nan
    conf_high: float = math.nan
    reason: str = ""


def _area(active: Array, reference: Array, conf_level: float) -> _Area:
    """Difference of mean improvements held between 0 and 1, with Welch's interval."""
    groups = [np.clip(each, 0.0, 100.0) / 100 for each in (active, reference)]
    estimate = float(groups[0].mean() - groups[1].mean())
    if min(map(len, groups)) < 2:
        return _Area(estimate, reason="an arm has a single patient, so there is no interval")
    parts = np.array([each.var(ddof=1) / len(each) for each in groups])
    if all(np.ptp(each) == 0 for each in groups):
        return _Area(estimate, reason="within arms nobody differs, so there is no interval")
    se = math.sqrt(parts.sum())
    df = float(parts.sum() ** 2 / (parts**2 / [len(each) - 1 for each in groups]).sum())
    half = float(t.isf((1 - conf_level) / 2, df)) * se
    return _Area(estimate, se, df, estimate - half, estimate + half)


def _ranked(test: RankTest) -> dict[str, object]:
    reason = "" if not math.isnan(test.statistic) else "no two improvements differ"
    if math.isnan(test.probability):
        reason = "no stratum holds both arms"
    return {
        "estimate": test.probability,
        "statistic": test.statistic,
        "p_value": test.p_value,
        "reason": reason,
    }
