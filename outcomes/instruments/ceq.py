"""Credibility/Expectancy Questionnaire."""

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import (
    Check,
    Instrument,
    Item,
    Level,
    Responses,
    Scale,
    Source,
    integers,
    one_of,
)

_DEVILLY = Source(
    citation="Devilly GJ, Borkovec TD. J Behav Ther Exp Psychiatry 2000;31:73-86",
    locator="abstract: credibility is items 1 to 3, expectancy items 4 to 6",
)
_MAPPED = "mapped to 1-9 by a line, which depends on no sample"


def _scale(key: str, label: str, items: tuple[Item, ...], level: Level) -> Scale:
    """Sum of three items of 1 to 9."""
    return Scale(
        key=key,
        label=f"{label} (CEQ)",
        items=items,
        combine="sum",
        range=(3, 27),
        higher_is="neutral",
        true_zero=False,
        source=_DEVILLY,
        level=level,
    )


def _ceq(
    key: str, version: str, percent: Responses, coding: str, checks: tuple[Check, ...] = ()
) -> Instrument:
    """Three items of each factor; items 4 and 6 in `percent`."""
    share = tuple(1 + 8 * value / percent.highest for value in percent.values or ())
    nine = integers(1, 9)
    items = tuple(
        Item(key=f"{key}_{number}", responses=percent, recode=share)
        if number in (4, 6)
        else Item(key=f"{key}_{number}", responses=nine)
        for number in range(1, 7)
    )
    return Instrument(
        key=key,
        name="Credibility/Expectancy Questionnaire",
        version=version,
        recall="now, after the rationale and before any outcome, in every arm",
        scales=(
            _scale("credibility", "Treatment credibility", items[:3], "originator"),
            # The percent coding and its mapping are ours; the factor is the authors'.
            _scale("expectancy", "Expected benefit", items[3:], "project"),
        ),
        rights="printed in the paper; ask the authors",
        citation=_DEVILLY,
        coding=f"items 1, 2, 3 and 5 1 to 9; items 4 and 6 {coding}, {_MAPPED}",
        checks=checks,
    )


def _tenth(answers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Percentages of which none exceeds 10: probably ratings of 0 to 10."""
    percent = np.nan_to_num(answers[:, [3, 5]])
    return np.asarray((percent > 0).any(axis=1) & (percent.max(initial=0) <= 10))


CEQ = _ceq(
    "ceq",
    "percent in steps of 10",
    one_of(*range(0, 101, 10)),
    "as percent, 0 to 100 in steps of 10 (0 to 10 is ceq_deciles)",
    (
        Check(
            message="have percentages of 10 at most, as has everybody; look for ratings of 0 to "
            "10, which are ceq_deciles",
            function=_tenth,
        ),
    ),
)
CEQ_DECILES = _ceq(
    "ceq_deciles",
    "percent as 0 to 10",
    integers(0, 10),
    "as tenths, 0 to 10 (percent is ceq)",
)
