"""How a baseline table is shown."""

from __future__ import annotations

from typing import Any

from outcomes.report.presentation import Presentation, Shown
from outcomes.tables import format as f
from outcomes.tables.baseline import baseline


def _results(result: Any) -> Shown:
    n = _patients(result)
    differences = result.differences if len(result.differences) else None
    table = baseline(result.summary, arms=result.arms, n=n, differences=differences)
    count = result.summary["variable"].nunique()
    says = (
        f"{count} characteristics of {f.count(n[''])} patients before treatment, by the arm they "
        "were randomised to."
    )
    return Shown(says=says, tables=(table,))


def _patients(result: Any) -> dict[str, int]:
    """Patients by arm at the last step of the flow, and in all under ``""``."""
    last = result.flow[result.flow["stage"] == result.flow["stage"].iloc[-1]]
    n = {str(arm): int(count) for arm, count in zip(last["arm"], last["n"], strict=True)}
    return {**n, "": sum(n.values())}


def _missing(_result: Any) -> str:
    return "Counted for each characteristic; nothing is imputed"


def _summary(_result: Any) -> str:
    return "Description of each arm"


PRESENTATION = Presentation(
    name="Patients before treatment",
    short="Baseline table",
    summary=_summary,
    missing=_missing,
    robustness="A description makes no assumption to examine.",
    one_visit=False,
    consort=("25",),
    results=_results,
)
