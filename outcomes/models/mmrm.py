"""Mixed model for repeated measures: from a formula and a frame to named results."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from typing import Literal

import pandas as pd
from numpy.typing import ArrayLike

from outcomes.errors import OutcomesWarning
from outcomes.models.design import Design, analysed_rows, build_design, named_columns, parse_formula
from outcomes.models.mmrm_fit import MmrmFit
from outcomes.models.mmrm_rows import ladder_structures, one_per_row, repeated_rows, row_places
from outcomes.models.records import require_columns, require_one_record, require_values
from outcomes.models.threads import one_thread
from outcomes.models.tidy import checked_level
from outcomes.models.visits import visit_order
from outcomes.stats.mmrm import check_combination, fit_rows, infer

__all__ = ["MmrmFit", "fit_mmrm"]

_WEIGHTS = "(weights)"
_BOUNDARY = (
    "The likelihood is largest at a singular covariance, because too few subjects were seen at the "
    "same visits. Standard errors and degrees of freedom take its rank as known; prefer a simpler "
    "covariance declared in advance."
)


def fit_mmrm(
    formula: str,
    data: pd.DataFrame,
    *,
    visit: str,
    subject: str,
    covariance: str | Sequence[str] = "unstructured",
    reml: bool = True,
    df_method: str | None = None,
    group: str | None = None,
    weights: str | ArrayLike | None = None,
    robust: str | None = None,
    coordinates: Sequence[str] | None = None,
    conf_level: float = 0.95,
    missing_covariates: Literal["refuse", "drop"] = "refuse",
) -> MmrmFit:
    """Fit a marginal linear model for repeated measures.

    Parameters
    ----------
    formula : str
        ``outcome ~ terms``; text and categorical columns become factors with their first level as
        reference.
    data : DataFrame
        One row per subject and visit. Rows without outcome are set aside and counted.
    visit : str
        Column of visits: an ordered categorical or numbers; text only where its alphabetical order
        is its natural order.
    subject : str
        Column of subjects.
    covariance : str or sequence of str
        Covariance of a subject's visits: unstructured, toeplitz, heterogeneous_toeplitz, ar1,
        heterogeneous_ar1, compound_symmetry, heterogeneous_compound_symmetry, antedependence,
        heterogeneous_antedependence or spatial_exponential. Several names are a ladder declared in
        advance: the first that converges is used, and every attempt is kept in the result. Only the
        last name may end at a singular covariance, which warns and is the first of `notes`.
    reml : bool
        Restricted maximum likelihood, or maximum likelihood.
    df_method : str, optional
        kenward_roger_linear (the default), kenward_roger, satterthwaite, between_within or
        residual. Kenward-Roger needs REML and no sandwich; there another must be named.
    group : str, optional
        Column, constant within subjects, whose values have covariances of their own.
    weights : str or array, optional
        Column, or one value per row of `data`, of positive weights that divide the residual
        covariance; they are no frequencies.
    robust : {"CR0", "CR2", "CR3"}, optional
        Sandwich covariance of the coefficients.
    coordinates : sequence of str, optional
        Columns of days or places for ``spatial_exponential``, in which correlation falls with the
        Euclidean distance; without them a numeric visit is its own coordinate.
    conf_level : float
        Level of the intervals.
    missing_covariates : {"refuse", "drop"}
        What to do with rows that have an outcome and lack a covariate. R drops them silently.

    Returns
    -------
    MmrmFit

    Raises
    ------
    SchemaError, DataError, DuplicateRecordError
        If columns are missing or the rows contradict the model.
    SpecificationError, UnsupportedCombinationError
        If the formula, the visit order or an option cannot be used.
    NotConvergedError, NotEstimableError
        If no covariance structure of the ladder can be fitted.

    References
    ----------
    Mallinckrodt CH, Lane PW, Schnell D, Peng Y, Mancuso JP. Drug Information Journal
    2008;42:303-19. Kenward MG, Roger JH. Biometrics 1997;53:983-97.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> subject = np.repeat(np.arange(40), 3)
    >>> data = pd.DataFrame({
    ...     "subject": subject,
    ...     "visit": np.tile(["V1", "V2", "V3"], 40),
    ...     "arm": np.where(subject % 2, "active", "control"),
    ...     "pain": 5 + rng.normal(size=40)[subject] + rng.normal(size=120),
    ... })
    >>> fit = fit_mmrm("pain ~ arm * visit", data, visit="visit", subject="subject")
    >>> fit.n_subjects, fit.n_observations
    (40, 120)
    >>> list(fit.contrasts("arm", by="visit", reference="control")["contrast"].unique())
    ['active - control']
    """
    if weights is not None and not isinstance(weights, str):
        data, weights = data.assign(**{_WEIGHTS: one_per_row(weights, len(data))}), _WEIGHTS
    ladder = (covariance,) if isinstance(covariance, str) else tuple(covariance)
    structures = ladder_structures(ladder, coordinates)
    method = check_combination(df_method, robust, reml=reml)
    checked_level(conf_level)
    parsed = parse_formula(formula)
    places = tuple(coordinates or ())
    asked = dict.fromkeys(named_columns(parsed), "in the formula")
    named = {group: "group=", weights: "weights=", visit: "visit=", subject: "subject="}
    named |= dict.fromkeys(places, "coordinates=")
    require_columns(data, asked | {name: option for name, option in named.items() if name})
    require_values(data, [subject, visit])
    require_one_record(data, subject, visit)
    analysed = analysed_rows(data, parsed, missing=missing_covariates)
    design = build_design(analysed.frame, parsed, formula, visit=visit)
    order = visit_order(analysed.frame[visit], visit)
    rows, groups, observed = repeated_rows(
        analysed.frame,
        design,
        order,
        visit,
        subject,
        group,
        weights,
        row_places(structures, places, analysed.frame, visit),
    )
    with one_thread():
        fitted = fit_rows(rows, structures, reml=reml, boundary=True)
        inference = infer(rows, fitted.problem, fitted.optimum, df_method=method, robust=robust)
    used = fitted.attempts[-1].covariance
    if fitted.at_boundary:
        warnings.warn(_BOUNDARY, OutcomesWarning, stacklevel=2)
    return MmrmFit(
        formula=formula,
        visit=visit,
        subject=subject,
        covariance_planned=ladder[0],
        covariance_used=used,
        reml=reml,
        df_method=method,
        robust=robust,
        group=group,
        weights=weights,
        coordinates=places,
        conf_level=conf_level,
        visits=tuple(order[code] for code in observed),
        groups=groups,
        n_subjects=rows.n_subjects,
        n_observations=len(rows.y),
        n_missing_outcome=analysed.n_missing_outcome,
        n_missing_covariates=analysed.n_missing_covariates,
        notes=(
            *((_BOUNDARY,) if fitted.at_boundary else ()),
            *_notes(design, ladder, used, [v for i, v in enumerate(order) if i not in observed]),
        ),
        design=design,
        rows=rows,
        fit=fitted,
        inference=inference,
    )


def _notes(
    design: Design, ladder: tuple[str, ...], used: str, unseen: list[Hashable]
) -> tuple[str, ...]:
    notes = []
    if used != ladder[0]:
        notes.append(
            f"The planned {ladder[0]} covariance could not be fitted; the result relies on the "
            f"simpler {used} covariance."
        )
    if design.aliased:
        notes.append(
            f"Combinations of other columns, without coefficient: {', '.join(design.aliased)}."
        )
    if unseen:
        notes.append(f"Visits without any outcome: {', '.join(map(str, unseen))}.")
    return tuple(notes)
