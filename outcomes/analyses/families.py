"""Families of hypotheses judged over the results of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from outcomes.analyses.batch_results import BatchResults
from outcomes.models.multiplicity import AdjustedPValues, adjust_p_values
from outcomes.stats.multiplicity import bound
from outcomes.trial.families import hypotheses_of, weights_of
from outcomes.trial.study import Family, FamilyHypothesis, Study

COLUMNS = (
    *("hypothesis", "analysis", "arm", "report", "kind", "p_value", "weight"),
    *("adjusted_p_value", "rejected", "favours", "reason"),
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FamilyResult:
    """A family with the verdict on each hypothesis.

    Parameters
    ----------
    family : Family
    found : AdjustedPValues
        The procedure's own result, before any gate: its steps and graphs.
    hypotheses : DataFrame
        hypothesis, analysis, arm, report, kind (``"superiority"`` …), p_value (two-sided scale, NaN
        where there is none), weight, adjusted_p_value, rejected, favours (``"active"``,
        ``"reference"`` or empty: the side the estimate lies on), reason (why there is no p value,
        or why nothing was tested; else empty).
    open : bool
        Whether the family named by `after` has every hypothesis rejected; True without one.
    """

    family: Family
    found: AdjustedPValues
    hypotheses: pd.DataFrame
    open: bool = True

    def table(self) -> pd.DataFrame:
        """Raw and adjusted p value and verdict of each hypothesis."""
        return self.hypotheses


def judge_families(study: Study, results: BatchResults) -> tuple[FamilyResult, ...]:
    """Adjust the p values of every declared family over the reports of a batch.

    Parameters
    ----------
    study : Study
        Declares the families.
    results : BatchResults
        Only reports that are done, made as planned and with the declared role count.

    Returns
    -------
    tuple of FamilyResult
        A hypothesis without a p value is never rejected, and says why it has none.
    """
    judged: dict[str, FamilyResult] = {}
    for family in study.multiplicity:
        gate = judged.get(family.after) if family.after else None
        judged[family.id] = _judged(study, family, results, gate)
    return tuple(judged.values())


def adjusted_by_report(families: Sequence[FamilyResult]) -> dict[tuple[str, str], float]:
    """Look up adjusted p values by report and arm."""
    found: dict[tuple[str, str], float] = {}
    for each in families:
        for row in each.hypotheses.to_dict("records"):
            found[str(row["report"]), str(row["arm"])] = float(row["adjusted_p_value"])
    return found


def _judged(
    study: Study, family: Family, results: BatchResults, gate: FamilyResult | None
) -> FamilyResult:
    members = hypotheses_of(study, family)
    rows = [_evidence(study, results, each) for each in members]
    found = adjust_p_values(
        {str(row["hypothesis"]): float(str(row["p_value"])) for row in rows},
        family.procedure,
        alpha=family.alpha,
        weights=weights_of(members) or None,
        transitions=family.transitions or None,
    )
    verdicts = found.hypotheses.drop(columns="p_value")
    frame = pd.DataFrame(rows).merge(verdicts, on="hypothesis", how="left")
    frame = _gated(frame, family, gate)[list(COLUMNS)]
    return FamilyResult(
        family=family, found=found, hypotheses=frame, open=gate is None or _all_rejected(gate)
    )


def _gated(frame: pd.DataFrame, family: Family, gate: FamilyResult | None) -> pd.DataFrame:
    """Hold adjusted p values at least at the largest of the family that comes first."""
    if gate is None:
        return frame
    # A hypothesis without a p value holds its gate shut, whatever its adjusted p value.
    lowest = 1.0 if not _complete(gate) else float(gate.hypotheses["adjusted_p_value"].max())
    held = frame["adjusted_p_value"].clip(lower=lowest)
    shut = f"not tested: the family {family.after} is not shown in full"
    reasons = frame["reason"].where(frame["reason"] != "", "" if _all_rejected(gate) else shut)
    rejected = frame["rejected"] & (held <= bound(family.alpha)) & _all_rejected(gate)
    return frame.assign(adjusted_p_value=held, rejected=rejected, reason=reasons)


def _complete(family: FamilyResult) -> bool:
    return bool(family.hypotheses["p_value"].notna().all())


def _all_rejected(family: FamilyResult) -> bool:
    return bool(family.hypotheses["rejected"].all())


def _evidence(study: Study, results: BatchResults, named: FamilyHypothesis) -> dict[str, object]:
    """Find the p value of a hypothesis among the reports, or say why there is none."""
    row: dict[str, object] = {
        "hypothesis": named.called,
        "analysis": named.analysis,
        "arm": named.arm,
        "report": "",
        "kind": "superiority",
        "p_value": np.nan,
        "favours": "",
        "reason": "",
    }
    reports = list(_reports_of(study, results, named.analysis))
    if len(reports) != 1:
        return row | {"reason": _why_none(results, named.analysis, len(reports))}
    estimates = results.estimates
    mine = estimates[(estimates["report"] == reports[0]) & (estimates["arm"] == named.arm)]
    if mine.empty or np.isnan(mine["tested_p_value"].iloc[0]):
        return row | {"report": reports[0], "reason": "its report holds no p value"}
    found = mine.iloc[0]
    return row | {
        "report": reports[0],
        "kind": found["hypothesis"],
        "p_value": float(found["tested_p_value"]),
        "favours": _favours(found.to_dict()),
    }


def _reports_of(study: Study, results: BatchResults, analysis: str) -> Iterator[str]:
    """Find the reports that answer the declared question: as planned, else of the declared role."""
    declared = next(each for each in study.analyses if each.id == analysis)
    made = results.done[results.done["analysis"] == analysis]
    planned = made[made["as_planned"]]
    if planned.empty and declared.role != "exploratory":
        planned = made[made["role"] == declared.role]
    yield from planned["report"]


def _why_none(results: BatchResults, analysis: str, n: int) -> str:
    if n > 1:
        return f"{n} reports answer its question, and none of them is the planned one alone"
    known = results.not_made[results.not_made["analysis"] == analysis]
    if known.empty:
        return "the batch has no report of it as planned"
    return {"failed": "its report failed", "missing": "its report was not made yet"}.get(
        str(known["state"].iloc[0]), "its report is out of date"
    )


def _favours(estimate: Mapping[object, object]) -> str:
    value, null = float(estimate["estimate"]), float(estimate["null"])  # type: ignore[arg-type]
    side = estimate["favours_active"]
    if not np.isfinite(value) or value == null or side not in ("lower", "higher"):
        return ""
    return "active" if (value < null) == (side == "lower") else "reference"
