"""The subjects of a trial: one row each, whatever file they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

import pandas as pd

from outcomes.errors import DataError, SchemaError
from outcomes.instruments import find
from outcomes.instruments.columns import locate, suggestion
from outcomes.trial.frames import RESERVED, declared_arm, one_record, present, sound
from outcomes.trial.io.columns import Records
from outcomes.trial.problems import Problems, first_of, rows
from outcomes.trial.study import Design, Study

FLAGS = dict.fromkeys(("yes", "y", "true", "1"), True) | dict.fromkeys(
    ("no", "n", "false", "0"), False
)


def read_subjects(study: Study, records: Mapping[str, Records], problems: Problems) -> pd.DataFrame:
    """Read one row per subject with a declared arm, sorted by subject.

    Parameters
    ----------
    study : Study
    records : mapping of role to Records
    problems : Problems
        Grows by arms that are not declared or not in the data, subjects without id, values that
        differ within a subject, columns the study file names but the file lacks, flags that are
        not yes or no.

    Returns
    -------
    DataFrame
        subject (text), arm (ordered Categorical of arm ids in declared order), then the other
        columns; population flags as bool.
    """
    file, shared = records["subjects"].name, _shared_columns(study, records)
    frame = records["subjects"].frame
    frame = frame.drop(columns=[column for column in shared if column in frame.columns])
    _check_columns(study, frame, file, problems)
    codes = {arm.code or arm.id: arm.id for arm in study.design.arms}
    rules = [present("subject"), present("arm"), declared_arm(list(codes))]
    _check_arms_appear(frame, codes, file, problems)
    frame = sound(frame, rules, file, problems)
    frame = _one_row_each(frame, file, problems, long=bool(shared))
    frame = frame.sort_values("subject").reset_index(drop=True)
    order = [arm.id for arm in study.design.arms]
    frame["arm"] = pd.Categorical(frame["arm"].map(codes), categories=order, ordered=True)
    first = ["subject", "arm"]
    return frame[[*first, *(column for column in frame.columns if column not in first)]]


def _check_arms_appear(
    frame: pd.DataFrame, codes: Mapping[str, str], file: str, problems: Problems
) -> None:
    absent = [repr(code) for code in codes if not (frame["arm"] == code).any()]
    if absent:
        found = first_of(repr(arm) for arm in sorted(frame["arm"].dropna().unique()))
        problems.add(
            DataError,
            f"{file}: no subject has the declared arm {first_of(absent)}; the data have {found}. "
            "Remove the arm from the design, or give its value in the data as code.",
        )


def _one_row_each(
    frame: pd.DataFrame, file: str, problems: Problems, *, long: bool
) -> pd.DataFrame:
    """Reduce rows that repeat a subject, which only a file with other roles may have."""
    if not long:
        return sound(frame, [one_record("subject")], file, problems)
    distinct = frame.drop_duplicates()
    differing = distinct[distinct["subject"].duplicated(keep=False)]
    if not differing.empty:
        values = differing.groupby("subject").nunique(dropna=False)
        columns = [column for column in values.columns if (values[column] > 1).any()]
        examples = first_of(_differences(differing, columns))
        problems.add(
            DataError,
            f"{file}: {len(values)} subjects have rows that differ in what should be the same on "
            f"each ({examples}). Correct the data; columns that belong to visits are declared "
            "as measures, or listed under ignore.",
        )
    return distinct.drop_duplicates("subject")


def _differences(differing: pd.DataFrame, columns: list[str]) -> Iterator[str]:
    for subject, group in differing.groupby("subject"):
        for column in columns:
            if len(group[column].unique()) > 1:
                values = " and ".join(str(value) for value in group[column].unique()[:2])
                yield f"subject {subject}: {column} is {values}"


def _shared_columns(study: Study, records: Mapping[str, Records]) -> set[str]:
    """Columns, by the subjects' names, that another role reads from the same file."""
    subjects = study.data.subjects
    ours = {column: name for name, column in subjects.columns.items()}
    return {
        ours.get(column, column)
        for role, each in records.items()
        if role != "subjects" and each.name == subjects.file
        for column in _columns_of_visits(study, each)
        if column not in (subjects.columns.get(key, key) for key in ("subject", "arm"))
    }


def _columns_of_visits(study: Study, records: Records) -> Iterator[str]:
    """Columns of a file, by their names there, that hold what was recorded at visits."""
    names = ["visit", "day"]
    if records.role == "measures":
        names += [measure.column for measure in study.measures]
        names += [measure.baseline_column for measure in study.measures if measure.baseline_column]
    if records.role == "responses":
        for key in study.instruments:
            # Columns that are absent are complained about where the answers are read.
            with suppress(SchemaError):
                names += locate(records.frame, find(key), ["subject", "visit"], None).values()
    yield from (records.declared.columns.get(name, name) for name in names)


def _check_columns(study: Study, frame: pd.DataFrame, file: str, problems: Problems) -> None:
    """Refuse names the file lacks or must not have, and turn flags into true and false."""
    columns = [str(column) for column in frame.columns]
    taken = [column for column in columns if column in RESERVED]
    if taken:
        problems.add(
            SchemaError,
            f"{file}: {first_of(taken)} cannot be a column of subjects; results make columns of "
            "these names. Map it to another name under columns, or list it under ignore.",
        )
    for what, column in _named_columns(study):
        if column not in columns:
            problems.add(
                SchemaError,
                f"{file}: {what} is {column!r}, but subjects have no such column"
                f"{suggestion(column, columns)}. They have {', '.join(columns)}.",
            )
    for flag in _flags(study.design):
        if flag in columns:
            frame[flag] = _yes_or_no(frame[flag], file, problems)


def _flags(design: Design) -> dict[str, str]:
    """Flag columns and the populations they define."""
    return {each.flag: each.id for each in design.populations if each.flag is not None}


def _named_columns(study: Study) -> Iterator[tuple[str, str]]:
    design = study.design
    for factor in design.randomisation_factors:
        yield "a randomisation factor", factor
    if design.clusters is not None:
        yield "the column of clusters", design.clusters.column
    if design.withdrawal is not None:
        yield "the reason of withdrawal", design.withdrawal.reason
        if design.withdrawal.day is not None:
            yield "the day of withdrawal", design.withdrawal.day
    for flag, population in _flags(design).items():
        yield f"the flag of population {population}", flag
    for analysis in study.analyses:
        for column in getattr(analysis, "covariates", ()):
            yield f"a covariate of analysis {analysis.id}", column
        for column in getattr(analysis, "variables", ()):
            yield f"a variable of analysis {analysis.id}", column


def _yes_or_no(column: pd.Series[str], file: str, problems: Problems) -> pd.Series[bool]:
    read = column.astype(str).str.strip().str.lower().map(FLAGS)
    wrong = read.isna()
    if wrong.any():
        found = [f"{column[line]!r} on line {line}" for line in column.index[wrong]]
        problems.add(
            SchemaError,
            f"{file}: {rows(len(found))} where the population flag {column.name} is not yes or no "
            f"({first_of(found)}). Allowed are {', '.join(FLAGS)}.",
        )
    return read.eq(True)
