"""Latent traits over time: what questionnaires express and treatment moves."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.simulate.design import Association, SimulationDesign
from outcomes.simulate.patients import trait_shifts


def time_correlation(association: Association, days: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlation of a trait between visits, (n_visits, n_visits).

    A stable part and one that fades with the time between visits.
    """
    apart = np.abs(days[:, None] - days[None, :])
    fading = np.exp(-apart / association.fading_days)
    return np.asarray(association.stable + (1 - association.stable) * fading)


def untreated_traits(
    design: SimulationDesign, shifts: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw each patient's traits as they would run in the reference arm.

    Parameters
    ----------
    design : SimulationDesign
        Courses, correlations and standard deviations.
    shifts : (n,) array
        What covariates add to every trait, in SD.
    rng : Generator
        Source of randomness.

    Returns
    -------
    (n, n_visits, n_traits) array
        In SD at baseline; higher is worse.
    """
    over_time = np.linalg.cholesky(time_correlation(design.association, design.days))
    between = np.linalg.cholesky(np.array(design.association.between_traits))
    independent = rng.standard_normal((len(shifts), len(design.visits), len(design.traits)))
    correlated = np.einsum("jk,ikd,ed->ije", over_time, independent, between, optimize=True)
    sd = np.array([visit.sd for visit in design.visits])
    course = np.array([(0.0, *trait.course) for trait in design.traits]).T
    return np.asarray(shifts[:, None, None] + sd[:, None] * correlated + course)


def class_sd(icc: float) -> float:
    """SD of class effects beside patients with SD 1, so that classes make up `icc` of variance.

    Examples
    --------
    >>> round(class_sd(0.2) ** 2 / (class_sd(0.2) ** 2 + 1), 12)
    0.2
    """
    return float(np.sqrt(icc / (1 - icc)))


def treatment_shift(
    design: SimulationDesign, class_effects: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Compute what the active arm adds to the traits of patients in classes with these effects.

    Parameters
    ----------
    design : SimulationDesign
        True effects by trait and visit.
    class_effects : (n,) array
        Effect of each patient's class, in SD of patients at a visit.

    Returns
    -------
    (n, n_visits, n_traits) array
        Zero at baseline, where classes have not met.
    """
    effect = np.array([(0.0, *trait.effect) for trait in design.traits]).T
    sd = np.array([0.0, *(visit.sd for visit in design.visits[1:])])
    return np.asarray(effect + class_effects[:, None, None] * sd[:, None])


def draw_traits(
    design: SimulationDesign, subjects: pd.DataFrame, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw the traits of randomised patients, treated and in classes as `subjects` says.

    Parameters
    ----------
    design : SimulationDesign
        What to draw from.
    subjects : DataFrame
        From `draw_subjects`.
    rng : Generator
        Source of randomness.

    Returns
    -------
    (n, n_visits, n_traits) array
    """
    traits = untreated_traits(design, trait_shifts(subjects, design), rng)
    codes, classes = pd.factorize(subjects["class_id"])
    effects = class_sd(design.classes.icc) * rng.standard_normal(len(classes))
    active = codes >= 0
    traits[active] += treatment_shift(design, effects[codes[active]])
    return traits
