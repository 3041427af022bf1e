"""Reference-based imputation of repeated measures: from a frame to completed data sets."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import SpecificationError, UnsupportedCombinationError
from outcomes.models.imputation_events import Events, known_strategies, read_events
from outcomes.models.imputation_frame import Grid, Roles, complete_grid
from outcomes.models.imputation_panel import panel_of
from outcomes.models.imputations import Imputations, Method
from outcomes.models.records import constant_within_subject, require_columns, require_values
from outcomes.models.threads import one_thread
from outcomes.stats.imputation import Streams, fit_imputation_model
from outcomes.stats.imputation.chunks import Crew, Progress
from outcomes.stats.imputation.imputer import imputer_of
from outcomes.stats.imputation.strategies import Rule
from outcomes.stats.mmrm import structure_named

__all__ = ["Imputations", "impute_reference_based"]

# Data sets made where the caller does not say: random imputations, or bootstrap samples.
DEFAULT_NUMBER = {
    "conditional_mean": 1000,
    "bayesian": 100,
    "approximate_bayesian": 100,
    "bootstrap_ml": 200,
}


def impute_reference_based(
    data: pd.DataFrame,
    *,
    outcome: str,
    visit: str,
    subject: str,
    arm: str,
    reference: Hashable | None = None,
    covariates: Sequence[str] = (),
    intercurrent: pd.DataFrame | None = None,
    strategy: str | None = None,
    method: Method = "conditional_mean",
    n_imputations: int | None = None,
    rng: np.random.Generator | int | None = None,
    strategies: Mapping[str, Rule] | None = None,
    covariance: str = "unstructured",
    shared_covariance: bool = True,
    reml: bool = True,
    strata: Sequence[str] = (),
    imputations_per_sample: int = 2,
    n_chains: int = 4,
    warmup: int = 200,
    thin: int = 5,
    workers: int = 1,
    progress: Progress | None = None,
) -> Imputations:
    """Impute missing outcomes under an assumption for each subject with an intercurrent event.

    The imputation model is a marginal linear model, ``outcome ~ arm + visit + covariates``, fitted
    to the observed outcomes that come before an event whose strategy is not MAR. Outcomes observed
    after such an event are kept in the completed data, and missing ones are drawn given them.

    Parameters
    ----------
    data : DataFrame
        One row per subject and visit after baseline; an absent row is a missing outcome.
    outcome, visit, subject, arm : str
        Columns. The visit is a factor here, whatever its type.
    reference : value of `arm`
        The arm whose distribution the strategies refer to and others are compared with.
    covariates : sequence of str
        Terms of the formula besides arm and visit, for example ``["base * visit", "arm:visit"]``.
        Known for every subject at every visit.
    intercurrent : DataFrame, optional
        subject, visit (the first visit affected) and strategy; at most one row a subject. Subjects
        without a row are imputed under MAR.
    strategy : str, optional
        For rows of `intercurrent` without a strategy of their own: mar, jump_to_reference,
        copy_reference, copy_increments, last_mean_carried_forward or a name of `strategies`.
    method : {"conditional_mean", "bayesian", "approximate_bayesian", "bootstrap_ml"}
        Expectations given the estimates; random imputations with parameters drawn from their
        posterior distribution, or fitted to bootstrap samples of the subjects; or random
        imputations of bootstrap samples.
    n_imputations : int, optional
        Data sets: 100 for the two Bayesian methods, 200 bootstrap samples for ``bootstrap_ml``,
        and 1000 if conditional means are later bootstrapped.
    rng : Generator or int
        Needed wherever something is random.
    strategies : mapping of str to function, optional
        Strategies of your own: `Marginal` of the own arm, `Marginal` of the reference, position of
        the first affected visit -> `Marginal` (see `outcomes.stats.imputation`).
    covariance : str
        As in `fit_mmrm`; the Bayesian method takes the unstructured one.
    shared_covariance : bool
        One covariance for all arms, or one for each.
    reml : bool
        Restricted or plain maximum likelihood.
    strata : sequence of str
        Columns, constant within subjects, within which and arms the bootstrap draws.
    imputations_per_sample : int
        Random imputations of each bootstrap sample, for ``bootstrap_ml``.
    n_chains, warmup, thin : int
        Chains of the Bayesian sampler, steps before the first kept draw of each and between kept
        ones.
    workers : int
        Threads. The result does not depend on it.
    progress : function of (pieces done, all pieces), optional

    Returns
    -------
    Imputations

    Raises
    ------
    SchemaError, DataError, DuplicateRecordError, UnknownVisitError
        If the data or the events contradict the model or each other.
    SpecificationError, UnsupportedCombinationError
        If an option cannot be used, or a strategy needs a reference arm and none is named.
    NotConvergedError, NotEstimableError
        If the imputation model cannot be fitted.

    References
    ----------
    Carpenter JR, Roger JH, Kenward MG. Journal of Biopharmaceutical Statistics 2013;23:1352-71.
    Wolbers M, Noci A, et al. Pharmaceutical Statistics 2022;21:1246-57. von Hippel PT, Bartlett JW.
    Statistical Science 2021;36:400-20.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> data = pd.DataFrame({
    ...     "subject": np.repeat(np.arange(60), 2),
    ...     "visit": np.tile([4, 12], 60),
    ...     "arm": np.repeat(["yoga", "usual"], 60),
    ...     "pain": 5 + np.repeat(rng.normal(size=60), 2) + rng.normal(size=120),
    ... })
    >>> left = pd.DataFrame({"subject": [3, 5], "visit": [12, 4]})
    >>> data.loc[[7, 10, 11], "pain"] = np.nan
    >>> imputed = impute_reference_based(
    ...     data, outcome="pain", visit="visit", subject="subject", arm="arm", reference="usual",
    ...     covariates=["arm:visit"], intercurrent=left, strategy="jump_to_reference")
    >>> imputed.table()[["visit", "arm", "strategy", "n_imputed"]].query("n_imputed > 0")
      visit   arm           strategy  n_imputed
    2     4  yoga  jump_to_reference          1
    5    12  yoga  jump_to_reference          2
    """
    _check_method(method, covariance, imputations_per_sample)
    number = _number(n_imputations, method)
    streams = _streams(rng, method)
    structure = structure_named(covariance)
    roles = Roles(outcome=outcome, visit=visit, subject=subject, arm=arm)
    grid = complete_grid(data, roles, reference)
    events = read_events(intercurrent, grid, strategy, known_strategies(strategies))
    _require_reference(events, reference)
    panel, columns, formula = panel_of(grid, events, covariates)
    with one_thread():
        model = fit_imputation_model(panel, structure, by_arm=not shared_covariance, reml=reml)
        return Imputations.drawn(
            grid=grid,
            imputer=imputer_of(model, streams, _strata(grid, strata)),
            reference=reference,
            formula=formula,
            columns=columns,
            covariance=covariance,
            method=method,
            n_imputations=number,
            imputations_per_sample=imputations_per_sample,
            chains=(n_chains, warmup, thin),
            crew=Crew(workers=workers, progress=progress),
        )


def _check_method(method: str, covariance: str, per_sample: int) -> None:
    if method not in get_args(Method):
        raise SpecificationError(
            f"method={method!r} is not known. Allowed: {', '.join(get_args(Method))}."
        )
    if method == "bayesian" and covariance != "unstructured":
        raise UnsupportedCombinationError(
            f"method='bayesian' has its prior on an unstructured covariance, not on {covariance}. "
            "Use method='approximate_bayesian' or leave covariance out."
        )
    if per_sample < 2:
        raise SpecificationError(
            f"imputations_per_sample is {per_sample}; at least 2 tell the variance within samples."
        )


def _number(n_imputations: int | None, method: str) -> int:
    number = DEFAULT_NUMBER[method] if n_imputations is None else n_imputations
    if not isinstance(number, (int, np.integer)) or number < 2:
        raise SpecificationError(
            f"n_imputations is {number}; it is a whole number, and uncertainty needs at least 2 "
            "data sets."
        )
    return int(number)


def _streams(rng: np.random.Generator | int | None, method: str) -> Streams | None:
    if rng is None:
        if method != "conditional_mean":
            raise SpecificationError(
                f"method={method!r} draws random numbers. Give rng=, for example "
                "numpy.random.default_rng(seed)."
            )
        return None
    try:
        return Streams.of(np.random.default_rng(rng))
    except (TypeError, ValueError) as error:
        raise SpecificationError(
            f"rng={rng!r} gives no random numbers. Give numpy.random.default_rng(seed) or a seed, "
            "a whole number of 0 or more."
        ) from error


def _require_reference(events: Events, reference: Hashable | None) -> None:
    needing = [one.name for one in events.strategies if one.needs_reference]
    if needing and reference is None:
        raise SpecificationError(
            f"{', '.join(needing)} takes its distribution from a reference arm, and none is named. "
            "Give reference=."
        )


def _strata(grid: Grid, strata: Sequence[str]) -> NDArray[np.intp]:
    """Arms, and whatever columns the caller adds."""
    require_columns(grid.frame, dict.fromkeys(strata, "strata="))
    require_values(grid.frame, list(strata))
    for name in strata:
        constant_within_subject(grid.frame, name, grid.roles.subject)
    each = grid.frame.iloc[:: len(grid.visits)]
    keys = each[[grid.roles.arm, *strata]].astype(object)
    return pd.factorize(pd.MultiIndex.from_frame(keys))[0].astype(np.intp)
