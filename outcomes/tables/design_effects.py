"""Table of what ignoring treatment groups costs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import ordered, positions
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm


def design_effects(effects: pd.DataFrame, *, arms: Sequence[Arm]) -> Table:
    """Show the design effect of each clustered arm for a range of intraclass correlations.

    Parameters
    ----------
    effects : DataFrame
        arm, n, n_clusters, mean_size, largest, icc, design_effect, std_error_factor.
    arms : sequence of Arm
        As declared.
    """
    rows: list[Row] = []
    for arm in ordered(arms):
        part = effects[effects["arm"] == arm.id]
        if part.empty:
            continue
        rows.append(Row(label=f.heading(arm.label), kind="group", arm=positions(arms)[arm.id]))
        rows += [
            Row(
                label=f.number(icc, 2),
                cells=(f.count(groups), f.number(size, 1), f.number(effect, 2), f.number(se, 2)),
            )
            for icc, groups, size, effect, se in zip(
                *(part[name] for name in ("icc", "n_clusters", "mean_size")),
                *(part[name] for name in ("design_effect", "std_error_factor")),
                strict=True,
            )
        ]
    return Table(
        caption="What ignoring the treatment groups may cost, by intraclass correlation.",
        stub="Intraclass correlation",
        columns=(
            Column(label="Groups"),
            Column(label="Mean size"),
            Column(label="Design effect"),
            Column(label="Factor on the SE"),
        ),
        rows=tuple(rows),
        footnotes=(
            "Design effect: factor on the variance of the arm’s mean. Factor on the SE: on the "
            "standard error of the difference from the reference arm.",
        ),
    )
