"""What the frames of a trial must satisfy: contracts, checked with pandera.

A contract is a list of rules. Pandera runs them all and says which are broken; the rows a broken
rule concerns are then named by their line in the file, which is the index of the frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

from outcomes.errors import DataError, DuplicateRecordError, SchemaError, UnknownVisitError
from outcomes.trial.problems import Problems, at_lines, first_of, rows

RESERVED = ("visit", "day", "baseline", "value", "change", "percent_change")
"""Names that results make for themselves; a column of subjects cannot have them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One thing every row must satisfy, and what to tell where it does not.

    `broken` marks the rows that break it; `shown` are the columns whose values a message names.
    """

    name: str
    broken: Callable[[pd.DataFrame], pd.Series[bool]]
    shown: tuple[str, ...]
    error: type[DataError]
    text: str
    remedy: str

    def describe(self, frame: pd.DataFrame, file: str) -> str:
        """Say which rows break the rule: how many, the first values and lines, what to do."""
        wrong = frame[self.broken(frame)]
        shown = wrong[list(self.shown)].drop_duplicates().itertuples(index=False)
        values = first_of([" at ".join(str(value) for value in row) for row in shown])
        named = f"{values}; " if wrong[list(self.shown)].notna().any(axis=None) else ""
        found = f"{named}{at_lines(wrong.index)}"
        return f"{file}: {rows(len(wrong))} {self.text} ({found}). {self.remedy}"


def contract(name: str, rules: Sequence[Rule]) -> pa.DataFrameSchema:
    """Pandera's form of a list of rules; each check has the name of its rule as error."""
    checks = [
        pa.Check(lambda frame, rule=rule: not rule.broken(frame).any(), error=rule.name)
        for rule in rules
    ]
    columns = dict.fromkeys(column for rule in rules for column in rule.shown)
    needed = {column: pa.Column(required=True, nullable=True) for column in columns}
    return pa.DataFrameSchema(needed, checks=checks, name=name)


def sound(
    frame: pd.DataFrame, rules: Sequence[Rule], file: str, problems: Problems
) -> pd.DataFrame:
    """Rows that break no rule; every broken rule becomes a problem.

    Parameters
    ----------
    frame : DataFrame
        Records of one file; the index is their line there.
    rules : sequence of Rule
    file : str
        What messages call the file.
    problems : Problems
        Grows by one for each broken rule.
    """
    try:
        contract(file, rules).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as failure:
        names = set(failure.failure_cases["check"])
    else:
        return frame
    keep = pd.Series(True, index=frame.index)
    for rule in rules:
        if rule.name in names:
            problems.add(rule.error, rule.describe(frame, file))
            keep &= ~rule.broken(frame)
    return frame[keep]


def present(column: str) -> Rule:
    """Every row has a value of this column."""
    return Rule(
        name=f"{column} is recorded",
        broken=lambda frame: frame[column].isna(),
        shown=(column,),
        error=SchemaError,
        text=f"without {column}",
        remedy=f"Every record needs one; an empty cell or a missing code is no {column}.",
    )


def declared_arm(codes: Sequence[str]) -> Rule:
    """Arms are those of the design, by their code in the data."""
    return Rule(
        name="arm is declared",
        broken=lambda frame: frame["arm"].notna() & ~frame["arm"].isin(list(codes)),
        shown=("arm",),
        error=DataError,
        text="with an arm the study file does not declare",
        remedy=f"Declared in the data are {', '.join(codes)}. "
        "Declare the arm, or give its value in the data as code.",
    )


def declared_visit(codes: Sequence[str]) -> Rule:
    """Visits are those of the design, by their code in the data."""
    return Rule(
        name="visit is declared",
        broken=lambda frame: frame["visit"].notna() & ~frame["visit"].isin(list(codes)),
        shown=("visit",),
        error=UnknownVisitError,
        text="at a visit the study file does not declare",
        remedy=f"Declared in the data are {', '.join(codes)}. "
        "Declare the visit, give its value in the data as code, or remove the records.",
    )


def known_subject(subjects: pd.Series[str], file: str) -> Rule:
    """Subjects are among those of the subjects file."""
    known = set(subjects)
    return Rule(
        name="subject is known",
        broken=lambda frame: frame["subject"].notna() & ~frame["subject"].isin(known),
        shown=("subject",),
        error=DataError,
        text=f"of subjects that {file} does not have",
        remedy="Ids are compared as text, so that 7 and 007 are two subjects. Correct the ids.",
    )


def one_record(*columns: str) -> Rule:
    """No two rows share all of these columns."""
    what = " and ".join(columns)
    return Rule(
        name=f"one record for each {what}",
        broken=lambda frame: (
            frame.duplicated(list(columns), keep=False) & frame[list(columns)].notna().all(axis=1)
        ),
        shown=columns,
        error=DuplicateRecordError,
        text=f"that share {what} with another row",
        remedy="One record each is allowed. Keep the one that counts.",
    )
