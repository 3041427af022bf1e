"""Tables of a sensitivity analysis: assumptions side by side, who was lost, shifts, responders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, ordered, positions, versus
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm, Visit


def estimates_by_assumption(
    estimates: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    groups: Mapping[str, str],
    outcome: str,
    visit: str,
    digits: int,
    conf_level: float,
) -> Table:
    """Show the difference as declared, under each assumption and by each convention.

    Parameters
    ----------
    estimates : DataFrame
        arm, group, label, n, estimate, std_error, conf_low, conf_high, p_value, reason.
    arms : sequence of Arm
        As declared.
    groups : mapping
        Heading of each group.
    outcome, visit : str
        The score, and the visit as it stands inside a sentence.
    digits : int
        Decimals of estimates.
    conf_level : float
        Level of the intervals.
    """
    rows: list[Row] = []
    several = len(active(arms)) > 1
    for arm in active(arms):
        mine = estimates[estimates["arm"] == arm.id]
        if several:
            rows.append(Row(label=versus(arm, arms), kind="group", arm=positions(arms)[arm.id]))
        for group, each in mine.groupby("group", sort=False):
            rows.append(Row(label=groups[str(group)], kind="group"))
            rows += [
                Row(
                    label=str(row["label"]),
                    cells=(
                        f.count(row["n"]) if row["n"] else f.MISSING,
                        f.number(row["estimate"], digits)
                        if pd.notna(row["estimate"])
                        else f.NOT_ESTIMATED,
                        f.number(row["std_error"], digits),
                        f.interval(row["conf_low"], row["conf_high"], digits),
                        f.MISSING if pd.isna(row["p_value"]) else f.p_value(row["p_value"]),
                    ),
                )
                for row in each.to_dict("records")
            ]
    one = active(arms)[0].label if not several else "active arm"
    what = f"{one} minus {ordered(arms)[0].label}"
    return Table(
        caption=f"{f.heading(outcome)} at {visit}: difference, {what}, by what is assumed of "
        "scores that were not seen.",
        stub="Assumption",
        columns=(
            Column(label="n"),
            Column(label="Difference"),
            Column(label="SE"),
            Column(label=f"{f.level(conf_level)} CI"),
            Column(label="p"),
        ),
        rows=tuple(rows),
        footnotes=(
            "n: patients analysed; SE: standard error; CI: confidence interval.",
            *_reasons(estimates),
        ),
    )


def _reasons(frame: pd.DataFrame) -> tuple[str, ...]:
    """Say why an estimate is missing, once for each label."""
    lacking = frame[frame["reason"] != ""].drop_duplicates("label")
    return tuple(
        f"{label}: not estimated, because {reason}."
        for label, reason in zip(lacking["label"], lacking["reason"], strict=True)
    )


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


def shifts(
    grid: pd.DataFrame,
    points: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    outcome: str,
    visit: str,
    assumption: str,
    digits: int,
    conf_level: float,
) -> Table:
    """Show the difference as imputed scores of the active arm alone are shifted.

    Parameters
    ----------
    grid : DataFrame
        arm, delta_active, delta_reference, estimate, std_error, conf_low, conf_high, p_value.
    points : DataFrame
        arm, shift.
    arms : sequence of Arm
        As declared.
    outcome, visit, assumption : str
        The score; visit and assumption as they stand inside a sentence.
    digits : int
        Decimals of estimates.
    conf_level : float
        Level of the intervals.
    """
    rows: list[Row] = []
    several = len(active(arms)) > 1
    for arm in active(arms):
        if several:
            rows.append(Row(label=versus(arm, arms), kind="group", arm=positions(arms)[arm.id]))
        mine = grid[(grid["arm"] == arm.id) & (grid["delta_reference"] == 0)]
        every = mine.sort_values("delta_active").iloc[::2]
        rows += [
            Row(
                label=_signed(f.plain(round(row["delta_active"], 9))),
                cells=(
                    f.number(row["estimate"], digits),
                    f.number(row["std_error"], digits),
                    f.interval(row["conf_low"], row["conf_high"], digits),
                    f.p_value(row["p_value"]),
                ),
                kind="primary" if row["delta_active"] == 0 else "plain",
            )
            for row in every.to_dict("records")
        ]
    return Table(
        caption=f"{f.heading(outcome)} at {visit}: difference with scores imputed as {assumption} "
        "and then shifted in the active arm alone.",
        stub="Shift",
        columns=(
            Column(label="Difference"),
            Column(label="SE"),
            Column(label=f"{f.level(conf_level)} CI"),
            Column(label="p"),
        ),
        rows=tuple(rows),
        footnotes=(
            "No shift is set in bold.",
            *_tipping(points, arms, digits),
        ),
    )


def _tipping(points: pd.DataFrame, arms: Sequence[Arm], digits: int) -> tuple[str, ...]:
    labels = {arm.id: arm.label for arm in arms}
    return tuple(
        f"Tipping point with {labels[arm]}: {_signed(f.number(shift, digits))}."
        for arm, shift in zip(points["arm"], points["shift"], strict=True)
        if pd.notna(shift)
    )


def _signed(text: str) -> str:
    return text if text.startswith(f.MINUS) or text == "0" else f"+{text}"


def responders_by_assumption(
    responders: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    groups: Mapping[str, str],
    response: str,
    visit: str,
    conf_level: float,
) -> Table:
    """Show shares of responders and their difference by what is done with scores not seen.

    Parameters
    ----------
    responders : DataFrame
        arm, group, label, n, risk, reference_risk, estimate, conf_low, conf_high, p_value, reason.
    arms : sequence of Arm
        As declared.
    groups : mapping
        Heading of each group.
    response, visit : str
        The response in words; the visit as it stands inside a sentence.
    conf_level : float
        Level of the intervals.
    """
    rows: list[Row] = []
    reference = ordered(arms)[0]
    several = len(active(arms)) > 1
    for arm in active(arms):
        mine = responders[responders["arm"] == arm.id]
        if several:
            rows.append(Row(label=versus(arm, arms), kind="group", arm=positions(arms)[arm.id]))
        for group, each in mine.groupby("group", sort=False):
            rows.append(Row(label=groups[str(group)], kind="group"))
            rows += [
                Row(
                    label=str(row["label"]),
                    cells=(
                        f.count(row["n"]) if row["n"] else f.MISSING,
                        f.percent(row["reference_risk"]),
                        f.percent(row["risk"]),
                        f.points(row["estimate"]) if pd.notna(row["estimate"]) else f.NOT_ESTIMATED,
                        f.interval(
                            f.hundredfold(row["conf_low"]), f.hundredfold(row["conf_high"]), 1
                        ),
                        f.MISSING if pd.isna(row["p_value"]) else f.p_value(row["p_value"]),
                    ),
                )
                for row in each.to_dict("records")
            ]
    head = f.heading(active(arms)[0].label) if not several else "Active arm"
    return Table(
        caption=f"{response} at {visit}, by what is done with scores that were not seen.",
        stub="Scores not seen",
        columns=(
            Column(label="n"),
            Column(label=f.heading(reference.label), arm=0),
            Column(label=head, arm=None if several else positions(arms)[active(arms)[0].id]),
            Column(label="Difference, points"),
            Column(label=f"{f.level(conf_level)} CI"),
            Column(label="p"),
        ),
        rows=tuple(rows),
        footnotes=_reasons(responders),
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
