"""Table of who was randomised and who the estimate rests on."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import ordered, positions
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm


def flow(stages: pd.DataFrame, *, arms: Sequence[Arm]) -> Table:
    """One row per stage, one column per arm and one for all, with the share of the first stage.

    Parameters
    ----------
    stages : DataFrame
        stage, arm, n in printing order; the first stage is the randomised patients.
    arms : sequence of Arm
        As declared.
    """
    counts = {
        (str(stage), str(arm)): int(n)
        for stage, arm, n in zip(stages["stage"], stages["arm"], stages["n"], strict=True)
    }
    names = list(dict.fromkeys(stage for stage, _ in counts))
    columns = [[counts.get((name, arm.id), 0) for name in names] for arm in ordered(arms)]
    columns.append([sum(row) for row in zip(*columns, strict=True)])
    rows = (
        Row(
            label=name,
            cells=tuple(f.count_percent(column[i], column[0]) for column in columns),
            kind="primary" if i == len(names) - 1 else "plain",
        )
        for i, name in enumerate(names)
    )
    return Table(
        caption="From randomisation to what the estimate rests on, n (% of randomised).",
        stub="Stage",
        columns=(
            *(
                Column(label=f.heading(arm.label), arm=positions(arms)[arm.id])
                for arm in ordered(arms)
            ),
            Column(label="All arms"),
        ),
        rows=tuple(rows),
    )
