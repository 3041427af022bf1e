"""What is true of a design: differences between arms when nobody is lost."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import add

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.instruments import find, score
from outcomes.simulate.answers import draw_errors, give_answers
from outcomes.simulate.design import SimulationDesign
from outcomes.simulate.patients import draw_subjects, trait_shifts
from outcomes.simulate.traits import class_sd, treatment_shift, untreated_traits

CHUNK = 5000
RESPONSES = (30.0, 50.0)
COLUMNS = (
    "quantity",
    "instrument",
    "scale",
    "visit",
    "reference",
    "active",
    "difference",
    "std_error",
)


def true_differences(design: SimulationDesign, *, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Compute the true difference between arms on every score at every follow-up visit.

    Each simulated patient is followed twice with the same luck, once in each arm, and always
    seen. The mean difference within these pairs is the truth up to its standard error, which
    pairing makes small. Everyone in the active arm is in a class of their own: classes shift no
    mean.

    Parameters
    ----------
    design : SimulationDesign
        The truth on the latent scale.
    n : int
        Pairs to simulate.
    rng : Generator
        Source of randomness.

    Returns
    -------
    DataFrame
        quantity, instrument, scale, visit, reference, active, difference (active − reference)
        and its Monte Carlo std_error. Quantities are ``"trait"`` (exact; the trait is in `scale`),
        ``"mean"`` (of the score), and ``"response_30"`` and ``"response_50"``: shares of patients
        with that much improvement among those with a baseline above zero, on scales with a true
        zero that were asked at baseline.
    """
    sizes = [CHUNK] * (n // CHUNK) + [n % CHUNK] * (n % CHUNK > 0)
    sums = (
        _sums(design, size, stream)
        for size, stream in zip(sizes, rng.spawn(len(sizes)), strict=True)
    )
    totals = reduce(add, sums)
    return pd.concat([_trait_effects(design), _from_sums(totals)], ignore_index=True)[list(COLUMNS)]


def paired_answers(
    design: SimulationDesign, n: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Answers of `n` patients in the reference arm and, with the same luck, in the active arm.

    Both are (n, n_visits, n_items) arrays without a missing answer.
    """
    patients, traits, classes, errors = rng.spawn(4)
    larger = replace(design, patients=replace(design.patients, n=n))
    shifts = trait_shifts(draw_subjects(larger, patients), design)
    reference = untreated_traits(design, shifts, traits)
    effects = class_sd(design.classes.icc) * classes.standard_normal(n)
    luck = draw_errors(design, n, errors)
    return (
        give_answers(design, reference, luck),
        give_answers(design, reference + treatment_shift(design, effects), luck),
    )


def scores_by_visit(
    design: SimulationDesign, answers: NDArray[np.float64]
) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Scores of complete answers: an (n, n_visits) array for each instrument and scale."""
    n, n_visits, n_items = answers.shape
    flat = pd.DataFrame(answers.reshape(-1, n_items), columns=list(design.item_keys))
    flat.insert(0, "record", np.arange(len(flat)))
    found = {}
    for key in design.instruments:
        columns = ["record", *(item.key for item in find(key).items)]
        long = score(flat[columns], key, id_columns=["record"])
        for scale, rows in long.groupby("scale", sort=False):
            values = rows.sort_values("record")["score"].to_numpy(dtype=float)
            found[key, str(scale)] = values.reshape(n, n_visits)
    return found


def _sums(design: SimulationDesign, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Sum over pairs, indexed by quantity, instrument, scale and visit."""
    reference, active = (
        scores_by_visit(design, answers) for answers in paired_answers(design, n, rng)
    )
    rows = []
    for (key, scale), in_reference in reference.items():
        for quantity, one, other in _quantities(key, scale, in_reference, active[key, scale]):
            for visit, a, b in zip(design.visits[1:], one.T[1:], other.T[1:], strict=True):
                pair = ~np.isnan(a) & ~np.isnan(b)
                a, b = a[pair], b[pair]
                sums = (len(a), a.sum(), b.sum(), ((b - a) ** 2).sum())
                rows.append((quantity, key, scale, visit.id, *sums))
    names = ["quantity", "instrument", "scale", "visit"]
    columns = [*names, "n", "reference", "active", "squares"]
    return pd.DataFrame(rows, columns=columns).set_index(names)


def _quantities(
    key: str, scale: str, reference: NDArray[np.float64], active: NDArray[np.float64]
) -> list[tuple[str, NDArray[np.float64], NDArray[np.float64]]]:
    """Scores, and responses where a percent change means something."""
    declared = next(each for each in find(key).scales if each.key == scale)
    found = [("mean", reference, active)]
    if not declared.true_zero or np.isnan(reference[:, 0]).all():
        return found
    sign = 1.0 if declared.higher_is == "worse" else -1.0
    found += [
        (
            f"response_{percent:g}",
            _responded(sign, reference, percent),
            _responded(sign, active, percent),
        )
        for percent in RESPONSES
    ]
    return found


def _responded(sign: float, scores: NDArray[np.float64], percent: float) -> NDArray[np.float64]:
    """1 where a score improved by that percentage, NaN where the baseline is not above 0."""
    baseline = scores[:, :1]
    gained = sign * (baseline - scores) >= baseline * (percent - 1e-9) / 100
    return np.where(baseline > 0, gained, np.nan)


def _from_sums(sums: pd.DataFrame) -> pd.DataFrame:
    """Means, differences and the standard error of the mean difference within pairs."""
    means = sums[["reference", "active"]].div(sums["n"], axis=0)
    difference = means["active"] - means["reference"]
    variance = (sums["squares"] / sums["n"] - difference**2) / (sums["n"] - 1)
    return means.assign(difference=difference, std_error=np.sqrt(variance)).reset_index()


def _trait_effects(design: SimulationDesign) -> pd.DataFrame:
    """List the declared effects on traits, which are exact."""
    rows = [
        ("trait", "", trait.id, visit.id, course, course + effect, effect, 0.0)
        for trait in design.traits
        for visit, course, effect in zip(design.visits[1:], trait.course, trait.effect, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
