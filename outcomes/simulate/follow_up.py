"""What of a trial is seen: visit days, missed visits, dropout and omitted answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from outcomes.simulate.design import FollowUp, SimulationDesign


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Seen:
    """What was seen of whom.

    Parameters
    ----------
    day : (n, n_visits) array of int
        Day each visit took place, or would have.
    attended : (n, n_visits) array of bool
        Whether it did.
    answered : (n, n_visits, n_items) array of bool
        Whether an item was answered at it.
    dropout_risk : (n, n_visits) array
        Probability of dropping out before each visit of those still in the study; else NaN.
    dropped : (n,) array of int
        Visit before which the patient dropped out; ``n_visits`` if never.
    """

    day: NDArray[np.int64]
    attended: NDArray[np.bool_]
    answered: NDArray[np.bool_]
    dropout_risk: NDArray[np.float64]
    dropped: NDArray[np.int64]


def draw_seen(
    design: SimulationDesign,
    answers: NDArray[np.float64],
    active: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Seen:
    """Draw what is seen of complete answers.

    Parameters
    ----------
    design : SimulationDesign
        Windows, omissions and the dropout model.
    answers : (n, n_visits, n_items) array
        Complete answers.
    active : (n,) array of bool
        Who is in the active arm.
    rng : Generator
        Source of randomness.

    Returns
    -------
    Seen
    """
    n = len(answers)
    day, inside = _visit_days(design, n, rng)
    answered = rng.random(answers.shape) >= _omitted(design)
    missed = rng.random((n, len(design.visits))) < design.follow_up.missed_visit
    missed[:, 0] = False
    item = design.item_keys.index(design.follow_up.dropout_item)
    pain = np.where(answered[:, :, item] & inside & ~missed, answers[:, :, item], np.nan)
    risk, dropped = _drop_out(design, pain, active, rng.random((n, len(design.visits))))
    there = np.arange(len(design.visits)) < dropped[:, None]
    attended = there & ~missed
    return Seen(
        day=day,
        attended=attended,
        answered=answered & attended[:, :, None] & ~np.isnan(answers),
        dropout_risk=risk,
        dropped=dropped,
    )


def dropout_probability(
    follow_up: FollowUp, arm: str, last_pain: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Probability of dropping out before the next visit, given the pain recorded last."""
    linear = follow_up.dropout_intercept[arm] + follow_up.dropout_slope * (
        last_pain - follow_up.dropout_centre
    )
    return np.asarray(expit(linear))


def _drop_out(
    design: SimulationDesign,
    pain: NDArray[np.float64],
    active: NDArray[np.bool_],
    luck: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Risk before each visit and the visit before which each patient drops out.

    Depends on `pain`, which is NaN where not recorded, and so only on what was observed.
    """
    n, n_visits = pain.shape
    risk = np.full((n, n_visits), np.nan)
    dropped = np.full(n, n_visits)
    last = np.where(np.isnan(pain[:, 0]), design.follow_up.dropout_centre, pain[:, 0])
    for visit in range(1, n_visits):
        still = dropped == n_visits
        risk[:, visit] = np.where(
            active,
            dropout_probability(design.follow_up, design.arms.active, last),
            dropout_probability(design.follow_up, design.arms.reference, last),
        )
        risk[~still, visit] = np.nan
        dropped[still & (luck[:, visit] < risk[:, visit])] = visit
        last = np.where(np.isnan(pain[:, visit]), last, pain[:, visit])
    return risk, dropped


def _visit_days(
    design: SimulationDesign, n: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Day of each visit and whether it lies in the window.

    Days scatter around the nominal one; a few visits come up to ten days after the window. The
    baseline never does: it is where eligibility is confirmed.
    """
    low, high = np.array([visit.window for visit in design.visits]).T
    scatter = rng.normal(design.days, (high - low) / 6, size=(n, len(design.visits)))
    late = rng.random(scatter.shape) < design.follow_up.outside_window
    late[:, 0] = False
    delay = high + rng.integers(1, 11, size=scatter.shape)
    day = np.where(late, delay, np.clip(np.rint(scatter), low, high)).astype(np.int64)
    return day, ~late


def _omitted(design: SimulationDesign) -> NDArray[np.float64]:
    """Probability that an item is left out, item by item."""
    usual = design.follow_up.omitted_answer
    return np.array(
        [group.omitted.get(key, usual) for group in design.items for key in group.centres]
    )
