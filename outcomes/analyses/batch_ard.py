"""Analysis results data of a batch's summary: how many reports there are, and every verdict."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from outcomes.analyses.ard import Part, ard
from outcomes.analyses.batch_results import BatchResults
from outcomes.analyses.families import FamilyResult
from outcomes.trial.study import Analysis

_VERDICT = ("p_value", "weight", "adjusted_p_value", "rejected")
_STEP = ("p_value", "level", "adjusted_p_value", "rejected")


def summary_ard(results: BatchResults, families: Sequence[FamilyResult]) -> pd.DataFrame:
    """Lay a summary out as rows.

    Parameters
    ----------
    results : BatchResults
    families : sequence of FamilyResult
        As `judge_families` gives them.

    Returns
    -------
    DataFrame
        Columns of `outcomes.analyses.ard.COLUMNS`; n_rows is empty, since no subject was analysed.
    """
    states = results.reports["state"].value_counts(sort=False)
    counts = pd.DataFrame({"state": states.index, "n": states.to_numpy()})
    parts = [Part(context="reports", frame=counts, groups=("state",))]
    parts += [part for family in families for part in _parts(family)]
    rows = ard(Analysis(id="summary"), parts, n_rows=0)
    return rows.assign(n_rows=None)


def _parts(result: FamilyResult) -> list[Part]:
    family = result.family.id
    return [
        Part(
            context="multiplicity",
            frame=result.hypotheses.assign(family=family),
            groups=("family", "hypothesis"),
            stats=_VERDICT,
            method=result.family.procedure,
            absent="the procedure has none, or the hypothesis has no p value",
        ),
        Part(
            context="multiplicity steps",
            frame=result.found.steps.assign(family=family),
            groups=("family", "step"),
            stats=_STEP,
            level="hypothesis",
            method=result.family.procedure,
            absent="nothing is left to test",
        ),
    ]
