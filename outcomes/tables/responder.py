"""Tables of a responder analysis: who responded, and how the arms differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, against, ordered, positions
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

QUANTITIES = {
    "risk_difference": "Risk difference, percentage points",
    "risk_ratio": "Risk ratio",
    "odds_ratio": "Odds ratio",
    "number_needed_to_treat": "Number needed to treat",
}


def responders(
    counts: pd.DataFrame, *, arms: Sequence[Arm], response: str, missing: str, conf_level: float
) -> Table:
    """One row per arm: how many responded, with the interval of their share.

    Parameters
    ----------
    counts : DataFrame
        arm, n, responders, missing, proportion, conf_low, conf_high.
    arms : sequence of Arm
        As declared.
    response : str
        What a response is, in words: ``"improvement of at least 30%"``.
    missing : {"non_responder", "exclude"}
        What a missing response counts as.
    conf_level : float
        Level of the intervals.
    """
    found = by_key(counts, "arm")
    counted = {"non_responder": "counted as no response", "exclude": "left out"}[missing]
    return Table(
        caption=f"Patients with a response ({response}) by arm.",
        stub="Arm",
        columns=(
            Column(label="n"),
            Column(label="Responders"),
            Column(label=f"{f.level(conf_level)} CI of the share"),
            Column(label="Missing"),
        ),
        rows=tuple(
            Row(
                label=f.heading(arm.label),
                arm=positions(arms)[arm.id],
                cells=_counts(found[(arm.id,)]),
            )
            for arm in ordered(arms)
        ),
        footnotes=(
            f"n: patients the share is taken of. Missing responses are {counted}.",
            "CI: confidence interval.",
        ),
    )


def _counts(row: dict[str, Any]) -> tuple[str, ...]:
    low, high = f.percent(row["conf_low"]), f.percent(row["conf_high"])
    return (
        f.count(row["n"]),
        f"{f.count(row['responders'])} ({f.percent(row['proportion'])})",
        f.MISSING if f.MISSING in (low, high) else f"{low} to {high}",
        f.count(row["missing"]),
    )


def differences(contrasts: pd.DataFrame, *, arms: Sequence[Arm], conf_level: float) -> Table:
    """Difference, ratios and number needed to treat, one group of rows per active arm.

    `contrasts` has arm, quantity, estimate, std_error, conf_low, conf_high, p_value and, for the
    number needed to treat, benefit_low, benefit_high, crosses_infinity.
    """
    found = by_key(contrasts, "arm", "quantity")
    rows: list[Row] = []
    for arm in active(arms):
        rows.append(Row(label=against(arm, arms), kind="group", arm=positions(arms)[arm.id]))
        rows += [
            Row(label=label, cells=_contrast(quantity, found[arm.id, quantity]))
            for quantity, label in QUANTITIES.items()
            if (arm.id, quantity) in found
        ]
    return Table(
        caption="Difference between arms in the share of patients with a response.",
        stub="Quantity",
        columns=(
            Column(label="Estimate"),
            Column(label=f"{f.level(conf_level)} CI"),
            Column(label="p"),
        ),
        rows=tuple(rows),
        footnotes=(
            "NNTB, NNTH: number needed to treat for one more patient to benefit, to be harmed. "
            "Where the interval of the risk difference holds zero, that of the number needed to "
            "treat runs through infinity (Altman, BMJ 1998;317:1309).",
            f"{f.MISSING} the number needed to treat has the test of the risk difference.",
        ),
    )


def _contrast(quantity: str, row: dict[str, Any]) -> tuple[str, str, str]:
    if quantity == "number_needed_to_treat":
        return needed(row["estimate"]), needed_interval(row), f.MISSING
    low, high = row["conf_low"], row["conf_high"]
    p = f.p_value(row["p_value"])
    if quantity == "risk_difference":
        return f.points(row["estimate"]), f"{f.points(low)} to {f.points(high)}", p
    return f.number(row["estimate"], 2), f.interval(low, high, 2), p


def needed(value: float) -> str:
    """Print a signed number needed to treat: to benefit, or to harm.

    Examples
    --------
    >>> needed(12.5), needed(-19.7)
    ('NNTB 12.5', 'NNTH 19.7')
    """
    if math.isnan(value):
        return f.NOT_ESTIMATED
    return f"{'NNTH' if value < 0 else 'NNTB'} {f.number(abs(value), 1)}"


def needed_interval(row: dict[str, Any]) -> str:
    """Print the interval of a number needed to treat, through infinity where it crosses.

    Examples
    --------
    >>> needed_interval({"benefit_low": 3.1, "benefit_high": 16.2, "crosses_infinity": False})
    'NNTB 3.1 to NNTB 16.2'
    >>> needed_interval({"benefit_low": 8.0, "benefit_high": -25.0, "crosses_infinity": True})
    'NNTB 8.0 to ∞ to NNTH 25.0'
    """
    limits = row["benefit_low"], row["benefit_high"]
    if any(math.isnan(limit) for limit in limits):
        return f.NOT_ESTIMATED
    if row["crosses_infinity"]:
        return f"{needed(max(limits))} to ∞ to {needed(min(limits))}"
    return f"{needed(limits[0])} to {needed(limits[1])}"


def needed_sentence(row: dict[str, Any], *, active: str, reference: str, level: str) -> str:
    """Say in a sentence what a number needed to treat means.

    Parameters
    ----------
    row : dict
        estimate, benefit_low, benefit_high, crosses_infinity.
    active, reference : str
        Labels of the arms, as inside a sentence.
    level : str
        Level of the interval, printed: ``"95%"``.

    Examples
    --------
    >>> row = {"estimate": 6.7, "benefit_low": 3.6, "benefit_high": 63.1, "crosses_infinity": False}
    >>> needed_sentence(row, active="yoga", reference="usual care", level="95%")
    'For one more patient to respond, 6.7 patients have to be treated with yoga rather than usual
    care (95% CI 3.6 to 63.1).'
    >>> row = {"estimate": 12.5, "benefit_low": 4.8, "benefit_high": -19.7,
    ...        "crosses_infinity": True}
    >>> needed_sentence(row, active="yoga", reference="usual care", level="95%")
    'The number needed to treat with yoga rather than usual care is NNTB 12.5; its 95% interval runs
    from NNTB 4.8 through infinity to NNTH 19.7, so that neither benefit nor harm is excluded.'
    """
    estimate, limits = row["estimate"], (row["benefit_low"], row["benefit_high"])
    instead = f"with {active} rather than {reference}"
    if row["crosses_infinity"]:
        low, high = needed(max(limits)), needed(min(limits))
        if math.isinf(max(limits)):
            return (
                f"No number needed to treat {instead} can be given: the limit of the risk "
                "difference is zero."
            )
        return (
            f"The number needed to treat {instead} is {_or_infinite(estimate)}; its {level} "
            f"interval runs from {low} through infinity to {high}, so that neither benefit nor "
            "harm is excluded."
        )
    few, many = sorted(map(abs, limits))
    what = "one more patient" if estimate > 0 else "one patient fewer"
    return (
        f"For {what} to respond, {f.number(abs(estimate), 1)} patients have to be treated "
        f"{instead} ({level} CI {f.number(few, 1)} to {f.number(many, 1)})."
    )


def _or_infinite(estimate: float) -> str:
    return "infinite" if math.isinf(estimate) else needed(estimate)
