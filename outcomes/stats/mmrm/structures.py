"""Covariance structures as rows of a table.

A structure maps parameters theta to the covariance Sigma (..., m, m) of the visits and gives its
first (K, ..., m, m) and second (K, K, ..., m, m) derivatives; the likelihood needs nothing else.
All but the unstructured one are ``s_i s_j C_ij`` with standard deviations ``s = exp(tau)``, one
for all visits or one for each, and a correlation family C(phi); theta = (tau, phi).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import SpecificationError
from outcomes.stats.mmrm.correlations import (
    ANTEDEPENDENCE,
    AR1,
    CHOLESKY,
    COMPOUND,
    SPATIAL,
    TOEPLITZ,
    Family,
)

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameterisation:
    """Sigma as a function of theta; `distance` is explained in `correlations`.

    Parameters
    ----------
    start : Sigma (m, m), distance (m, m) -> theta (K,)
        Parameters near a crude estimate of Sigma; exact where the structure can represent it.
    sigma : theta, distance -> (..., m, m)
    first : theta, distance -> (K, ..., m, m)
    second : theta, distance -> (K, K, ..., m, m), or None where Sigma is linear in theta
    root : theta, distance -> L (m, m), or None
        Where it is given, derivatives are taken along ``L D L'`` instead of D, with D those of
        `first`: near Sigma = L L' they then have about the same size, however near singular it is.
    """

    start: Callable[[Array, Array], Array]
    sigma: Callable[[Array, Array], Array]
    first: Callable[[Array, Array], Array]
    second: Callable[[Array, Array], Array] | None
    root: Callable[[Array, Array], Array] | None = None

    def along(self, theta: Array, distance: Array) -> Array:
        """(K, ..., m, m): the directions in which derivatives are taken."""
        first = self.first(theta, distance)
        if self.root is None:
            return first
        L = self.root(theta, distance)
        return np.asarray(L @ first @ L.T)

    def moved(self, theta: Array, step: Array, distance: Array) -> Array:
        """Theta after a step in these directions."""
        if self.root is None:
            return theta + step
        return theta + self.start(np.tensordot(step, self.along(theta, distance), 1), distance)

    def coordinates(self, theta: Array, change: Array, distance: Array) -> Array:
        """(K,): a change of Sigma (m, m) in these directions, where Sigma is linear in theta."""
        if self.root is None:
            return self.start(change, distance)
        inverse = np.linalg.inv(self.root(theta, distance))
        return self.start(inverse @ change @ inverse.T, distance)


@dataclass(frozen=True, kw_only=True, slots=True)
class Structure:
    """One covariance structure.

    Parameters
    ----------
    name : str
    n_parameters : m -> K
    minimised_in : Parameterisation
        Where the deviance is minimised and the information is taken.
    adjusted_in : Parameterisation
        R mmrm's parameters, on which the full Kenward-Roger covariance depends.
    needs_every_pair : bool
        Whether a covariance cannot be learned for two visits that no subject has both of.
    several_minima : bool
        Whether the deviance often has several minima, as it has where a structure fits badly.
    spatial : bool
        Whether correlations depend on coordinates rather than on the order of visits.
    deficiency : int
        How many eigenvalues of Sigma are held at zero (`boundary`).
    """

    name: str
    n_parameters: Callable[[int], int]
    minimised_in: Parameterisation
    adjusted_in: Parameterisation
    needs_every_pair: bool = False
    several_minima: bool = True
    spatial: bool = False
    deficiency: int = 0

    def freed(self) -> Structure:
        """Return the same structure, minimised in the parameters without constraints."""
        return replace(self, minimised_in=self.adjusted_in)

    def __reduce__(self) -> tuple[Callable[..., Structure], tuple[object, ...]]:
        """Pickle by name, so that fits travel between processes."""
        row = structure_named(self.name)
        return _restored, (self.name, self.minimised_in is not row.minimised_in)


def _restored(name: str, freed: bool) -> Structure:
    row = structure_named(name)
    return row.freed() if freed else row


def scaled(family: Family, *, heterogeneous: bool, exponent: float = 1.0) -> Parameterisation:
    """Parameterise ``s_i s_j C_ij`` with ``s = exp(exponent * tau)``."""

    def share(m: int) -> Array:
        """(h, m): by how much each tau moves the log standard deviation of each visit."""
        return exponent * (np.eye(m) if heterogeneous else np.ones((1, m)))

    def parts(theta: Array, distance: Array) -> tuple[Array, Array, Array]:
        E = share(distance.shape[-1])
        tau, phi = theta[: len(E)], theta[len(E) :]
        s = np.exp(tau @ E)
        return E[:, :, None] + E[:, None, :], s[:, None] * s, phi

    def sigma(theta: Array, distance: Array) -> Array:
        _, outer, phi = parts(theta, distance)
        return outer * family.matrix(phi, distance)

    def first(theta: Array, distance: Array) -> Array:
        pair, outer, phi = parts(theta, distance)
        Sigma = outer * family.matrix(phi, distance)
        by_tau = np.stack([Sigma * one for one in pair])
        return np.concatenate([by_tau, outer * family.first(phi, distance)])

    def second(theta: Array, distance: Array) -> Array:
        pair, outer, phi = parts(theta, distance)
        Sigma, by_phi = outer * family.matrix(phi, distance), outer * family.first(phi, distance)
        h, K = len(pair), len(theta)
        whole = np.zeros((K, K, *Sigma.shape))
        for k in range(h):
            for n in range(h):
                whole[k, n] = Sigma * pair[k] * pair[n]
            whole[k, h:] = whole[h:, k] = by_phi * pair[k]
        whole[h:, h:] = outer * family.second(phi, distance)
        return whole

    def start(Sigma: Array, distance: Array) -> Array:
        variance = np.diag(Sigma) if heterogeneous else np.atleast_1d(np.diag(Sigma).mean())
        s = np.sqrt(np.diag(Sigma))
        phi = family.start(Sigma / s / s[:, None], distance)
        tau = np.log(variance) / (2.0 * exponent)
        while np.linalg.eigvalsh(family.matrix(phi, distance)).min() < 1e-3:
            phi = phi / 2.0
        return np.concatenate([tau, phi])

    return Parameterisation(start=start, sigma=sigma, first=first, second=second)


@cache
def _lower(m: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the elements on and below the diagonal."""
    return np.tril_indices(m)


def _from_elements(theta: Array, distance: Array) -> Array:
    m = distance.shape[-1]
    Sigma = np.zeros((m, m))
    a, b = _lower(m)
    Sigma[a, b] = Sigma[b, a] = theta
    return Sigma


def _element_basis(theta: Array, distance: Array) -> Array:
    m = distance.shape[-1]
    a, b = _lower(m)
    basis = np.zeros((len(theta), m, m))
    each = np.arange(len(theta))
    basis[each, a, b] = basis[each, b, a] = 1.0
    return basis


def _cholesky_root(theta: Array, distance: Array) -> Array:
    """L with L L' = Sigma, or the standard deviations where it is not positive definite."""
    Sigma = _from_elements(theta, distance)
    try:
        return np.asarray(np.linalg.cholesky(Sigma), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.diag(np.sqrt(np.abs(np.diag(Sigma))))


def _cholesky_parameters(Sigma: Array, distance: Array) -> Array:  # noqa: ARG001
    """Exact: logarithms of the Cholesky factor's diagonal, then its rows over that diagonal."""
    L = np.linalg.cholesky(Sigma)
    d = np.diag(L)
    return np.concatenate([np.log(d), (L / d[:, None])[np.tril_indices(len(L), -1)]])


ELEMENTS = Parameterisation(
    start=lambda Sigma, distance: Sigma[np.tril_indices(len(distance))],
    sigma=_from_elements,
    first=_element_basis,
    second=None,
    root=_cholesky_root,
)


def _row(name: str, family: Family, *, heterogeneous: bool, spatial: bool = False) -> Structure:
    # The spatial family's first parameter is a log variance in mmrm, not a log standard deviation.
    form = scaled(family, heterogeneous=heterogeneous, exponent=0.5 if spatial else 1.0)
    return Structure(
        name=name,
        n_parameters=lambda m: (m if heterogeneous else 1) + family.n_parameters(m),
        minimised_in=form,
        adjusted_in=form,
        spatial=spatial,
    )


_ALL = (
    Structure(
        name="unstructured",
        n_parameters=lambda m: m * (m + 1) // 2,
        minimised_in=ELEMENTS,
        adjusted_in=replace(scaled(CHOLESKY, heterogeneous=True), start=_cholesky_parameters),
        needs_every_pair=True,
        several_minima=False,
    ),
    _row("toeplitz", TOEPLITZ, heterogeneous=False),
    _row("heterogeneous_toeplitz", TOEPLITZ, heterogeneous=True),
    _row("ar1", AR1, heterogeneous=False),
    _row("heterogeneous_ar1", AR1, heterogeneous=True),
    _row("compound_symmetry", COMPOUND, heterogeneous=False),
    _row("heterogeneous_compound_symmetry", COMPOUND, heterogeneous=True),
    _row("antedependence", ANTEDEPENDENCE, heterogeneous=False),
    _row("heterogeneous_antedependence", ANTEDEPENDENCE, heterogeneous=True),
    _row("spatial_exponential", SPATIAL, heterogeneous=False, spatial=True),
)
STRUCTURES = {structure.name: structure for structure in _ALL}


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
