"""Covariance structures as rows of a table.

A structure maps parameters theta to the m × m covariance Sigma of the visits and gives its first
and second derivatives; the likelihood needs nothing else of it. `minimised_in` parameters are
those the optimiser walks in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import SpecificationError

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameterisation:
    """Sigma as a function of theta.

    Parameters
    ----------
    start : Sigma (m, m) -> theta (K,)
        Parameters whose Sigma is closest in spirit to a crude moment estimate; exact where the
        structure can represent it.
    sigma : theta, m -> (m, m)
    first : theta, m -> (K, m, m), derivatives by each parameter
    second : theta, m -> (K, K, m, m), or None where Sigma is linear in theta
    """

    start: Callable[[Array], Array]
    sigma: Callable[[Array, int], Array]
    first: Callable[[Array, int], Array]
    second: Callable[[Array, int], Array] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Structure:
    """One covariance structure.

    Parameters
    ----------
    name : str
    n_parameters : m -> int
    minimised_in : Parameterisation
        The parameters in which the likelihood is minimised and the information is taken.
    needs_every_pair : bool
        Whether a covariance cannot be learned for two visits that no subject has both of.
    """

    name: str
    n_parameters: Callable[[int], int]
    minimised_in: Parameterisation
    needs_every_pair: bool = False


def _lower(m: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.tril_indices(m)


def _from_elements(theta: Array, m: int) -> Array:
    Sigma = np.zeros((m, m))
    a, b = _lower(m)
    Sigma[a, b] = Sigma[b, a] = theta
    return Sigma


def _element_basis(theta: Array, m: int) -> Array:
    a, b = _lower(m)
    basis = np.zeros((len(theta), m, m))
    each = np.arange(len(theta))
    basis[each, a, b] = basis[each, b, a] = 1.0
    return basis


ELEMENTS = Parameterisation(
    start=lambda Sigma: Sigma[_lower(len(Sigma))],
    sigma=_from_elements,
    first=_element_basis,
    second=None,
)

STRUCTURES = {
    structure.name: structure
    for structure in (
        Structure(
            name="unstructured",
            n_parameters=lambda m: m * (m + 1) // 2,
            minimised_in=ELEMENTS,
            needs_every_pair=True,
        ),
    )
}


def structure_named(name: str) -> Structure:
    """Look up a structure.

    Raises
    ------
    SpecificationError
        If no structure has this name.
    """
    if name not in STRUCTURES:
        raise SpecificationError(
            f"covariance {name!r} is not known. Allowed: {', '.join(STRUCTURES)}."
        )
    return STRUCTURES[name]
