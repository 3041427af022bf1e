"""Tables of a mixed model for repeated measures: differences and means by visit."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, ordered, positions, versus
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm, Visit


def differences_by_visit(
    contrasts: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    outcome: str,
    digits: int,
    conf_level: float,
    visit: str,
) -> Table:
    """Show adjusted differences, one row per visit, one group of rows per active arm.

    Parameters
    ----------
    contrasts : DataFrame
        arm, visit, estimate, std_error, df, statistic, p_value, conf_low, conf_high.
    arms, visits : sequences
        As declared; visits without a row are shown as not estimated.
    outcome : str
        The score in words.
    digits : int
        Decimals of estimates.
    conf_level : float
        Level of the intervals.
    visit : str
        Id of the visit the analysis is about; its row stands out.
    """
    rows: list[Row] = []
    found = by_key(contrasts, "arm", "visit")
    for arm in active(arms):
        rows.append(Row(label=versus(arm, arms), kind="group", arm=positions(arms)[arm.id]))
        for each in visits:
            row = found.get((arm.id, each.id))
            rows.append(
                Row(
                    label=each.label,
                    cells=_difference(row, digits),
                    kind="primary" if each.id == visit else "plain",
                )
            )
    return Table(
        caption=f"{f.heading(outcome)}: adjusted difference between arms at each visit.",
        stub="Visit",
        columns=(
            Column(label="Difference"),
            Column(label="SE"),
            Column(label=f"{f.level(conf_level)} CI"),
            Column(label="df"),
            Column(label="t"),
            Column(label="p"),
        ),
        rows=tuple(rows),
        footnotes=(
            "SE: standard error; CI: confidence interval; df: degrees of freedom.",
            "The visit this analysis is about is set in bold.",
        ),
    )


def _difference(row: dict[str, float] | None, digits: int) -> tuple[str, ...]:
    if row is None:
        return (f.NOT_ESTIMATED, *(f.MISSING,) * 5)
    return (
        f.number(row["estimate"], digits),
        f.number(row["std_error"], digits),
        f.interval(row["conf_low"], row["conf_high"], digits),
        f.df(row["df"]),
        f.number(row["statistic"], 2),
        f.p_value(row["p_value"]),
    )


def means_by_visit(
    means: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    outcome: str,
    digits: int,
    conf_level: float,
    visit: str,
    baseline_mean: float | None = None,
) -> Table:
    """Show adjusted means, one row per visit, three columns per arm.

    `means` has arm, visit, n, estimate, std_error, df, conf_low, conf_high; the rest is as for
    `differences_by_visit`. `baseline_mean` is the baseline score the means are adjusted to.
    """
    found = by_key(means, "arm", "visit")
    rows = (
        Row(
            label=each.label,
            cells=tuple(
                cell
                for arm in ordered(arms)
                for cell in _mean(found.get((arm.id, each.id)), digits)
            ),
            kind="primary" if each.id == visit else "plain",
        )
        for each in visits
    )
    columns = (
        Column(label=label, group=f.heading(arm.label), arm=positions(arms)[arm.id])
        for arm in ordered(arms)
        for label in ("n", "Mean (SE)", f"{f.level(conf_level)} CI")
    )
    return Table(
        caption=f"{f.heading(outcome)}: adjusted mean of each arm at each visit.",
        stub="Visit",
        columns=tuple(columns),
        rows=tuple(rows),
        footnotes=("n: scores observed.", *adjusted_to(baseline_mean, digits)),
    )


def adjusted_to(baseline_mean: float | None, digits: int) -> tuple[str, ...]:
    """Footnote naming the baseline score at which means are given, if there is one."""
    if baseline_mean is None:
        return ()
    return (f"Means are given at a baseline score of {f.number(baseline_mean, digits)}.",)


def _mean(row: dict[str, float] | None, digits: int) -> tuple[str, str, str]:
    if row is None:
        return ("0", f.NOT_ESTIMATED, f.MISSING)
    return (
        f.count(row["n"]),
        f.with_error(row["estimate"], row["std_error"], digits),
        f.interval(row["conf_low"], row["conf_high"], digits),
    )
