"""Entries of a daily diary."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.simulate.design import DailyDiary, SimulationDesign

COLUMNS = ("subject", "day", "value", "recorded")
LOWEST, HIGHEST = 0, 10


def draw_diary(
    design: SimulationDesign,
    subjects: pd.DataFrame,
    traits: NDArray[np.float64],
    last_day: NDArray[np.int64],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Draw the entries of everybody.

    Parameters
    ----------
    design : SimulationDesign
        With `DailyDiary`, which states the rules; without one there are no entries.
    subjects : DataFrame
        From `draw_subjects`.
    traits : (n, n_visits, n_traits) array
        In SD at baseline; higher is worse.
    last_day : (n,) array of int
        Last day of each patient in the study.
    rng : Generator
        Source of randomness.

    Returns
    -------
    DataFrame
        subject, day, value and recorded (time of entry in days, two decimals); by subject, day
        and time.
    """
    if design.diary is None:
        return pd.DataFrame(columns=list(COLUMNS))
    diary = design.diary
    trait = traits[:, :, [each.id for each in design.traits].index(diary.trait)]
    names = subjects["subject"].to_numpy()
    weeks = [
        _week(diary, visit.day, trait[:, j], last_day, names, rng)
        for j, visit in enumerate(design.visits)
        if visit.id in diary.visits
    ]
    entries = pd.concat(weeks, ignore_index=True)
    return entries.sort_values(["subject", "day", "recorded"], ignore_index=True)


def _week(
    diary: DailyDiary,
    visit_day: int,
    trait: NDArray[np.float64],
    last_day: NDArray[np.int64],
    names: NDArray[np.object_],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Entries of the days before one visit."""
    shape = (len(trait), diary.days)
    day = np.broadcast_to(np.arange(visit_day - diary.days, visit_day), shape)
    kept = rng.random((len(trait), 1)) >= diary.skipped
    filled = (rng.random(shape) < diary.filled) & kept & (day <= last_day[:, None])
    own = np.sqrt(1 - diary.loading**2) * rng.standard_normal(shape)
    latent = diary.centre + diary.spread * (diary.loading * trait[:, None] + own)
    value = np.clip(np.floor(latent + 0.5), LOWEST, HIGHEST).astype(np.int64)
    late = (rng.random(shape) < diary.late) * rng.integers(2, 6, size=shape)
    recorded = np.round(day + rng.uniform(0.7, 0.95, size=shape) + late, 2)
    first = _entries(names, day, value, recorded, filled)
    again = filled & (rng.random(shape) < diary.twice)
    moved = np.clip(value + rng.choice([-1, 1], size=shape), LOWEST, HIGHEST)
    second = _entries(names, day, moved, np.round(recorded + 0.03, 2), again)
    return pd.concat([first, second], ignore_index=True)


def _entries(
    names: NDArray[np.object_],
    day: NDArray[np.int64],
    value: NDArray[np.int64],
    recorded: NDArray[np.float64],
    made: NDArray[np.bool_],
) -> pd.DataFrame:
    """Entries where they were made."""
    row, _ = np.nonzero(made)
    columns = (names[row], day[made], value[made], recorded[made])
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
