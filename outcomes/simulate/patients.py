"""Who is randomised, to what, and into which class."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.simulate.design import Group, Patients, SimulationDesign


def draw_subjects(design: SimulationDesign, rng: np.random.Generator) -> pd.DataFrame:
    """Draw patients in the order they came, randomised and, in the active arm, in classes.

    Parameters
    ----------
    design : SimulationDesign
        What to draw from.
    rng : Generator
        Source of randomness.

    Returns
    -------
    DataFrame
        subject (text), arm, site, sex, age (years), pain_duration (years), phenotype,
        baseline_opioid (yes/no), class_id, therapy and therapist (None outside the active arm).
    """
    patients = design.patients
    sites = _draw_groups(patients.sites, patients.n, rng)
    subjects = pd.DataFrame(
        {
            "subject": _names(sites, [group.id for group in patients.sites]),
            "site": sites,
            "sex": np.where(rng.random(patients.n) < patients.share_female, "female", "male"),
            "age": rng.normal(patients.age_mean, patients.age_sd, patients.n)
            .clip(18, 85)
            .astype(int),
            "pain_duration": _durations(patients, rng),
            "phenotype": _draw_groups(patients.phenotypes, patients.n, rng),
            "baseline_opioid": np.where(
                rng.random(patients.n) < patients.share_opioid, "yes", "no"
            ),
        }
    )
    subjects.insert(1, "arm", _randomise(subjects, design, rng))
    return _form_classes(subjects, design)


def trait_shifts(subjects: pd.DataFrame, design: SimulationDesign) -> NDArray[np.float64]:
    """Sum of what site, phenotype and opioid use add to every trait, in SD; (n,) array."""
    shift = np.zeros(len(subjects))
    for column, groups in (
        ("site", design.patients.sites),
        ("phenotype", design.patients.phenotypes),
    ):
        shift += subjects[column].map({group.id: group.shift for group in groups}).to_numpy()
    return shift + design.patients.shift_opioid * (subjects["baseline_opioid"] == "yes").to_numpy()


def permuted_blocks(n: int, block_size: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Randomise `n` patients 1:1 in blocks; True is the active arm.

    Parameters
    ----------
    n : int
        Patients of one stratum, in order; the last block may stay incomplete.
    block_size : int
        Even; each complete block holds as many of one arm as of the other.
    rng : Generator
        Source of randomness.

    Returns
    -------
    (n,) array of bool

    Examples
    --------
    >>> active = permuted_blocks(40, 4, np.random.default_rng(1))
    >>> active.reshape(-1, 4).sum(axis=1)
    array([2, 2, 2, 2, 2, 2, 2, 2, 2, 2])
    """
    block = np.arange(block_size) % 2 == 1
    blocks = [rng.permutation(block) for _ in range(-(-n // block_size))]
    return np.concatenate([*blocks, np.zeros(0, dtype=bool)])[:n]


def _durations(patients: Patients, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw durations of pain in years, to one decimal; chronic pain lasts three months or more."""
    log = patients.duration_log_sd * rng.standard_normal(patients.n)
    return (patients.duration_median * np.exp(log)).clip(min=0.3).round(1)


def _draw_groups(
    groups: tuple[Group, ...], n: int, rng: np.random.Generator
) -> NDArray[np.object_]:
    """Draw the group of each of `n` patients."""
    names = np.array([group.id for group in groups], dtype=object)
    return names[rng.choice(len(groups), size=n, p=[group.share for group in groups])]


def _names(sites: NDArray[np.object_], order: list[str]) -> list[str]:
    """Name patients by site and number there: ``02-017``."""
    counts = dict.fromkeys(order, 0)
    names = []
    for site in sites:
        counts[site] += 1
        names.append(f"{order.index(site) + 1:02d}-{counts[site]:03d}")
    return names


def _randomise(
    subjects: pd.DataFrame, design: SimulationDesign, rng: np.random.Generator
) -> NDArray[np.object_]:
    """Permuted blocks within each site and baseline opioid use."""
    arms = np.empty(len(subjects), dtype=object)
    strata = subjects.groupby(["site", "baseline_opioid"], sort=True).indices
    for rows in strata.values():
        active = permuted_blocks(len(rows), design.patients.block_size, rng)
        arms[rows] = np.where(active, design.arms.active, design.arms.reference)
    return arms


def _form_classes(subjects: pd.DataFrame, design: SimulationDesign) -> pd.DataFrame:
    """Split the active patients of each site into classes, in the order they came.

    Therapies take turns. A therapist leads the classes of one therapy at one site.
    """
    classes = {name: np.full(len(subjects), None, dtype=object) for name in _CLASS_COLUMNS}
    therapies = design.classes.therapies
    active = (subjects["arm"] == design.arms.active).to_numpy()
    number = 0
    for site in (group.id for group in design.patients.sites):
        rows = np.flatnonzero(active & (subjects["site"] == site).to_numpy())
        for members in np.array_split(rows, max(1, round(len(rows) / design.classes.size))):
            therapy = therapies[number % len(therapies)]
            number += 1
            classes["class_id"][members] = f"C{number:02d}"
            classes["therapy"][members] = therapy
            classes["therapist"][members] = f"{site}: {therapy}"
    return subjects.assign(**classes)


_CLASS_COLUMNS = ("class_id", "therapy", "therapist")
