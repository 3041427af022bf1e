"""Mixed model for repeated measures: from a formula and a frame to named results."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from outcomes.errors import (
    DataError,
    DuplicateRecordError,
    NotEstimableError,
    SpecificationError,
    UnsupportedCombinationError,
)
from outcomes.models.design import (
    Design,
    analysed_rows,
    build_design,
    parse_formula,
    require_columns,
)
from outcomes.models.reference_grid import Cells, Weights, covariate_means, mean_cells, pair_rows
from outcomes.models.visits import visit_codes, visit_order
from outcomes.stats.mmrm import (
    Attempt,
    Estimates,
    RepeatedMeasuresFit,
    Rows,
    fit_rows,
    linear_functions,
    structure_named,
)

Array = NDArray[np.float64]
DF_METHODS = ("kenward_roger_linear",)


@dataclass(frozen=True, kw_only=True, slots=True)
class MmrmFit:
    """A converged repeated-measures fit.

    Parameters
    ----------
    formula, visit, subject : str
        As asked for.
    covariance_planned, covariance_used : str
        First rung of the ladder, and the rung that converged.
    reml : bool
    df_method : str
    conf_level : float
        Level of every interval unless a call says otherwise.
    visits : tuple
        Visits with an observed outcome, in order.
    n_subjects, n_observations : int
        What the fit rests on.
    n_missing_outcome, n_missing_covariates : int
        Rows of the data set aside because outcome or covariates were missing.
    notes : tuple of str
        What a reader should know: fallbacks, aliased columns, visits without data.
    """

    formula: str
    visit: str
    subject: str
    covariance_planned: str
    covariance_used: str
    reml: bool
    df_method: str
    conf_level: float
    visits: tuple[Hashable, ...]
    n_subjects: int
    n_observations: int
    n_missing_outcome: int
    n_missing_covariates: int
    notes: tuple[str, ...]
    design: Design
    rows: Rows
    fit: RepeatedMeasuresFit

    @property
    def minus_two_log_likelihood(self) -> float:
        """Minus two log restricted likelihood, or log likelihood where ``reml`` is False."""
        return self.fit.minus_two_log_likelihood

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every covariance structure tried, in order; the last one converged."""
        return self.fit.attempts

    @property
    def n_parameters(self) -> int:
        """Parameters AIC and BIC count: of the covariance, and under ML the coefficients too."""
        mean = 0 if self.reml else int(self.design.kept.sum())
        return self.fit.n_covariance_parameters + mean

    @property
    def aic(self) -> float:
        """Akaike's criterion, smaller is better."""
        return self.minus_two_log_likelihood + 2.0 * self.n_parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion with the number of subjects, as SAS and R's mmrm use it."""
        return self.minus_two_log_likelihood + float(np.log(self.n_subjects)) * self.n_parameters

    @property
    def covariance(self) -> pd.DataFrame:
        """Covariance of the visits, in squared outcome units."""
        names = pd.Index(self.visits, name=self.visit)
        return pd.DataFrame(self.fit.covariance, index=names, columns=names)

    @property
    def coefficients(self) -> pd.DataFrame:
        """One row per column of the design; NaN where the column is aliased."""
        design = self.design
        estimates = linear_functions(self.fit.inference, np.eye(int(design.kept.sum())))
        table = tidy(estimates, conf_level=self.conf_level)
        table.index = pd.Index(np.array(design.columns, dtype=object)[design.kept], name="term")
        return table.reindex(pd.Index(design.columns, name="term"))

    @property
    def coefficient_covariance(self) -> pd.DataFrame:
        """Covariance of the estimated coefficients, from which standard errors come."""
        names = np.array(self.design.columns, dtype=object)[self.design.kept]
        return pd.DataFrame(self.fit.inference.reported, index=names, columns=names)

    def ls_means(
        self,
        factor: str,
        by: str | Sequence[str] | None = None,
        *,
        at: Mapping[str, float] | None = None,
        weights: Weights = "equal",
        covariate_mean: Literal["rows", "subject"] = "rows",
        conf_level: float | None = None,
    ) -> pd.DataFrame:
        """Least-squares means of `factor`, within each level of `by`.

        Parameters
        ----------
        factor : str
            A variable of the formula; a numeric one is taken at each value it has.
        by : str, sequence of str or None
            Variables at whose levels the means are given.
        at : mapping, optional
            Values at which numeric covariates are held instead of their means.
        weights : {"equal", "proportional"}
            How the remaining factors are averaged over.
        covariate_mean : {"rows", "subject"}
            Mean of numeric covariates over analysed rows, as R's emmeans takes it, or with one row
            per subject.
        conf_level : float, optional

        Returns
        -------
        DataFrame
            Columns `factor`, those of `by`, estimate, std_error, df, conf_low, conf_high. NaN
            where the mean is not estimable, for example in a cell without data.

        Raises
        ------
        SpecificationError
            If a variable is not in the formula.
        NotEstimableError
            If no mean is estimable.
        """
        cells = self._cells(factor, by, at, weights, covariate_mean)
        table = self._estimated(cells, conf_level)
        return table.drop(columns=["statistic", "p_value"])

    def contrasts(
        self,
        factor: str,
        by: str | Sequence[str] | None = None,
        *,
        reference: Hashable | None = None,
        at: Mapping[str, float] | None = None,
        weights: Weights = "equal",
        covariate_mean: Literal["rows", "subject"] = "rows",
        conf_level: float | None = None,
    ) -> pd.DataFrame:
        """Differences of least-squares means, each level of `factor` minus `reference`.

        Without a reference, every later level minus every earlier one. Other parameters are those
        of `ls_means`.

        Returns
        -------
        DataFrame
            Columns contrast, those of `by`, estimate, std_error, df, statistic, p_value, conf_low,
            conf_high.

        Raises
        ------
        SpecificationError
            If a variable is not in the formula or `reference` is no level of `factor`.
        NotEstimableError
            If no contrast is estimable.
        """
        cells = self._cells(factor, by, at, weights, covariate_mean)
        pairs, names = pair_rows(cells, factor, reference)
        active, base = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        labels = cells.labels.iloc[active].drop(columns=factor).reset_index(drop=True)
        labels.insert(0, "contrast", names)
        return self._estimated(Cells(labels=labels, L=cells.L[active] - cells.L[base]), conf_level)

    def table(self) -> pd.DataFrame:
        """Give the coefficients as a tidy frame."""
        return self.coefficients.reset_index()

    def summary(self) -> str:
        """Say in plain text what was fitted."""
        method = "REML" if self.reml else "ML"
        tried = "\n".join(
            f"  {attempt.covariance}: {attempt.reason} ({attempt.iterations} iterations)"
            for attempt in self.attempts
        )
        return (
            f"{self.formula}\n"
            f"{self.covariance_used} covariance over {len(self.visits)} visits of {self.visit}, "
            f"{method}, {self.df_method}\n"
            f"{self.n_observations} observations of {self.n_subjects} subjects; rows without "
            f"outcome {self.n_missing_outcome}, without covariates {self.n_missing_covariates}\n"
            f"-2 log likelihood {self.minus_two_log_likelihood:.4f}, AIC {self.aic:.4f}, "
            f"BIC {self.bic:.4f}\n{tried}\n"
            + "".join(f"{note}\n" for note in self.notes)
            + f"{self.coefficients.to_string()}"
        )

    def _cells(
        self,
        factor: str,
        by: str | Sequence[str] | None,
        at: Mapping[str, float] | None,
        weights: Weights,
        covariate_mean: Literal["rows", "subject"],
    ) -> Cells:
        others = (by,) if isinstance(by, str) else tuple(by or ())
        first = None
        if covariate_mean == "subject":
            first = ~pd.Series(self.rows.subject).duplicated().to_numpy()
        return mean_cells(
            self.design,
            (factor, *others),
            covariates=covariate_means(self.design, first),
            at=at or {},
            weights=weights,
        )

    def _estimated(self, cells: Cells, conf_level: float | None) -> pd.DataFrame:
        estimable = self.design.estimable(cells.L)
        if not estimable.any():
            raise NotEstimableError(
                f"None of the {len(cells.L)} cells is estimable: the data hold no rows that "
                "inform them. Use fewer terms or another margin."
            )
        level = self.conf_level if conf_level is None else conf_level
        estimates = linear_functions(self.fit.inference, cells.L[estimable][:, self.design.kept])
        numbers = tidy(estimates, conf_level=checked_level(level))
        numbers.index = pd.Index(np.flatnonzero(estimable))
        return pd.concat([cells.labels, numbers.reindex(cells.labels.index)], axis=1)


def fit_mmrm(
    formula: str,
    data: pd.DataFrame,
    *,
    visit: str,
    subject: str,
    covariance: str | Sequence[str] = "unstructured",
    reml: bool = True,
    df_method: str | None = None,
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
        Covariance of a subject's visits. Several names are a ladder declared in advance: the first
        that converges is used, and every attempt is kept in the result.
    reml : bool
        Restricted maximum likelihood, or maximum likelihood.
    df_method : str, optional
        Default ``"kenward_roger_linear"`` with REML.
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
    ladder = (covariance,) if isinstance(covariance, str) else tuple(covariance)
    method = _df_method(df_method, reml=reml)
    checked_level(conf_level)
    parsed = parse_formula(formula)
    structures = tuple(structure_named(name) for name in ladder)
    asked = dict.fromkeys(sorted(parsed.required_variables), "in the formula")
    require_columns(data, {visit: "visit=", subject: "subject=", **asked})
    _require_one_record(data, subject, visit)
    analysed = analysed_rows(data, parsed, missing=missing_covariates)
    order = visit_order(analysed.frame[visit], visit)
    codes = visit_codes(analysed.frame[visit], order, visit)
    observed = np.unique(codes)
    design = build_design(analysed.frame, parsed, formula, visit=visit)
    rows = Rows(
        X=design.X[:, design.kept],
        y=design.y,
        subject=pd.factorize(analysed.frame[subject])[0].astype(np.intp),
        visit=np.searchsorted(observed, codes),
        visits=tuple(str(order[code]) for code in observed),
    )
    fitted = fit_rows(rows, structures, reml=reml, adjusted=method == "kenward_roger_linear")
    used = fitted.attempts[-1].covariance
    return MmrmFit(
        formula=formula,
        visit=visit,
        subject=subject,
        covariance_planned=ladder[0],
        covariance_used=used,
        reml=reml,
        df_method=method,
        conf_level=conf_level,
        visits=tuple(order[code] for code in observed),
        n_subjects=rows.n_subjects,
        n_observations=len(rows.y),
        n_missing_outcome=analysed.n_missing_outcome,
        n_missing_covariates=analysed.n_missing_covariates,
        notes=_notes(design, ladder, used, [v for i, v in enumerate(order) if i not in observed]),
        design=design,
        rows=rows,
        fit=fitted,
    )


def tidy(estimates: Estimates, *, conf_level: float) -> pd.DataFrame:
    """Estimates with t tests and intervals, one row each."""
    statistic = estimates.estimate / estimates.std_error
    half = stats.t.ppf(0.5 + conf_level / 2, estimates.df) * estimates.std_error
    return pd.DataFrame(
        {
            "estimate": estimates.estimate,
            "std_error": estimates.std_error,
            "df": estimates.df,
            "statistic": statistic,
            "p_value": 2.0 * stats.t.sf(np.abs(statistic), estimates.df),
            "conf_low": estimates.estimate - half,
            "conf_high": estimates.estimate + half,
        }
    )


def checked_level(conf_level: float) -> float:
    """Return a confidence level between 0 and 1.

    Raises
    ------
    SpecificationError
        If it is not.
    """
    if not 0 < conf_level < 1:
        raise SpecificationError(f"conf_level is {conf_level}; it must lie between 0 and 1.")
    return conf_level


def _df_method(df_method: str | None, *, reml: bool) -> str:
    if not reml:
        raise UnsupportedCombinationError(
            "reml=False has no Kenward-Roger degrees of freedom. Allowed here: reml=True."
        )
    method = df_method or "kenward_roger_linear"
    if method not in DF_METHODS:
        raise UnsupportedCombinationError(
            f"df_method {method!r} is not available. Allowed: {', '.join(DF_METHODS)}."
        )
    return method


def _require_one_record(data: pd.DataFrame, subject: str, visit: str) -> None:
    unnamed = data[subject].isna()
    if unnamed.any():
        rows = ", ".join(map(str, data.index[unnamed][:3]))
        raise DataError(
            f"{subject}: {unnamed.sum()} of {len(data)} rows have no subject (first rows {rows}). "
            "Name the subject or leave these rows out."
        )
    repeated = data.duplicated([subject, visit])
    if repeated.any():
        first = data.loc[repeated, [subject, visit]].head(3).itertuples(index=False, name=None)
        told = "; ".join(f"{s} at {v}" for s, v in first)
        raise DuplicateRecordError(
            f"{repeated.sum()} rows repeat a subject and visit ({told}). A subject has at most one "
            "row per visit: keep the one the protocol names."
        )


def _notes(
    design: Design, ladder: tuple[str, ...], used: str, unseen: list[Hashable]
) -> tuple[str, ...]:
    notes = []
    if used != ladder[0]:
        notes.append(
            f"The planned {ladder[0]} covariance did not converge; the result relies on the "
            f"simpler {used} covariance."
        )
    if design.aliased:
        notes.append(
            f"Combinations of other columns, without coefficient: {', '.join(design.aliased)}."
        )
    if unseen:
        notes.append(f"Visits without any outcome: {', '.join(map(str, unseen))}.")
    return tuple(notes)
