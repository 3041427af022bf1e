"""What the reports of a batch found, as frames: from their data alone, whatever made them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

REPORT_COLUMNS = (
    *("report", "title", "state", "role", "analysis", "kind", "as_planned", "warnings"),
    *("deviations", "outcome", "cause"),
)
ESTIMATE_COLUMNS = (
    *("report", "analysis", "arm", "visit", "quantity", "unit", "active", "reference", "outcome"),
    *("estimate", "conf_low", "conf_high", "conf_level", "p_value", "null", "favours_active"),
    *("hypothesis", "margin", "side", "digits", "tested_p_value"),
)
_NUMBERS = ("estimate", "conf_low", "conf_high", "conf_level", "p_value", "margin")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BatchResults:
    """The reports of a batch and their headline estimates.

    Parameters
    ----------
    trial : str
        Id of the trial.
    reports : DataFrame
        One row a report: report (its folder), title, state (``"done"``, ``"failed"``,
        ``"outdated"``, ``"missing"``), role, analysis, kind, as_planned (whether nothing but the
        analysis was chosen when it ran), warnings, deviations, outcome, cause (why it is not done).
    estimates : DataFrame
        One row a report and active arm: numbers from the analysis results data, words from the
        report's summary. tested_p_value is on the two-sided scale: that of no difference for
        superiority, twice the one-sided one of the margin for non-inferiority and equivalence;
        NaN where the analysis tests nothing.
    """

    trial: str
    reports: pd.DataFrame
    estimates: pd.DataFrame

    @property
    def done(self) -> pd.DataFrame:
        """Reports that are made and current."""
        return self.reports[self.reports["state"] == "done"]

    @property
    def not_made(self) -> pd.DataFrame:
        """Reports that failed, were not run yet or are out of date."""
        return self.reports[self.reports["state"] != "done"]


def batch_results(
    index: Mapping[str, Any], numbers: Mapping[str, Sequence[Mapping[str, Any]]]
) -> BatchResults:
    """Gather the reports of a batch.

    Parameters
    ----------
    index : mapping
        Content of the batch's ``index.json``: trial, and for each report folder, state,
        parameters, summary and error.
    numbers : mapping
        Analysis results data of each report that is done, by folder.

    Returns
    -------
    BatchResults
        In the order of the index, without reports on the batch itself.
    """
    listed = [each for each in index["reports"] if not each.get("reads_batch")]
    reports = [_report(each) for each in listed]
    estimates = [
        row
        for each in listed
        if each["state"] == "done"
        for row in _estimates(each["folder"], each["summary"], numbers.get(each["folder"], ()))
    ]
    return BatchResults(
        trial=str(index["trial"]),
        reports=pd.DataFrame(reports, columns=list(REPORT_COLUMNS)),
        estimates=pd.DataFrame(estimates, columns=list(ESTIMATE_COLUMNS)),
    )


def _report(listed: Mapping[str, Any]) -> dict[str, Any]:
    summary = listed.get("summary") or {}
    kinds = [note["kind"] for note in summary.get("notes", ())]
    return {
        "report": listed["folder"],
        "title": summary.get("about") or summary.get("title") or listed["title"],
        "state": listed["state"],
        "role": summary.get("role") or listed["role"],
        "analysis": summary.get("analysis") or listed["analysis"],
        "kind": summary.get("short") or summary.get("kind", ""),
        "as_planned": set(listed.get("parameters", {})) <= {"analysis", "draft"},
        "warnings": kinds.count("warning"),
        "deviations": kinds.count("deviation"),
        "outcome": summary.get("outcome") or "",
        "cause": _cause(listed),
    }


def _cause(listed: Mapping[str, Any]) -> str:
    if listed["state"] == "failed":
        return str((listed.get("error") or {}).get("cause") or "No cause was recorded.")
    return {
        "missing": "It was not run yet.",
        "outdated": "It was made from other inputs, another plan or other code.",
    }.get(listed["state"], "")


def _estimates(
    folder: str, summary: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    analysis = summary.get("analysis", "")
    mine = [row for row in rows if row["analysis_id"] == analysis]
    return [
        _estimate(folder, analysis, headline, mine) for headline in summary.get("headlines", ())
    ]


def _estimate(
    folder: str,
    analysis: str,
    headline: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """One estimate: numbers from the rows of the headline, words from the summary."""
    arm = headline["active"]["id"]
    found = _stats(rows, "headline", arm)
    values = {name: found.get(name, np.nan) for name in _NUMBERS}
    hypothesis = headline.get("hypothesis") or {}
    kind = hypothesis.get("kind", "superiority")
    visit = next((r["group2_level"] for r in _of(rows, "headline", arm)), None)
    return values | {
        "report": folder,
        "analysis": analysis,
        "arm": arm,
        "visit": visit,
        "quantity": headline["quantity"],
        "unit": headline["unit"],
        "active": headline["active"]["label"],
        "reference": headline["reference"]["label"],
        "outcome": headline["outcome"],
        "null": headline["null"],
        "favours_active": headline["favours_active"],
        "hypothesis": kind,
        "side": hypothesis.get("side") or "",
        "digits": headline.get("digits", 2),
        "tested_p_value": _tested(kind, values["p_value"], _stats(rows, "judgement", arm, visit)),
    }


def _tested(kind: str, p_value: float, judgement: Mapping[str, float]) -> float:
    """Put the p value of a hypothesis on the two-sided scale."""
    if kind == "superiority":
        return p_value
    return min(1.0, 2 * judgement.get("p_value", np.nan))


def _of(
    rows: Sequence[Mapping[str, Any]], context: str, arm: str, visit: object = ...
) -> list[Mapping[str, Any]]:
    return [
        row
        for row in rows
        if row["context"] == context
        and row["group1_level"] == arm
        and (visit is ... or row["group2_level"] == visit)
    ]


def _stats(
    rows: Sequence[Mapping[str, Any]], context: str, arm: str, visit: object = ...
) -> dict[str, float]:
    """Numbers by name; infinity is text in JSON."""
    return {
        row["stat_name"]: _number(row["stat"])
        for row in _of(rows, context, arm, visit)
        if row["stat_name"] in _NUMBERS
    }


def _number(value: Any) -> float:
    return np.nan if value is None else float(value)
