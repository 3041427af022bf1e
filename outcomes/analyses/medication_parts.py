"""Every number of a medication analysis as parts of the analysis results data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from outcomes.analyses.ard import Part, shared_parts
from outcomes.analyses.opioid_use import DOSES

COUNTED = ("n", "with_response", "missing", "proportion", "conf_low", "conf_high")
DIFFERENCE = ("estimate", "conf_low", "conf_high", "p_value")
IN_MME = ("mean", "conf_low", "conf_high", "sd", "median", "q1", "q3")
RESCUE = {
    **dict.fromkeys(("percent", "conf_low", "conf_high"), "percent"),
    "years": "patient-years",
    **dict.fromkeys(("rate", "rate_low", "rate_high"), "records per patient-year"),
}


def medication_parts(result: Any) -> Iterator[Part]:
    """Doses, responses, differences and rescue, with why a number is missing.

    The method of whatever rests on MME names the factor set and the denominator.
    """
    yield from shared_parts(result)
    chosen = result.specification
    how = f"MME by {chosen.factor_set}, denominator {chosen.denominator}"
    for _, rows in _by_reason(result.doses):
        yield Part(
            context="opioid_dose",
            frame=rows,
            groups=("arm", "visit"),
            stats=DOSES,
            variable="mme_per_day",
            units=dict.fromkeys(IN_MME, "mg MME a day"),
            method=how,
            absent=_absent(rows),
        )
    for context, frame, stats, method in (
        ("opioid_response", result.responses, COUNTED, f"{how}; Wilson"),
        ("risk_difference", result.differences, DIFFERENCE, f"{how}; Newcombe"),
    ):
        for (endpoint, _), rows in frame.groupby(["endpoint", "reason"], sort=False):
            yield Part(
                context=context,
                frame=rows,
                groups=("arm",),
                stats=stats,
                variable=str(endpoint),
                method=method,
                absent=_absent(rows),
            )
    yield from _rescue(result)


def _rescue(result: Any) -> Iterator[Part]:
    if result.rescue.empty:
        return
    yield Part(
        context="rescue",
        frame=result.rescue.drop(columns="reason"),
        groups=("arm",),
        variable="rescue",
        units=RESCUE,
        method="Clopper-Pearson; Garwood",
        absent="no time at risk",
    )
    yield Part(
        context="risk_difference",
        frame=result.rescue_differences,
        groups=("arm",),
        stats=("estimate", "conf_low", "conf_high"),
        variable="rescue",
        method="Miettinen-Nurminen",
    )


def _by_reason(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    yield from ((str(reason), rows) for reason, rows in frame.groupby("reason", sort=False))


def _absent(rows: pd.DataFrame) -> str:
    return str(rows["reason"].iloc[0]) or "not estimated"
