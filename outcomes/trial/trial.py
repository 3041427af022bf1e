"""A trial: what was declared and the tidy frames that hold its data."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from outcomes.trial.study import Design, Study


@dataclass(frozen=True, kw_only=True, slots=True)
class InputFile:
    """A file that was read: its name, content hash and number of data rows."""

    role: str
    name: str
    sha256: str
    rows: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Trial:
    """A declared design with its data, validated once at the door.

    Parameters
    ----------
    study : Study
        The study file.
    subjects : DataFrame
        One row per subject: subject (text), arm (ordered Categorical of arm ids), and every
        other column of the subjects file under its own (or mapped) name: numbers where the study
        file says so, true or false for population flags, else text. NaN where not recorded.
    responses : DataFrame
        subject, visit, day and item columns, one row per subject and visit; empty without items.
        `visit` is an ordered Categorical of visit ids here and in scores; `day` is the day
        recorded (Int64), missing where the data have none.
    scores : DataFrame
        subject, visit, day, instrument, version, scale, score, n_answered, n_items, status,
        reason, rule. Measures have their name as instrument, ``"value"`` as
        scale and no numbers of items; weeks of a diary that of the diary, dated by their last day,
        with days for items. Rows whose score is missing are kept.
    medication, events, adherence : DataFrame
        As in their files, with canonical column names; empty where not declared.
    set_aside : DataFrame
        Records outside their visit window: file, subject, visit, day, first_day, last_day.
    diary : DataFrame
        subject, day (Int64), value and, where the file has it, recorded: entries of a diary,
        allowed but not yet chosen from; empty where none is declared.
    sources : tuple of InputFile
        Every file the trial was read from, the study file first.
    """

    study: Study
    subjects: pd.DataFrame
    responses: pd.DataFrame
    scores: pd.DataFrame
    medication: pd.DataFrame
    events: pd.DataFrame
    adherence: pd.DataFrame
    set_aside: pd.DataFrame
    diary: pd.DataFrame = field(default_factory=pd.DataFrame)
    sources: tuple[InputFile, ...] = ()

    @property
    def visit_scores(self) -> pd.DataFrame:
        """Scores taken at visits: all but those of the weeks of a diary."""
        diary = self.study.diary
        return (
            self.scores if diary is None else self.scores[self.scores["instrument"] != diary.name]
        )

    @property
    def design(self) -> Design:
        """Arms, visits, populations, randomisation factors and clusters."""
        return self.study.design
