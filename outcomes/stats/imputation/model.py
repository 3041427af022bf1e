"""The imputation model: one fit, refits to resampled subjects, and the parameters they give."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import NotConvergedError
from outcomes.stats.imputation.panel import Panel
from outcomes.stats.imputation.streams import RESAMPLING, Streams
from outcomes.stats.mmrm import RepeatedMeasuresFit, Structure, fit_rows
from outcomes.stats.mmrm.many import refit_with_counts

Array = NDArray[np.float64]
Index = NDArray[np.intp]

# Replicates per call: one number for all, so that results do not depend on who computes what.
CHUNK = 128
# As R's rbmi: the share of bootstrap samples that may fail and are drawn again.
FAILURE_SHARE = 0.01
ATTEMPTS = 25
# Smallest eigenvalue of the standardised information below which a sample is called singular.
SINGULAR = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameters:
    """B sets of parameters of the imputation model.

    Parameters
    ----------
    beta : (B, p)
    covariances : one (B, m, m) for all arms, or one for each
    """

    beta: Array
    covariances: tuple[Array, ...]

    def __len__(self) -> int:
        return len(self.beta)

    def __getitem__(self, which: slice | Index) -> Parameters:
        """Return some of the sets."""
        return Parameters(
            beta=self.beta[which], covariances=tuple(S[which] for S in self.covariances)
        )

    def of_arm(self, arm: int) -> Array:
        """(B, m, m): covariance of an arm."""
        return self.covariances[arm if len(self.covariances) > 1 else 0]


def joined(parts: list[Parameters]) -> Parameters:
    """Put sets of parameters after each other."""
    return Parameters(
        beta=np.concatenate([part.beta for part in parts]),
        covariances=tuple(
            np.concatenate(stacks)
            for stacks in zip(*(part.covariances for part in parts), strict=True)
        ),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ImputationModel:
    """The fitted model.

    Parameters
    ----------
    panel : Panel
    fit : RepeatedMeasuresFit
    members : (n_fitted,), subjects with an outcome the fit could use
    reml : bool
    """

    panel: Panel = field(repr=False)
    fit: RepeatedMeasuresFit = field(repr=False)
    members: Index = field(repr=False)
    reml: bool

    @property
    def parameters(self) -> Parameters:
        """The estimates, as one set."""
        beta = self.fit.problem.original(self.fit.optimum.at.beta)
        return Parameters(
            beta=beta[None], covariances=tuple(Sigma[None] for Sigma in self.fit.covariances)
        )


def fit_imputation_model(
    panel: Panel, structure: Structure, *, by_arm: bool, reml: bool
) -> ImputationModel:
    """Fit the model to the usable outcomes.

    Raises
    ------
    NotConvergedError, NotEstimableError
        If the data cannot inform it.
    """
    rows, members = panel.rows(by_arm=by_arm)
    fit = fit_rows(rows, (structure,), reml=reml)
    return ImputationModel(panel=panel, fit=fit, members=members, reml=reml)


def refit(model: ImputationModel, counts: Array) -> tuple[Parameters, NDArray[np.bool_]]:
    """Parameters for subjects counted as often as `counts` (B, n) says, and which fits succeeded.

    Sets of a failed fit are NaN.
    """
    own = counts[:, model.members]
    good = _estimable(model, own)
    n_visits, p = model.panel.n_visits, model.panel.X.shape[2]
    beta = np.full((len(counts), p), np.nan)
    stacks = [np.full((len(counts), n_visits, n_visits), np.nan) for _ in model.fit.covariances]
    if good.any():
        many = refit_with_counts(model.fit, own[good], reml=model.reml)
        beta[good] = many.beta
        for stack, Sigma in zip(stacks, many.covariances, strict=True):
            stack[good] = Sigma
        good[good] = many.converged
    return Parameters(beta=beta, covariances=tuple(stacks)), good


def _estimable(model: ImputationModel, counts: Array) -> NDArray[np.bool_]:
    """(B,): whether each sample informs every coefficient and every covariance."""
    problem = model.fit.problem
    X = problem.padded_design()
    n, m, p = X.shape
    products = (np.swapaxes(X, 1, 2) @ X).reshape(n, p * p)
    information = (counts @ products).reshape(-1, p, p) / n
    good = np.linalg.eigvalsh(information)[:, 0] > SINGULAR
    for g, block in enumerate(problem.blocks):
        seen = problem.seen[problem.group == g].astype(float)
        own = counts[:, problem.group == g]
        if block.structure.needs_every_pair:
            pairs = own @ (seen[:, :, None] * seen[:, None, :]).reshape(len(seen), m * m)
            good &= (pairs > 0).all(axis=1) & (np.count_nonzero(own, axis=1) > m)
    return np.asarray(good)


def leave_out(model: ImputationModel, subjects: Index) -> Parameters:
    """Parameters of fits without one subject each.

    Raises
    ------
    NotConvergedError
        If one of the fits fails.
    """
    counts = np.ones((len(subjects), model.panel.n_subjects))
    counts[np.arange(len(subjects)), subjects] = 0.0
    found, good = refit(model, counts)
    if not good.all():
        first = ", ".join(map(str, model.panel.subjects[subjects[~good]][:3]))
        raise NotConvergedError(
            f"{(~good).sum()} of {len(good)} jackknife fits failed (first without subject {first})."
            " Use a simpler covariance or fewer covariates."
        )
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Resampled:
    """Bootstrap samples with the parameters fitted to them.

    Parameters
    ----------
    counts : (B, n), how often each subject was drawn
    parameters : Parameters
    n_failed : samples that could not be fitted and were drawn again
    """

    counts: NDArray[np.int32] = field(repr=False)
    parameters: Parameters
    n_failed: int


def bootstrap(
    model: ImputationModel, strata: Index, streams: Streams, replicates: Index
) -> Resampled:
    """Draw subjects with replacement within strata, and fit, for the named replicates.

    A sample that cannot be fitted is drawn again; the caller judges how many may fail.

    Raises
    ------
    NotConvergedError
        If one replicate fails over and over.
    """
    counts = np.stack([_drawn(strata, streams, int(b), 0) for b in replicates])
    parameters, good = refit(model, counts.astype(float))
    n_failed = 0
    for attempt in range(1, ATTEMPTS):
        again = np.flatnonzero(~good)
        if not len(again):
            return Resampled(counts=counts, parameters=parameters, n_failed=n_failed)
        n_failed += len(again)
        counts[again] = [_drawn(strata, streams, int(replicates[b]), attempt) for b in again]
        fresh, good[again] = refit(model, counts[again].astype(float))
        parameters.beta[again] = fresh.beta
        for Sigma, new in zip(parameters.covariances, fresh.covariances, strict=True):
            Sigma[again] = new
    raise NotConvergedError(_too_many(n_failed, len(replicates)))


def require_few_failures(n_failed: int, n_replicates: int) -> None:
    """Refuse a bootstrap of which more than a hundredth had to be drawn again, as rbmi does.

    Raises
    ------
    NotConvergedError
        If there were more.
    """
    if n_failed > np.ceil(FAILURE_SHARE * n_replicates):
        raise NotConvergedError(_too_many(n_failed, n_replicates))


def _drawn(strata: Index, streams: Streams, replicate: int, attempt: int) -> NDArray[np.int32]:
    rng = streams.at(RESAMPLING, replicate, attempt)
    counts = np.zeros(len(strata), dtype=np.int32)
    for stratum in range(int(strata.max()) + 1):
        members = np.flatnonzero(strata == stratum)
        drawn = rng.integers(len(members), size=len(members))
        counts[members] = np.bincount(drawn, minlength=len(members))
    return counts


def _too_many(n_failed: int, n_replicates: int) -> str:
    return (
        f"{n_failed} fits to bootstrap samples failed on the way to {n_replicates}; at most "
        f"{int(np.ceil(FAILURE_SHARE * n_replicates))} may. Use a simpler covariance or fewer "
        "covariates."
    )
