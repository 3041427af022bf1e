"""One simulated trial: the frames a real one would deliver."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.simulate.answers import draw_errors, give_answers
from outcomes.simulate.attendance import draw_attendance, per_protocol
from outcomes.simulate.design import SimulationDesign
from outcomes.simulate.diary import draw_diary
from outcomes.simulate.events import draw_events
from outcomes.simulate.follow_up import Seen, draw_seen
from outcomes.simulate.medication import draw_medication
from outcomes.simulate.patients import draw_subjects
from outcomes.simulate.traits import draw_traits

REASONS = ("lost to follow-up", "withdrew consent", "burden of the study", "moved away")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SimulatedTrial:
    """A synthetic trial.

    Parameters
    ----------
    design : SimulationDesign
        What it was made from.
    subjects : DataFrame
        subject, arm, site, sex, age (years), pain_duration (years), phenotype, baseline_opioid,
        class_id, therapy, therapist, per_protocol, withdrawal_day and withdrawal_reason (missing
        for patients who stayed).
    responses : DataFrame
        subject, visit, day and a column per item (nullable whole numbers): one row per visit
        that took place.
    medication, events, adherence, diary : DataFrame
        As `draw_medication`, `draw_events`, `draw_attendance` and `draw_diary` make them.
    complete : DataFrame
        As `responses`, for every patient at every visit without any loss; never written to disk.
    """

    design: SimulationDesign
    subjects: pd.DataFrame
    responses: pd.DataFrame
    medication: pd.DataFrame
    events: pd.DataFrame
    adherence: pd.DataFrame
    diary: pd.DataFrame
    complete: pd.DataFrame


def simulate_trial(design: SimulationDesign, rng: np.random.Generator) -> SimulatedTrial:
    """Simulate one trial.

    Parameters
    ----------
    design : SimulationDesign
        The truth and everything that hides it; see ``docs/methods/simulation.md``.
    rng : Generator
        Source of all randomness. Patients, traits, answers, follow-up and each kind of record
        have streams of their own, so a change to one leaves the others as they were.

    Returns
    -------
    SimulatedTrial

    Examples
    --------
    >>> from outcomes.simulate import read_design
    >>> design = read_design("data/sample/design.yaml")
    >>> trial = simulate_trial(design, np.random.default_rng(design.seed))
    >>> len(trial.subjects)
    240
    """
    streams = rng.spawn(9)
    subjects = draw_subjects(design, streams[0])
    traits = draw_traits(design, subjects, streams[1])
    answers = give_answers(design, traits, draw_errors(design, len(subjects), streams[2]))
    active = (subjects["arm"] == design.arms.active).to_numpy()
    seen = draw_seen(design, answers, active, streams[3])
    withdrawal = _withdrawal(design, seen, streams[4])
    last_day = withdrawal["withdrawal_day"].fillna(int(design.days[-1])).to_numpy(dtype=np.int64)
    adherence = draw_attendance(design.classes, subjects, last_day, streams[5])
    item = design.item_keys.index(design.follow_up.dropout_item)
    pain = np.where(seen.answered, answers, np.nan)[:, :, item]
    everything = replace(
        seen, attended=np.ones_like(seen.attended), answered=np.ones_like(seen.answered)
    )
    protocol = per_protocol(design.classes, subjects, adherence)
    return SimulatedTrial(
        design=design,
        subjects=pd.concat([subjects.assign(per_protocol=protocol), withdrawal], axis=1),
        responses=_responses(design, subjects, answers, seen),
        medication=draw_medication(design, subjects, pain, seen, last_day, streams[6]),
        events=draw_events(design.events, subjects, last_day, streams[7]),
        adherence=adherence,
        diary=draw_diary(design, subjects, traits, last_day, streams[8]),
        complete=_responses(design, subjects, answers, everything),
    )


def _withdrawal(design: SimulationDesign, seen: Seen, rng: np.random.Generator) -> pd.DataFrame:
    """Day and reason of leaving, somewhere after the last visit that could have been."""
    n_visits = len(design.visits)
    left = seen.dropped < n_visits
    visit = np.where(left, seen.dropped, n_visits - 1)
    rows = np.arange(len(visit))
    first, next_visit = seen.day[rows, visit - 1].clip(min=0) + 1, seen.day[rows, visit]
    day = rng.integers(first, np.maximum(next_visit, first + 1))
    reason = rng.choice(REASONS, size=len(visit))
    return pd.DataFrame(
        {
            "withdrawal_day": pd.Series(day, dtype="Int64").where(left),
            "withdrawal_reason": pd.Series(reason, dtype="object").where(left, None),
        }
    )


def _responses(
    design: SimulationDesign,
    subjects: pd.DataFrame,
    answers: NDArray[np.float64],
    seen: Seen,
) -> pd.DataFrame:
    """One row per attended visit, items in the order of their instruments."""
    row, visit = np.nonzero(seen.attended)
    shown = np.where(seen.answered, answers, np.nan)[row, visit]
    items = pd.DataFrame(shown, columns=list(design.item_keys)).astype("Int64")
    ids = pd.DataFrame(
        {
            "subject": subjects["subject"].to_numpy()[row],
            "visit": np.array([each.id for each in design.visits])[visit],
            "day": seen.day[row, visit],
        }
    )
    return pd.concat([ids, items], axis=1)
