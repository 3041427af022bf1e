"""Answers to items, through thresholds on a latent response."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments import find
from outcomes.simulate.design import ItemGroup, SimulationDesign


def answer_range(design: SimulationDesign) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest answer of each item, in the order of ``design.item_keys``."""
    responses = {item.key: item.responses for key in design.instruments for item in find(key).items}
    return (
        np.array([responses[key].lowest for key in design.item_keys]),
        np.array([responses[key].highest for key in design.item_keys]),
    )


def draw_errors(design: SimulationDesign, n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw item errors, independent of everything; (n, n_visits, n_items) array."""
    return rng.standard_normal((n, len(design.visits), len(design.item_keys)))


def give_answers(
    design: SimulationDesign, traits: NDArray[np.float64], errors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Answers of patients with these traits and errors.

    Parameters
    ----------
    design : SimulationDesign
        Item groups with centre, spread and loading.
    traits : (n, n_visits, n_traits) array
        In SD at baseline; higher is worse.
    errors : (n, n_visits, n_items) array
        Standard normal.

    Returns
    -------
    (n, n_visits, n_items) array
        Whole numbers each item allows; NaN at baseline for items about change.
    """
    names = [trait.id for trait in design.traits]
    answers = np.empty_like(errors)
    start = 0
    for group in design.items:
        columns = slice(start, start + len(group.centres))
        trait = traits[:, :, names.index(group.trait)]
        answers[:, :, columns] = _nearest(group, trait, errors[:, :, columns])
        start = columns.stop
    return np.clip(answers, *answer_range(design))


def _nearest(
    group: ItemGroup, trait: NDArray[np.float64], errors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Whole numbers nearest to the latent responses, not yet kept within the item's answers."""
    if group.of_change:
        trait = trait - trait[:, :1]
    own = np.sqrt(1 - group.loading**2)
    latent = group.loading * trait[:, :, None] + own * errors
    nearest = np.floor(np.array(list(group.centres.values())) + group.spread * latent + 0.5)
    if group.of_change:
        nearest[:, 0] = np.nan
    return np.asarray(nearest)
