"""Analysis of completed data sets, and one estimate made of all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import SpecificationError, UnsupportedCombinationError
from outcomes.models.imputation_deltas import shift_of
from outcomes.models.imputation_design import full_design, quoted, term_list
from outcomes.models.imputation_frames import Analysis, analysed_frames, mmrm_analysis
from outcomes.models.imputations import Imputations
from outcomes.models.threads import one_thread
from outcomes.models.tidy import checked_level
from outcomes.stats.imputation import Pooled
from outcomes.stats.imputation.ancova import comparison
from outcomes.stats.imputation.chunks import Crew, Progress
from outcomes.stats.imputation.compared import Question
from outcomes.stats.imputation.replicated import (
    AnswerSet,
    imputed_sample_answers,
    resampled_answers,
    rubin_answers,
)

Array = NDArray[np.float64]
Resampling = Literal["jackknife", "bootstrap", "rubin"]
Interval = Literal["normal", "percentile"]
FITTING = {
    "conditional_mean": ("jackknife", "bootstrap"),
    "bayesian": ("rubin",),
    "approximate_bayesian": ("rubin",),
    "bootstrap_ml": ("bootstrap",),
}


class PooledEstimates(pd.DataFrame):
    """Pooled estimates, one row each; a frame that also knows `table`."""

    @property
    def _constructor(self) -> Callable[..., pd.DataFrame]:
        return pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Return the same rows as a plain frame."""
        return pd.DataFrame(self)


def analyse_imputations(
    imputations: Imputations,
    *,
    outcome: str | None = None,
    covariates: Sequence[str] = (),
    resampling: Resampling | None = None,
    analysis: Literal["ancova", "mmrm"] | Analysis = "ancova",
    delta: pd.DataFrame | None = None,
    interval: Interval = "normal",
    conf_level: float = 0.95,
    workers: int = 1,
    progress: Progress | None = None,
) -> PooledEstimates:
    """Analyse every completed data set and pool.

    Parameters
    ----------
    imputations : Imputations
    outcome : str, optional
        The imputed outcome; named where the call should say it.
    covariates : sequence of str
        Terms of the analysis besides the arm, for example the baseline.
    resampling : {"jackknife", "bootstrap", "rubin"}, optional
        Jackknife (the default) or bootstrap for conditional means, Rubin's rules for the Bayesian
        methods, the rules of von Hippel and Bartlett ("bootstrap") for ``bootstrap_ml``.
    analysis : {"ancova", "mmrm"} or function
        Analysis of covariance at each visit; a mixed model for repeated measures with
        ``arm * visit`` and the covariates; or a function of a completed frame that returns a frame
        with a column estimate, for Rubin's rules also std_error and df, and others that say what
        each row is.
    delta : DataFrame, optional
        subject, visit and delta, added to the outcome before the analysis: see `delta_template`.
    interval : {"normal", "percentile"}
        For the bootstrap of conditional means: from the standard error or from quantiles.
    conf_level : float
    workers : int
        Threads. The result does not depend on it.
    progress : function of (pieces done, all pieces), optional

    Returns
    -------
    PooledEstimates
        A frame: visit, quantity, arm, estimate, std_error, df, conf_low, conf_high, p_value,
        monte_carlo_error. ``quantity`` is ``difference`` (arm minus reference) or ``mean``
        (adjusted to the covariates of all subjects, as `lsmeans` of R's rbmi). Infinite df: normal
        distribution. ``attrs`` holds method, resampling, number of data sets and notes.

    Raises
    ------
    SpecificationError, UnsupportedCombinationError
        If an option is not known, or does not go with the method.
    SchemaError, DataError
        If a covariate or `delta` does not fit the data.
    NotEstimableError, NotConvergedError
        If the analysis or a refit is not possible.

    References
    ----------
    Barnard J, Rubin DB. Biometrika 1999;86:948-55. Wolbers M, Noci A, et al. Pharmaceutical
    Statistics 2022;21:1246-57. von Hippel PT, Bartlett JW. Statistical Science 2021;36:400-20.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from outcomes.models.imputation import impute_reference_based
    >>> rng = np.random.default_rng(1)
    >>> data = pd.DataFrame({
    ...     "subject": np.repeat(np.arange(60), 2),
    ...     "visit": np.tile([4, 12], 60),
    ...     "arm": np.repeat(["yoga", "usual"], 60),
    ...     "pain": 5 + np.repeat(rng.normal(size=60), 2) + rng.normal(size=120),
    ... })
    >>> data.loc[[7, 11], "pain"] = np.nan
    >>> imputed = impute_reference_based(
    ...     data, outcome="pain", visit="visit", subject="subject", arm="arm", reference="usual",
    ...     covariates=["arm:visit"])
    >>> found = analyse_imputations(imputed, resampling="jackknife")
    >>> found.table()[["visit", "quantity", "arm"]].head(3)
       visit    quantity    arm
    0      4  difference   yoga
    1      4        mean  usual
    2      4        mean   yoga
    """
    chosen = chosen_resampling(imputations, outcome, resampling, interval)
    checked_level(conf_level)
    crew = Crew(workers=workers, progress=progress)
    shift = shift_of(imputations.grid, delta)
    if analysis == "ancova":
        labels = quantity_labels(imputations)
        with one_thread():
            asked = question(imputations, covariates, shift)
            answers = answer_set(imputations, asked, chosen, crew)
            replicated = answers.at(np.ones(len(shift)))
    else:
        rule = mmrm_analysis(imputations, covariates) if analysis == "mmrm" else analysis
        if not callable(rule):
            raise SpecificationError(
                f"analysis={analysis!r} is not known. Allowed: ancova, mmrm, or a function of a "
                "completed frame."
            )
        labels, replicated = analysed_frames(imputations, rule, chosen, shift.sum(axis=0), crew)
    pooled = replicated.pooled(percentile=interval == "percentile", conf_level=conf_level)
    return pooled_table(imputations, labels, pooled, chosen, conf_level)


def chosen_resampling(
    imputations: Imputations, outcome: str | None, resampling: str | None, interval: str
) -> Resampling:
    """Check options against the imputation and each other; the method's own rule by default."""
    roles = imputations.grid.roles
    if outcome is not None and outcome != roles.outcome:
        raise SpecificationError(
            f"outcome={outcome!r} was not imputed; {roles.outcome!r} was. For an outcome made of "
            "it give analysis= a function of the completed frame."
        )
    if imputations.reference is None:
        raise SpecificationError(
            "The arms cannot be compared: the imputation names no reference arm. Give reference= "
            "to impute_reference_based."
        )
    allowed = FITTING[imputations.method]
    chosen = allowed[0] if resampling is None else resampling
    if chosen not in get_args(Resampling):
        raise SpecificationError(
            f"resampling={chosen!r} is not known. Allowed: {', '.join(get_args(Resampling))}."
        )
    if chosen not in allowed:
        raise UnsupportedCombinationError(
            f"resampling={chosen!r} does not go with method={imputations.method!r}, which takes "
            f"{' or '.join(allowed)}."
        )
    if interval not in get_args(Interval):
        raise SpecificationError(
            f"interval={interval!r} is not known. Allowed: {', '.join(get_args(Interval))}."
        )
    if interval == "percentile" and (chosen, imputations.method) != (
        "bootstrap",
        "conditional_mean",
    ):
        raise UnsupportedCombinationError(
            "interval='percentile' goes with the bootstrap of conditional means only."
        )
    if chosen == "bootstrap" and imputations.imputer.streams is None:
        raise SpecificationError(
            "The bootstrap draws random numbers. Give rng= to impute_reference_based."
        )
    return chosen  # type: ignore[return-value]


def quantity_labels(imputations: Imputations) -> pd.DataFrame:
    """visit, quantity and arm of each estimate of the analysis of covariance."""
    arms = imputations.arms
    kinds = [("difference", arm) for arm in arms[1:]] + [("mean", arm) for arm in arms]
    return pd.DataFrame(
        [(visit, quantity, arm) for visit in imputations.visits for quantity, arm in kinds],
        columns=["visit", "quantity", "arm"],
    )


def question(imputations: Imputations, covariates: Sequence[str], shifts: Array) -> Question:
    """Comparison of arms at every visit, with shifts (d - 1, n, m) that may be added."""
    grid, arms = imputations.grid, imputations.arms
    n, m = grid.shape
    terms = [quoted(grid.roles.arm), *term_list(covariates, grid.frame)]
    identity = np.eye(len(arms))
    contrasts = np.concatenate([identity[1:] - identity[0], identity])
    design = full_design(grid.frame, grid.roles, terms, what="analysis")
    X = design.X.reshape(n, m, -1)
    by_arm = np.stack([design.rows_for(grid.in_arm(arm)).reshape(n, m, -1) for arm in arms])
    visits = {j: comparison(X[:, j], by_arm[:, :, j], contrasts) for j in range(m)}
    return Question(visits=visits, shifts=shifts)


def answer_set(
    imputations: Imputations, asked: Question, resampling: Resampling, crew: Crew
) -> AnswerSet:
    """Answers of all data sets."""
    imputer = imputations.imputer
    if imputations.parameters is not None:
        return rubin_answers(imputer, asked, imputations.parameters, crew)
    if imputations.samples is not None:
        repeats = imputations.imputations_per_sample
        return imputed_sample_answers(imputer, asked, imputations.samples, repeats, crew)
    n_samples = imputations.n_imputations if resampling == "bootstrap" else None
    return resampled_answers(imputer, asked, n_samples=n_samples, crew=crew)


def pooled_table(
    imputations: Imputations,
    labels: pd.DataFrame,
    pooled: Pooled,
    resampling: Resampling,
    conf_level: float,
) -> PooledEstimates:
    """Rows with estimates, standard errors, intervals and p values."""
    low, high = pooled.interval(conf_level)
    numbers = {
        "estimate": pooled.estimate,
        "std_error": pooled.std_error,
        "df": pooled.df,
        "conf_low": low,
        "conf_high": high,
        "p_value": pooled.p_value,
        "monte_carlo_error": pooled.monte_carlo_error,
    }
    columns = {name: np.ravel(values) for name, values in numbers.items()}
    found = PooledEstimates(labels.assign(**columns))
    found.attrs = {
        "method": imputations.method,
        "resampling": resampling,
        "n_data_sets": imputations.n_data_sets,
        "conf_level": conf_level,
        "notes": imputations.notes,
    }
    return found
