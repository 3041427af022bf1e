"""Verdicts of a family of hypotheses, and the steps of a graphical procedure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.table import Column, Row, Table

PROCEDURES: Mapping[str, str] = {
    "bonferroni": "Bonferroni’s procedure",
    "holm": "Holm’s procedure",
    "hochberg": "Hochberg’s procedure",
    "hommel": "Hommel’s procedure",
    "fixed_sequence": "a fixed sequence",
    "fallback": "the fallback procedure",
    "graph": "a graphical procedure of weighted Bonferroni tests",
}
KINDS: Mapping[str, str] = {
    "superiority": "difference",
    "non_inferiority": "non-inferiority",
    "equivalence": "equivalence",
}


def codes(hypotheses: pd.DataFrame) -> dict[str, str]:
    """Give hypotheses short names in their order, H1 and on."""
    return {name: f"H{i}" for i, name in enumerate(hypotheses["hypothesis"], start=1)}


def verdict(row: Mapping[Any, Any], arms: Mapping[str, str]) -> str:
    """Say what became of a hypothesis.

    Parameters
    ----------
    row : mapping
        Of `FamilyResult.hypotheses`.
    arms : mapping of str to str
        Label of the ``"active"`` and of the ``"reference"`` arm.
    """
    if row["reason"]:
        return str(row["reason"])
    kind = KINDS[str(row["kind"])]
    if not row["rejected"]:
        return f"{kind} not shown"
    side = arms.get(str(row["favours"]), "")
    if row["kind"] != "superiority" or not side:
        return f"✓ {kind} shown"
    return f"✓ {kind} shown, favours {side}"


def family(
    hypotheses: pd.DataFrame,
    *,
    caption: str,
    titles: Mapping[str, str],
    verdicts: Mapping[str, str],
    alpha: float,
) -> Table:
    """Lay out raw and adjusted p values.

    Parameters
    ----------
    hypotheses : DataFrame
        hypothesis, p_value, weight, adjusted_p_value.
    caption : str
    titles, verdicts : mapping of str to str
        What each hypothesis is about, and what became of it.
    alpha : float
        Family-wise level, two-sided.
    """
    short = codes(hypotheses)
    weighted = bool(hypotheses["weight"].notna().any())
    labels = ("p", *(("Weight",) if weighted else ()), "Adjusted p")
    rows = []
    for row in hypotheses.to_dict("records"):
        name = str(row["hypothesis"])
        cells = (
            _p(row["p_value"]),
            *((f.plain(round(float(row["weight"]), 4)),) if weighted else ()),
            _p(row["adjusted_p_value"]) if not np.isnan(row["p_value"]) else f.MISSING,
            verdicts[name],
        )
        rows.append(Row(label=f"{short[name]}: {titles[name]}", cells=cells))
    return Table(
        caption=caption,
        stub="Hypothesis",
        columns=(
            *(Column(label=label, align="left") for label in labels),
            Column(label="Verdict", align="left"),
        ),
        rows=tuple(rows),
        footnotes=(
            f"Two-sided family-wise level {f.plain(alpha)}: a hypothesis is shown where its "
            "adjusted p is at most that. Non-inferiority and equivalence enter with twice their "
            "one-sided p.",
        ),
        stack=True,
    )


def steps(found: pd.DataFrame, hypotheses: pd.DataFrame) -> Table:
    """Lay out the order of tests of a graphical procedure."""
    short = codes(hypotheses)
    rows = [
        Row(
            label=f.count(row["step"]),
            cells=(
                short.get(str(row["hypothesis"]), "none left"),
                _p(row["p_value"]),
                f.MISSING if np.isnan(row["level"]) else f.plain(float(f"{row['level']:.4g}")),
                "✓ shown" if row["rejected"] else "not shown: the procedure stops",
            ),
        )
        for row in found.to_dict("records")
    ]
    return Table(
        caption="The sequence of tests: at each step the smallest p for its level.",
        stub="Step",
        columns=(
            Column(label="Tested", align="left"),
            Column(label="p"),
            Column(label="Level"),
            Column(label="Verdict", align="left"),
        ),
        rows=tuple(rows),
    )


def _p(value: float) -> str:
    return f.MISSING if np.isnan(value) else f.p_value(float(value))
