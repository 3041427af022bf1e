"""Ready-made measures as scores: read, held to their range, with their baseline."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outcomes.errors import DataError, ResponseError, SchemaError, SpecificationError
from outcomes.trial.io.columns import Records, as_numbers
from outcomes.trial.io.scores import numeric_codes, typed
from outcomes.trial.problems import Problems, first_of, rows
from outcomes.trial.study import Measure, Study

MEASURE_SCALE = "value"


def read_measures(
    study: Study, records: Records, kept: pd.DataFrame, problems: Problems
) -> list[pd.DataFrame]:
    """Read every ready-made measure as scores.

    Parameters
    ----------
    study : Study
    records : Records
        The measures file; its missing codes must lie outside the range of each measure.
    kept : DataFrame
        Its records inside their windows, one per subject and visit.
    problems : Problems
        Grows by columns that are absent, values that are not numbers or out of range, and
        baselines that differ within a subject.

    Returns
    -------
    list of DataFrame
        One per measure, with columns `COLUMNS`: status is ``"scored"`` or ``"missing"``, the
        numbers of items are missing, because there are none.
    """
    ordered = kept.sort_values(["subject", "visit"])
    found = []
    for measure in study.measures:
        _check_codes(measure, records, problems)
        columns = [measure.column, measure.baseline_column or measure.column]
        absent = [column for column in columns if column not in ordered.columns]
        if absent:
            text = f"measure {measure.name} is in column {absent[0]!r}, which the file lacks"
            has = ", ".join(map(str, records.raw.columns))
            problems.add(SchemaError, f"{records.name}: {text}. It has {has}.")
            continue
        found.append(_measured(study, measure, ordered, records.name, problems))
    return found


def _measured(
    study: Study, measure: Measure, kept: pd.DataFrame, file: str, problems: Problems
) -> pd.DataFrame:
    values = kept[["subject", "visit", "day"]].assign(
        score=_in_range(measure, measure.column, kept, file, problems)
    )
    if measure.baseline_column is not None:
        baseline = _baseline(study, measure, values, kept, file, problems)
        values = pd.concat([baseline, values[values["visit"] != study.design.baseline.id]])
        values = values.sort_values(["subject", "visit"])
    observed = values["score"].notna()
    return typed(
        values.assign(
            instrument=measure.name,
            version=None,
            scale=MEASURE_SCALE,
            n_answered=np.nan,
            n_items=np.nan,
            status=np.where(observed, "scored", "missing"),
            reason=pd.Series("not_recorded", index=observed.index).mask(observed, None),
            rule="ready-made",
        )
    )


def _in_range(
    measure: Measure, column: str, kept: pd.DataFrame, file: str, problems: Problems
) -> pd.Series[float]:
    """Values of a column as numbers, refused outside the measure's range."""
    values = kept[column]
    if not pd.api.types.is_numeric_dtype(values.dtype):
        values = as_numbers(values, file, problems, ResponseError)
    low, high = measure.range or (-np.inf, np.inf)
    wrong = values.notna() & ~values.between(low, high)
    if wrong.any():
        found = [
            f"{values[line]:g} of subject {kept.loc[line, 'subject']} at "
            f"{kept.loc[line, 'visit']}, line {line}"
            for line in values.index[wrong]
        ]
        problems.add(
            ResponseError,
            f"{file}: {rows(len(found))} where {measure.name} (column {column}) is not between "
            f"{low:g} and {high:g} ({first_of(found)}). Correct the data, or list codes that mean "
            "'not recorded' under missing_codes.",
        )
    return values.astype(float)


def _baseline(
    study: Study,
    measure: Measure,
    values: pd.DataFrame,
    kept: pd.DataFrame,
    file: str,
    problems: Problems,
) -> pd.DataFrame:
    """One baseline row per subject from the column that repeats it on each of their rows."""
    column, visit = str(measure.baseline_column), study.design.baseline.id
    own = (values["visit"] == visit) & values["score"].notna()
    if own.any():
        problems.add(
            DataError,
            f"{file}: {measure.name} has {rows(int(own.sum()))} at visit {visit} and its baseline "
            f"in column {column}. Declare one of them: leave out baseline_column, or the rows.",
        )
    frame = kept[["subject"]].assign(score=_in_range(measure, column, kept, file, problems))
    distinct = frame.drop_duplicates()
    twice = distinct.loc[distinct["subject"].duplicated(), "subject"].unique()
    if len(twice):
        problems.add(
            DataError,
            f"{file}: {len(twice)} subjects have several values of {column}, the baseline of "
            f"{measure.name} (subjects {first_of(twice)}). It must be the same on each row.",
        )
    baseline = distinct.drop_duplicates("subject")
    at = pd.Categorical(
        [visit] * len(baseline), categories=values["visit"].cat.categories, ordered=True
    )
    return baseline.assign(visit=at, day=pd.array([pd.NA] * len(baseline), dtype="Int64"))


def _check_codes(measure: Measure, records: Records, problems: Problems) -> None:
    """Refuse a missing code that could be a value."""
    if measure.range is None:
        return
    low, high = measure.range
    inside = [code for code in numeric_codes(records.declared) if low <= code <= high]
    if inside:
        problems.add(
            SpecificationError,
            f"{records.name}: the missing code {inside[0]:g} is also a possible value of "
            f"{measure.name} ({low:g} to {high:g}). Recode the data, and declare the new code.",
        )
