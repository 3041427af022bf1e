"""Dispensing records: rescue medication and opioids."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.simulate.design import Drug, Medication, SimulationDesign
from outcomes.simulate.follow_up import Seen

COLUMNS = (
    "subject",
    "day",
    "purpose",
    "drug",
    "route",
    "strength",
    "unit",
    "quantity",
    "days_supply",
)
Record = tuple[str, int, str, str, str, float, str, int, int]


def draw_medication(
    design: SimulationDesign,
    subjects: pd.DataFrame,
    pain: NDArray[np.float64],
    seen: Seen,
    last_day: NDArray[np.int64],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Draw what was dispensed to whom.

    Parameters
    ----------
    design : SimulationDesign
        With `Medication`, which states the rules.
    subjects : DataFrame
        From `draw_subjects`.
    pain : (n, n_visits) array
        Answers to the dropout item, NaN where not seen.
    seen : Seen
        Days of visits.
    last_day : (n,) array of int
        Last day of each patient in the study.
    rng : Generator
        Source of randomness.

    Returns
    -------
    DataFrame
        subject, day, purpose (``"rescue"`` or ``"opioid"``), drug, route, strength (of one
        unit, in `unit`), unit, quantity, days_supply; by subject and day.
    """
    plan = design.medication
    names = subjects["subject"].to_numpy()
    allowed = (pain[:, 1:] >= plan.rescue_from) & (
        rng.random(pain[:, 1:].shape) < plan.rescue_share
    )
    rescue = (
        _record(names[i], int(seen.day[i, j + 1]), "rescue", plan.rescue, plan.rescue.quantity)
        for i, j in np.argwhere(allowed)
    )
    users = np.flatnonzero(subjects["baseline_opioid"] == "yes")
    opioids = (
        record
        for i in users
        for record in _refills(plan, names[i], subjects["arm"].iloc[i], int(last_day[i]), rng)
    )
    records = pd.DataFrame([*rescue, *opioids], columns=list(COLUMNS))
    return records.sort_values(["subject", "day", "purpose"], ignore_index=True)


def _refills(
    plan: Medication, subject: str, arm: str, last_day: int, rng: np.random.Generator
) -> Iterator[Record]:
    """Refill one opioid until the study, or the drug, ends for this patient."""
    drug = plan.opioids[rng.integers(len(plan.opioids))]
    step = drug.quantity // 4
    quantity, day = drug.quantity, -int(rng.integers(1, drug.days_supply + 1))
    while day <= last_day and quantity > 0:
        yield _record(subject, day, "opioid", drug, quantity)
        day += drug.days_supply
        luck = rng.random()
        if luck < plan.tapering[arm]:
            quantity -= step
        elif luck < plan.tapering[arm] + plan.increasing:
            quantity += step


def _record(subject: str, day: int, purpose: str, drug: Drug, quantity: int) -> Record:
    """One row of the dispensing records."""
    what = (drug.drug, drug.route, drug.strength, drug.unit)
    return (subject, day, purpose, *what, quantity, drug.days_supply)
