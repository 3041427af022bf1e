"""Tables of the audit of scores: what became of them, items, reliability."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.table import Column, Row, Table

WORST_ITEMS = 10
"""Items shown of those left out most often."""


def scoring(counts: pd.DataFrame) -> Table:
    """One row per scale: administrations, how they were scored, floor, ceiling, straight lines."""
    rows = tuple(
        Row(
            label=f.heading(str(row["label"])),
            cells=(
                f.count(row["n"]),
                f.count_percent(row["complete"], row["n"]),
                f.count_percent(row["prorated"], row["n"]),
                f.count(row["too_few_answers"] + row["other_missing"]),
                f.count(row["not_administered"]),
                f.count_percent(row["floor"], _scored(row)),
                f.count_percent(row["ceiling"], _scored(row)),
                f.count(row["straight_lined"]),
            ),
        )
        for row in counts.to_dict("records")
    )
    return Table(
        caption="What became of the administrations of each scale, over all visits and arms.",
        stub="Scale",
        columns=(
            Column(label="n"),
            Column(label="Complete, n (%)"),
            Column(label="Prorated, n (%)"),
            Column(label="Too few answers"),
            Column(label="Not answered"),
            Column(label="Lowest score, n (%)"),
            Column(label="Highest score, n (%)"),
            Column(label="Straight lines"),
        ),
        rows=rows,
        footnotes=(
            "n: administrations, at visits at which somebody answered the instrument. "
            "Prorated: scored by the instrument’s rule with items missing. Lowest and highest: the "
            "ends of the scale (floor and ceiling), of those scored. 15% or more is often taken to "
            "say that the scale does not reach far enough.",
            "Straight lines: administrations of the instrument with the same answer to every item, "
            "of at least five; not a fault in itself.",
        ),
    )


def _scored(row: dict[Any, Any]) -> float:
    return float(row["complete"] + row["prorated"])


def omitted(items: pd.DataFrame) -> Table:
    """Items left out most often."""
    worst = items[items["n_missing"] > 0].sort_values(
        ["share_missing", "item"], ascending=[False, True], kind="stable"
    )
    return Table(
        caption=f"Items left out most often (at most {WORST_ITEMS}), of administrations in which "
        "others were answered.",
        stub="Item",
        columns=(Column(label="Begun"), Column(label="Left out, n (%)")),
        rows=tuple(
            Row(
                label=str(row["item"]),
                cells=(f.count(row["n"]), f.count_percent(row["n_missing"], row["n"])),
            )
            for row in worst.head(WORST_ITEMS).to_dict("records")
        ),
    )


def alpha(found: pd.DataFrame, *, visit: str, conf_level: float) -> Table:
    """Cronbach's alpha of each scale."""
    return Table(
        caption=f"Internal consistency at {visit}: Cronbach’s alpha.",
        stub="Scale",
        columns=(
            Column(label="Items"),
            Column(label="Complete"),
            Column(label=f"Alpha ({f.level(conf_level)} CI)"),
        ),
        rows=tuple(
            Row(
                label=f.heading(str(row["label"])),
                cells=(
                    f.count(row["k"]),
                    f.count(row["n"]),
                    f.estimate(row["estimate"], row["conf_low"], row["conf_high"], 2),
                ),
            )
            for row in found.to_dict("records")
        ),
        footnotes=("Scales of at least three items; CI: confidence interval (Feldt).",),
    )


def retest(found: pd.DataFrame, *, visit: str, conf_level: float) -> Table:
    """Agreement of repeated scores of unchanged patients."""
    return Table(
        caption=f"Retest reliability: patients unchanged between baseline and {visit}.",
        stub="Scale",
        columns=(
            Column(label="n"),
            Column(label=f"ICC ({f.level(conf_level)} CI)"),
            Column(label="SEM"),
            Column(label="MDC"),
        ),
        rows=tuple(
            Row(
                label=f.heading(str(row["label"])),
                cells=(
                    f.count(row["n"]),
                    f.estimate(row["icc"], row["conf_low"], row["conf_high"], 2),
                    f.number(row["sem"], 2),
                    f.number(row["mdc"], 2),
                ),
            )
            for row in found.to_dict("records")
        ),
        footnotes=(
            "ICC: intraclass correlation, absolute agreement, single scores. SEM: standard error "
            "of measurement; MDC: minimal detectable change (95%) of one patient; both in points "
            "of the scale.",
            "Unchanged by the global impression; weeks lie between the scores, so that true change "
            "counts as error.",
        ),
    )


def important_change(found: pd.DataFrame, *, visit: str) -> Table:
    """Minimal important change of each scale, one column per method."""
    methods = list(dict.fromkeys(found["method"]))
    rows = []
    for _, part in found.groupby(["instrument", "scale"], sort=False):
        by_method = {row["method"]: row for row in part.to_dict("records")}
        first = by_method["ROC"]
        rows.append(
            Row(
                label=f.heading(str(first["label"])),
                cells=(
                    f.count(first["n"]),
                    f.count(first["n_group"]),
                    f.number(first["correlation"], 2),
                    *(f.number(by_method[method]["estimate"], 1) for method in methods),
                ),
            )
        )
    return Table(
        caption=f"Minimal important change at {visit}, in points of improvement.",
        stub="Scale",
        columns=(
            Column(label="n"),
            Column(label="Improved"),
            Column(label="Correlation with the anchor"),
            *(Column(label=f.heading(method)) for method in methods),
        ),
        rows=tuple(rows),
        footnotes=(
            "For information: it holds for these patients, this anchor and this visit. Below a "
            "correlation of 0.3 it says little.",
            f"Mean change: of the minimally improved. {f.MISSING} not estimable.",
        ),
    )


def items(found: pd.DataFrame, *, visit: str) -> Table:
    """Each item within its widest scale."""
    return Table(
        caption=f"Items at {visit}, as the scale counts them.",
        stub="Item",
        columns=(
            Column(label="Missing"),
            Column(label="Mean (SD)"),
            Column(label="Correlation with the rest"),
            Column(label="Alpha without it"),
        ),
        rows=tuple(_item_rows(found)),
        footnotes=("Of complete administrations; missing: administrations without the item.",),
    )


def _item_rows(found: pd.DataFrame) -> Iterator[Row]:
    for _, part in found.groupby(["instrument", "scale"], sort=False):
        label, n = f.heading(str(part["label"].iloc[0])), f.count(part["n"].iloc[0])
        yield Row(label=f"{label}, n = {n}", kind="group")
        for row in part.to_dict("records"):
            yield Row(
                label=str(row["item"]),
                cells=(
                    f.count(row["n_missing"]),
                    f.with_error(row["mean"], row["sd"], 2),
                    f.number(row["rest_correlation"], 2),
                    f.number(row["alpha_without"], 2),
                ),
                kind="sub",
            )
