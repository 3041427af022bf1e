"""Analyses of completed data sets that take a frame: a mixed model, or the user's function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import DataError, SchemaError
from outcomes.models.imputation_design import quoted, term_list
from outcomes.models.imputations import Imputations
from outcomes.models.mmrm import fit_mmrm
from outcomes.stats.imputation.chunks import Crew
from outcomes.stats.imputation.model import joined
from outcomes.stats.imputation.replicated import Replicated

Array = NDArray[np.float64]
Analysis = Callable[[pd.DataFrame], pd.DataFrame]
NUMBERS = ("estimate", "std_error", "df")


def mmrm_analysis(imputations: Imputations, covariates: Sequence[str]) -> Analysis:
    """Analyse a completed frame by an unstructured mixed model with ``arm * visit``."""
    roles = imputations.grid.roles
    terms = [
        f"{quoted(roles.arm)} * {quoted(roles.visit)}",
        *term_list(covariates, imputations.grid.frame),
    ]
    formula = f"{quoted(roles.outcome)} ~ {' + '.join(terms)}"

    def analysis(frame: pd.DataFrame) -> pd.DataFrame:
        fit = fit_mmrm(formula, frame, visit=roles.visit, subject=roles.subject)
        found = fit.contrasts(roles.arm, by=roles.visit, reference=imputations.reference)
        named = found.rename(columns={roles.visit: "visit"})
        arms = pd.Series([arm for arm in imputations.arms[1:] for _ in imputations.visits])
        return named.assign(quantity="difference", arm=arms)[["visit", "quantity", "arm", *NUMBERS]]

    return analysis


def analysed_frames(
    imputations: Imputations, analysis: Analysis, resampling: str, shift: Array, crew: Crew
) -> tuple[pd.DataFrame, Replicated]:
    """Rows' labels, and the estimates of every data set.

    Raises
    ------
    SchemaError, DataError
        If the analysis returns something that cannot be pooled.
    """
    outcome = imputations.grid.roles.outcome

    def run(frame: pd.DataFrame, shifts: Array) -> pd.DataFrame:
        moved = frame[outcome].to_numpy(dtype=float) + shifts.ravel()
        return analysis(frame.assign(**{outcome: moved}))

    if imputations.method == "conditional_mean":
        return _resampled(imputations, run, resampling, shift, crew)
    frames = _data_sets(imputations, shift)
    if imputations.samples is not None and imputations.method == "bootstrap_ml":
        repeats = imputations.imputations_per_sample
        labels, values = _collected(frames, run, crew, imputations.n_data_sets, ("estimate",))
        estimate = values["estimate"].reshape(-1, repeats, len(labels))
        return labels, Replicated(rule="bootstrap_imputed", estimate=estimate)
    labels, values = _collected(frames, run, crew, imputations.n_data_sets, NUMBERS)
    return labels, Replicated(
        rule="rubin",
        estimate=values["estimate"],
        std_error=values["std_error"],
        df=values["df"].min(axis=0),
    )


def _data_sets(imputations: Imputations, shift: Array) -> Iterator[tuple[pd.DataFrame, Array]]:
    n = imputations.grid.shape[0]
    for number in range(imputations.n_data_sets):
        chosen = np.arange(n)
        if imputations.method == "bootstrap_ml" and imputations.samples is not None:
            sample = number // imputations.imputations_per_sample
            chosen = np.repeat(chosen, imputations.samples.counts[sample])
        yield imputations.completed(number), shift[chosen]


def _resampled(
    imputations: Imputations,
    run: Callable[[pd.DataFrame, Array], pd.DataFrame],
    resampling: str,
    shift: Array,
    crew: Crew,
) -> tuple[pd.DataFrame, Replicated]:
    imputer, n = imputations.imputer, imputations.grid.shape[0]
    if resampling == "jackknife":
        chosen = [np.delete(np.arange(n), i) for i in range(n)]
        parameters = joined(crew.pieces(imputer.leave_out, n, imputer.piece))
    else:
        samples = imputer.all_bootstraps(imputations.n_imputations, crew)
        chosen = [np.repeat(np.arange(n), counts) for counts in samples.counts]
        parameters = samples.parameters
    frames = (
        (imputations.resampled(some, parameters[b : b + 1]), shift[some])
        for b, some in enumerate(chosen)
    )
    whole = iter([(imputations.completed(), shift)])
    labels, point = _collected(whole, run, Crew(), 1, ("estimate",))
    found, values = _collected(frames, run, crew, len(chosen), ("estimate",))
    _require_same(labels, found)
    rule = "jackknife" if resampling == "jackknife" else "bootstrap"
    return labels, Replicated(
        rule=rule,  # type: ignore[arg-type]
        estimate=values["estimate"],
        point=point["estimate"][0],
    )


def _collected(
    frames: Iterator[tuple[pd.DataFrame, Array]],
    run: Callable[[pd.DataFrame, Array], pd.DataFrame],
    crew: Crew,
    n: int,
    needed: tuple[str, ...],
) -> tuple[pd.DataFrame, dict[str, Array]]:
    """Labels of the rows, and (data sets, rows) of each number."""
    labels: pd.DataFrame | None = None
    values: dict[str, list[Array]] = {name: [] for name in needed}
    for done, (frame, shifts) in enumerate(frames, start=1):
        found = run(frame, shifts).reset_index(drop=True)
        absent = [name for name in needed if name not in found.columns]
        if absent:
            raise SchemaError(
                f"The analysis returned no column {', '.join(map(repr, absent))}. Columns needed "
                f"here: {', '.join(needed)}."
            )
        own = found.drop(columns=[name for name in NUMBERS if name in found.columns])
        labels = own if labels is None else labels
        _require_same(labels, own)
        for name in needed:
            values[name].append(found[name].to_numpy(dtype=float))
        if crew.progress is not None:
            crew.progress(done, n)
    arrays = {name: np.stack(parts) for name, parts in values.items()}
    missing = [name for name, numbers in arrays.items() if np.isnan(numbers).any()]
    if labels is None or missing:
        raise DataError(f"The analysis returned missing values of {', '.join(missing)}.")
    return labels, arrays


def _require_same(labels: pd.DataFrame, found: pd.DataFrame) -> None:
    if not (len(labels) == len(found) and labels.astype(str).equals(found.astype(str))):
        raise DataError(
            "The analysis returned other rows for one data set than for the first. Return the same "
            "rows, in the same order, with the same labels every time."
        )
