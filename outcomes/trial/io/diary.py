"""Entries of a diary: of known subjects, on whole days, within the range of the rating."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from outcomes.errors import ResponseError, SchemaError, SpecificationError
from outcomes.trial.frames import Rule, known_subject, present, sound
from outcomes.trial.io.columns import Records
from outcomes.trial.io.scores import numeric_codes
from outcomes.trial.io.visits import whole_days
from outcomes.trial.problems import Problems
from outcomes.trial.study import Diary, Study

COLUMNS = ("subject", "day", "value")


def read_diary(study: Study, records: Mapping[str, Records], problems: Problems) -> pd.DataFrame:
    """Read the entries of the declared diary, sorted; none where none is declared.

    Parameters
    ----------
    study : Study
    records : mapping
        Files by role.
    problems : Problems
        Grows by entries of unknown subjects, without a whole day, with a rating out of range, and
        by missing codes that could be ratings.
    """
    if study.diary is None or "diary" not in records:
        return pd.DataFrame(columns=list(COLUMNS))
    found, diary = records["diary"], study.diary
    _check_codes(diary, found, problems)
    if diary.latest_delay is not None and "recorded" not in found.frame.columns:
        problems.add(
            SchemaError,
            f"{found.name}: diary.latest_delay needs a column recorded with the time of each entry "
            "in days. Map its column under columns, or leave latest_delay out.",
        )
    rules = [
        present("subject"),
        present("day"),
        known_subject(records["subjects"].frame["subject"], records["subjects"].name),
        _in_range(diary),
    ]
    frame = sound(found.frame, rules, found.name, problems)
    frame = frame.assign(day=whole_days(frame, found.name, problems))
    kept = [name for name in (*COLUMNS, "recorded") if name in frame.columns]
    return frame[kept].sort_values(kept, ignore_index=True)


def _in_range(diary: Diary) -> Rule:
    """Ratings are those the scale has."""
    low, high = diary.range
    return Rule(
        name="value is in range",
        broken=lambda frame: frame["value"].notna() & ~frame["value"].between(low, high),
        shown=("value",),
        error=ResponseError,
        text=f"with a rating that is not between {low:g} and {high:g}",
        remedy="Correct the data, or list codes that mean 'no answer' under missing_codes.",
    )


def _check_codes(diary: Diary, records: Records, problems: Problems) -> None:
    """Refuse a missing code that could be a rating."""
    low, high = diary.range
    inside = [code for code in numeric_codes(records.declared) if low <= code <= high]
    if inside:
        problems.add(
            SpecificationError,
            f"{records.name}: the missing code {inside[0]:g} is also a possible rating "
            f"({low:g} to {high:g}). Recode the data, and declare the new code.",
        )
