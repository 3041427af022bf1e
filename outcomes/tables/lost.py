"""Tables of scores that were not seen: who was lost, what happened to whom, what was sampled."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import ordered, positions
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm, Visit


def seen_and_lost(
    imputed: pd.DataFrame,
    lost: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
) -> Table:
    """Show scores seen and imputed by visit and arm, and of how many patients nothing follows.

    Parameters
    ----------
    imputed : DataFrame
        visit, arm, n_observed, n_imputed.
    lost : DataFrame
        visit, arm, n: patients of whom nothing is seen from this visit on.
    arms, visits : sequences
        As declared.
    """
    found, gone = by_key(imputed, "visit", "arm"), by_key(lost, "visit", "arm")
    here = [visit for visit in visits if any((visit.id, arm.id) in found for arm in arms)]
    rows = tuple(
        Row(
            label=visit.label,
            cells=tuple(
                cell
                for arm in ordered(arms)
                for cell in (
                    f.count(found[visit.id, arm.id]["n_observed"]),
                    f.count(found[visit.id, arm.id]["n_imputed"]),
                    f.count(gone[visit.id, arm.id]["n"]),
                )
            ),
        )
        for visit in here
    )
    return Table(
        caption="Scores seen and imputed, and patients of whom nothing is seen from a visit on.",
        stub="Visit",
        columns=tuple(
            Column(label=label, group=f.heading(arm.label), arm=positions(arms)[arm.id])
            for arm in ordered(arms)
            for label in ("Seen", "Imputed", "Lost from here on")
        ),
        rows=rows,
    )


def intercurrent_events(events: pd.DataFrame, *, arms: Sequence[Arm]) -> Table:
    """Show patients with each intercurrent event, and the scores after it.

    Parameters
    ----------
    events : DataFrame
        event, handling, arm, n, n_governed, n_collected, n_changed.
    arms : sequence of Arm
        As declared.
    """
    found = by_key(events, "event", "arm")
    named = events.drop_duplicates("event")
    rows = tuple(
        Row(
            label=f"{event} ({str(handling).replace('_', ' ')})",
            cells=tuple(
                cell
                for arm in ordered(arms)
                for cell in (
                    f.count(found[event, arm.id]["n"]),
                    f.count(found[event, arm.id]["n_collected"]),
                    f.count(found[event, arm.id]["n_changed"]),
                )
            ),
        )
        for event, handling in zip(named["event"], named["handling"], strict=True)
    )
    return Table(
        caption="Intercurrent events whose days are recorded, with their strategy.",
        stub="Event",
        columns=tuple(
            Column(label=label, group=f.heading(arm.label), arm=positions(arms)[arm.id])
            for arm in ordered(arms)
            for label in ("Patients", "Scores after it", "Scores changed")
        ),
        rows=rows,
    )


def sampler(diagnostics: pd.DataFrame) -> Table:
    """Show how well the chains of the Bayesian sampler met.

    `diagnostics` has parameter, r_hat and effective_sample_size; the worst five are shown.
    """
    worst = diagnostics.sort_values("r_hat", ascending=False).head(5)
    return Table(
        caption="The five parameters of the imputation model whose chains differ most.",
        stub="Parameter",
        columns=(Column(label="Split R-hat"), Column(label="Effective sample size")),
        rows=tuple(
            Row(
                label=str(row["parameter"]),
                cells=(f.number(row["r_hat"], 3), f.number(row["effective_sample_size"], 0)),
            )
            for row in worst.to_dict("records")
        ),
    )
