"""Records of visits: visits by their ids, days in their windows, one record each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outcomes.errors import DataError, SchemaError, UnknownVisitError
from outcomes.trial.frames import declared_visit, known_subject, one_record, present, sound
from outcomes.trial.io.columns import Records
from outcomes.trial.problems import Problems, at_lines, first_of, rows
from outcomes.trial.study import Design, Study

SET_ASIDE = ("file", "subject", "visit", "day", "first_day", "last_day")


def read_visits(
    study: Study, records: Records, subjects: pd.Series[str], problems: Problems
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read records of known subjects at declared visits, inside their windows.

    Parameters
    ----------
    study : Study
    records : Records
        With columns subject, visit and, where visits have windows, day.
    subjects : Series
        Ids of the subjects file.
    problems : Problems

    Returns
    -------
    kept : DataFrame
        The records; visit an ordered Categorical of visit ids, day Int64 (missing where not
        recorded). The index is the line in the file.
    set_aside : DataFrame
        Records outside their window, with columns `SET_ASIDE`.
    """
    codes = {visit.code or visit.id: visit.id for visit in study.design.visits}
    rules = [
        present("subject"),
        present("visit"),
        known_subject(subjects, study.data.subjects.file),
        declared_visit(list(codes)),
    ]
    frame = sound(records.frame, rules, records.name, problems)
    order = [visit.id for visit in study.design.visits]
    visit = pd.Categorical(frame["visit"].map(codes), categories=order, ordered=True)
    frame = frame.assign(visit=visit, day=whole_days(frame, records.name, problems))
    outside = _outside_window(frame, study.design, records.name, problems)
    set_aside = _set_aside(frame[outside], study.design, records.name)
    if study.data.outside_window == "refuse" and not set_aside.empty:
        problems.add(DataError, _refusal(set_aside, records.name))
    kept = sound(frame[~outside], [one_record("subject", "visit")], records.name, problems)
    return kept, set_aside


def check_visits_appear(study: Study, frames: list[pd.DataFrame], problems: Problems) -> None:
    """Refuse a declared visit at which nothing was recorded in any file.

    The baseline may be missing where every measure has its baseline in a column.
    """
    seen = {str(visit) for frame in frames for visit in frame["visit"].unique()}
    in_columns = not study.instruments and all(m.baseline_column for m in study.measures)
    absent = [
        repr(visit.id)
        for visit in study.design.visits
        if visit.id not in seen and not (visit.baseline and in_columns)
    ]
    if absent and frames:
        problems.add(
            UnknownVisitError,
            f"{len(absent)} declared visit(s) have no record in any file: {first_of(absent)}. "
            "Remove the visit from the design, or give its value in the data as code.",
        )


def whole_days(frame: pd.DataFrame, file: str, problems: Problems) -> pd.Series[int]:
    """Read days as whole numbers; all missing where the file has no column day."""
    if "day" not in frame.columns:
        return pd.Series(pd.NA, index=frame.index, dtype="Int64")
    day = frame["day"].astype(float)
    fraction = day.notna() & (day != np.floor(day))
    if fraction.any():
        found = [f"{day[line]:g} on line {line}" for line in day.index[fraction]]
        problems.add(
            SchemaError,
            f"{file}: {rows(len(found))} where day is not a whole number ({first_of(found)}). "
            "Days are counted from randomisation.",
        )
    return day.mask(fraction).astype("Int64")


def _windows(design: Design) -> dict[str, tuple[int, int]]:
    return {visit.id: visit.window for visit in design.visits if visit.window is not None}


def _outside_window(
    frame: pd.DataFrame, design: Design, file: str, problems: Problems
) -> pd.Series[bool]:
    """Mark records whose day lies outside their visit's window."""
    windows = _windows(design)
    windowed = frame["visit"].isin(list(windows))
    undated = windowed & frame["day"].isna()
    if undated.any():
        visits = first_of(frame.loc[undated, "visit"].unique())
        problems.add(
            SchemaError,
            f"{file}: {rows(int(undated.sum()))} without a day at visits with a window ({visits}; "
            f"{at_lines(frame.index[undated])}). Record the day, map its column to day "
            "under columns, or leave the window out of the design.",
        )
    first = (
        frame["visit"].astype(object).map({visit: window[0] for visit, window in windows.items()})
    )
    last = (
        frame["visit"].astype(object).map({visit: window[1] for visit, window in windows.items()})
    )
    day = frame["day"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    outside = (day < first.to_numpy(dtype=float)) | (day > last.to_numpy(dtype=float))
    return pd.Series(outside, index=frame.index)


def _set_aside(outside: pd.DataFrame, design: Design, file: str) -> pd.DataFrame:
    """List the records with the window they missed."""
    windows = _windows(design)
    visit = outside["visit"].astype(object)
    listed = outside[["subject", "visit", "day"]].assign(
        file=file,
        first_day=visit.map(lambda each: windows[each][0]).astype("Int64"),
        last_day=visit.map(lambda each: windows[each][1]).astype("Int64"),
    )
    return listed[list(SET_ASIDE)]


def _refusal(set_aside: pd.DataFrame, file: str) -> str:
    found = [
        f"subject {row.subject} at {row.visit} on day {row.day}, allowed {row.first_day} to "
        f"{row.last_day}, line {row.Index}"
        for row in set_aside.itertuples()
    ]
    return (
        f"{file}: {rows(len(found))} outside the window of their visit ({first_of(found)}). "
        "Correct the days, or declare outside_window: set_aside to keep such records out of the "
        "scores."
    )
