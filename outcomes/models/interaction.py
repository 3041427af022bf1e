"""Whether a difference between arms depends on another variable: joint tests of interaction."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from outcomes.models.design import Design
from outcomes.models.linear_functions import estimates, f_test
from outcomes.models.reference_grid import covariate_means, mean_cells
from outcomes.stats.mmrm import Inference

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Interaction:
    """A difference of interest, and the variable it may depend on.

    Parameters
    ----------
    factor : str
        The arm.
    active, reference : Hashable
        Its two levels compared.
    modifier : str
        A factor of the model, or a numeric variable.
    at_level : mapping
        Levels of further factors at which the difference is taken, such as the visit.
    """

    factor: str
    active: Hashable
    reference: Hashable
    modifier: str
    at_level: Mapping[str, Hashable]


def interaction_test(
    design: Design, inference: Inference, interaction: Interaction, *, conf_level: float = 0.95
) -> dict[str, float]:
    """Test that the difference between two arms is the same at every level of the modifier.

    Parameters
    ----------
    design, inference
        Of the fit, whose formula has the three-way term.
    interaction : Interaction
        What is tested.
    conf_level : float
        Level of the interval of a slope.

    Returns
    -------
    dict
        num_df, denom_df, statistic (F), p_value; for a numeric modifier also slope (change of the
        difference per unit), conf_low and conf_high, NaN for a factor.

    Raises
    ------
    NotEstimableError
        The data do not inform the difference at a level.
    """
    L = _rows(design, interaction)
    found = f_test(design, inference, L)
    slope = dict.fromkeys(("slope", "conf_low", "conf_high"), float("nan"))
    if interaction.modifier not in design.levels:
        (row,) = estimates(inference, L[:, design.kept], conf_level).to_dict("records")
        slope = {
            "slope": row["estimate"],
            "conf_low": row["conf_low"],
            "conf_high": row["conf_high"],
        }
    return {
        "num_df": found.num_df,
        "denom_df": found.denom_df,
        "statistic": found.statistic,
        "p_value": found.p_value,
        **slope,
    }


def _rows(design: Design, interaction: Interaction) -> Array:
    """Differences of the difference between neighbouring levels, or over one unit of a number."""
    if interaction.modifier in design.levels:
        levels = design.levels[interaction.modifier]
        rows = [_difference(design, interaction, {}, level) for level in levels]
    else:
        rows = [_difference(design, interaction, {interaction.modifier: at}) for at in (0.0, 1.0)]
    return np.array([later - earlier for earlier, later in pairwise(rows)])


def _difference(
    design: Design,
    interaction: Interaction,
    at: Mapping[str, float],
    level: Hashable | None = None,
) -> Array:
    """(p,): active minus reference at the levels asked for."""
    fixed = dict(interaction.at_level)
    if level is not None:
        fixed[interaction.modifier] = level
    cells = mean_cells(
        design,
        (interaction.factor, *fixed),
        covariates=covariate_means(design),
        at=at,
        weights="equal",
    )
    here = np.all([cells.labels[name] == value for name, value in fixed.items()], axis=0)
    of = {
        arm: cells.L[here & (cells.labels[interaction.factor] == arm).to_numpy()]
        for arm in (interaction.active, interaction.reference)
    }
    row: Array = (of[interaction.active] - of[interaction.reference]).reshape(-1)
    return row
