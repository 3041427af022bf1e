"""One arm treated in clusters, the others one by one, by restricted maximum likelihood.

``y = X beta + u_cluster + e`` in the clustered arm and ``y = X beta + e`` elsewhere. Patients of a
class share the covariance tau; as a covariance it may be negative, down to where a class's matrix
stops being positive definite. The residual variance is shared or has a value of its own per arm.

References
----------
Roberts C, Roberts SA. Design and analysis of clinical trials with clustering effects due to
treatment. Clinical Trials 2005;2:152-62. Candlish J, et al. BMC Med Res Methodol 2018;18:105.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from outcomes.errors import NotConvergedError, NotEstimableError
from outcomes.stats.mmrm.inference import Inference, infer
from outcomes.stats.mmrm.likelihood import evaluate, slopes
from outcomes.stats.mmrm.optimise import NoMinimumError, Optimum, minimise
from outcomes.stats.mmrm.problem import Problem, build_problem, deviance_of_units
from outcomes.stats.mmrm.rows import Rows
from outcomes.stats.mmrm.structures import Parameterisation, Structure

Array = NDArray[np.float64]
Index = NDArray[np.intp]

# Share of the variance of independent rows below which a cluster's sum counts as without variance.
_NO_VARIANCE = 1e-2


@dataclass(frozen=True, kw_only=True, slots=True)
class Nesting:
    """Who belongs to which cluster, and whose residual variance is whose.

    Parameters
    ----------
    cluster : (N,) int, cluster of each row; -1 for rows treated one by one
    residual : (N,) int codes 0 .. r - 1 of residual variances, constant within a cluster
    """

    cluster: Index
    residual: Index


@dataclass(frozen=True, kw_only=True, slots=True)
class PartiallyNestedEstimate:
    """A converged fit in original units.

    Parameters
    ----------
    residual_variances : (r,)
    cluster_covariance : float
    component_covariance : (r + 1, r + 1), of the residual variances and the cluster covariance;
        zeros for a cluster covariance held at zero
    held_at_zero : bool
    minus_two_log_likelihood : float
    inference : Inference
    """

    residual_variances: Array
    cluster_covariance: float
    component_covariance: Array
    held_at_zero: bool
    minus_two_log_likelihood: float
    inference: Inference = field(repr=False)


def fit_partially_nested_rows(
    X: Array, y: Array, nesting: Nesting, *, df_method: str, nonnegative: bool
) -> PartiallyNestedEstimate:
    """Fit by REML.

    Parameters
    ----------
    X : (N, p), full column rank
    y : (N,)
    nesting : Nesting
    df_method : {"satterthwaite", "kenward_roger"}
    nonnegative : bool
        Hold the cluster covariance at zero where its estimate is negative.

    Raises
    ------
    NotEstimableError
        If no cluster has two rows, so that its covariance cannot be told from the residual.
    NotConvergedError
        If the deviance has no minimum where the covariance is positive definite.
    """
    sizes = np.bincount(nesting.cluster[nesting.cluster >= 0], minlength=1)
    if sizes.max() < 2:
        raise NotEstimableError(
            f"None of the {int((sizes > 0).sum())} clusters has two analysed rows, so that the "
            "covariance within clusters is not estimable."
        )
    rows, r = _units(X, y, nesting), int(nesting.residual.max()) + 1
    held = nonnegative and _falls_below_zero(rows, r, sizes)
    problem, found = _fit(rows, r, sizes, clustered=not held)
    return _estimate(rows, problem, found, r, held=held, df_method=df_method)


def _units(X: Array, y: Array, nesting: Nesting) -> Rows:
    """Clusters, and rows outside any as clusters of one; members take the place of visits."""
    single = nesting.cluster < 0
    label = np.where(single, nesting.cluster.max() + 1 + np.arange(len(y)), nesting.cluster)
    _, unit = np.unique(label, return_inverse=True)
    order = np.argsort(unit, kind="stable")
    start = np.r_[0, np.flatnonzero(np.diff(unit[order])) + 1]
    member = np.empty(len(y), dtype=np.intp)
    member[order] = np.arange(len(y)) - np.repeat(start, np.diff(np.r_[start, len(y)]))
    kind = np.zeros(unit.max() + 1, dtype=np.intp)
    kind[unit] = 2 * nesting.residual + ~single
    return Rows(
        X=X,
        y=y,
        subject=unit,
        visit=member,
        visits=tuple(map(str, range(member.max() + 1))),
        kind=kind,
    )


def _components(r: int, *, clustered: bool) -> Structure:
    """Sigma linear in r residual variances and, where `clustered`, the covariance of a cluster.

    The kind of a unit is twice the code of its residual variance, plus one if it is a cluster.
    """

    def first(theta: Array, kind: Array) -> Array:  # noqa: ARG001
        same = np.eye(kind.shape[-1])
        parts = [(kind // 2 == k) * same for k in range(r)]
        return np.stack([*parts, kind % 2] if clustered else parts)

    form = Parameterisation(
        start=lambda Sigma, kind: np.r_[np.ones(r), 0.05 * np.ones(int(clustered))],  # noqa: ARG005
        sigma=lambda theta, kind: np.asarray(np.tensordot(theta, first(theta, kind), 1)),
        first=first,
        second=None,
    )
    return Structure(
        name="cluster and residual variances",
        n_parameters=lambda m: r + int(clustered),  # noqa: ARG005
        minimised_in=form,
        adjusted_in=form,
    )


def _falls_below_zero(rows: Rows, r: int, sizes: Index) -> bool:
    """Whether the cluster covariance is estimated negative, or its walk goes that way for good."""
    try:
        return bool(_fit(rows, r, sizes, clustered=True)[1].at.theta[-1] < 0)
    except NotConvergedError:
        _, found = _fit(rows, r, sizes, clustered=False)
        problem = build_problem(rows, _components(r, clustered=True))
        at = evaluate(problem, np.r_[found.at.theta, 0.0], reml=True)
        return bool(slopes(problem, at, reml=True).gradient[-1] > 0)


def _fit(rows: Rows, r: int, sizes: Index, *, clustered: bool) -> tuple[Problem, Optimum]:
    structure = _components(r, clustered=clustered)
    problem = build_problem(rows, structure)
    start = structure.minimised_in.start(np.eye(1), np.eye(1))
    try:
        return problem, minimise(problem, start, reml=True)
    except NoMinimumError:
        pass
    try:
        return problem, minimise(problem, start, reml=True, guarded=True)
    except NoMinimumError as error:
        at_limit = clustered and _limit_reached(error.theta, problem)
        raise NotConvergedError(
            _at_limit(int(sizes.max())) if at_limit else str(error), error.trace
        ) from None


def _limit_reached(theta: Array, problem: Problem) -> bool:
    """Whether the means of the largest clusters have hardly any variance left."""
    (block,) = problem.blocks
    seen = block.moments.seen
    both = seen[:, :, None] & seen[:, None, :]
    of_sum = np.where(both, block.sigma(theta), 0.0).sum(axis=(1, 2))
    of_one = np.trace(np.where(both, block.sigma(theta), 0.0), axis1=1, axis2=2)
    return bool(theta[-1] < 0 and (of_sum < _NO_VARIANCE * of_one).any())


def _at_limit(size: int) -> str:
    return (
        f"The covariance within clusters falls to its lower limit, where the mean of the largest "
        f"cluster ({size} rows) would have no variance and alone decide the arm's: there is no "
        "estimate inside. Members of these clusters differ more than patients of different ones; "
        "look at how clusters were formed, or hold the covariance at zero with nonnegative=True."
    )


def _estimate(
    rows: Rows, problem: Problem, found: Optimum, r: int, *, held: bool, df_method: str
) -> PartiallyNestedEstimate:
    variance = problem.scale**2
    covariance = np.zeros((r + 1, r + 1))
    K = len(found.at.theta)
    covariance[:K, :K] = np.linalg.inv(found.information) * variance**2
    # Sigma is linear in its parameters, so both forms of Kenward and Roger are one; the expected
    # information is that of their paper and of R's pbkrtest.
    adjusted = df_method == "kenward_roger"
    return PartiallyNestedEstimate(
        residual_variances=found.at.theta[:r] * variance,
        cluster_covariance=0.0 if held else float(found.at.theta[-1] * variance),
        component_covariance=covariance,
        held_at_zero=held,
        minus_two_log_likelihood=found.at.value + deviance_of_units(problem, reml=True),
        inference=infer(rows, problem, found, df_method=df_method, expected=adjusted),
    )


def intraclass_correlation(
    fit: PartiallyNestedEstimate, residual: int, size: float, conf_level: float
) -> tuple[float, float, float]:
    """Correlation within clusters with an interval on Fisher's scale for clusters of `size`.

    ``z = log{(1 + (size - 1) rho) / (1 - rho)} / 2`` (Fisher RA. Statistical Methods for Research
    Workers. 1925, section 39), its standard error by the delta method from the information.
    NaN limits where the covariance was held at zero.
    """
    tau, sigma = fit.cluster_covariance, float(fit.residual_variances[residual])
    rho = tau / (tau + sigma)
    if fit.held_at_zero or size <= 1:
        return rho, float("nan"), float("nan")
    by = np.zeros(len(fit.component_covariance))
    by[residual], by[-1] = -tau / (tau + sigma) ** 2, sigma / (tau + sigma) ** 2
    error = np.sqrt(by @ fit.component_covariance @ by)
    slope = size / (2.0 * (1.0 + (size - 1.0) * rho) * (1.0 - rho))
    z = 0.5 * np.log((1.0 + (size - 1.0) * rho) / (1.0 - rho))
    half = stats.norm.ppf(0.5 + conf_level / 2) * slope * error
    odds = np.exp(2.0 * (z + np.array([-half, half])))
    low, high = (odds - 1.0) / (odds + size - 1.0)
    return rho, float(low), float(high)
