"""Scores of a trial: their columns, and instruments scored from their items."""

from __future__ import annotations

import pandas as pd

from outcomes.errors import OutcomesError, ResponseError
from outcomes.instruments import find, score
from outcomes.instruments.columns import locate
from outcomes.trial.io.columns import Records, as_numbers
from outcomes.trial.io.csv import numbers
from outcomes.trial.problems import Problems
from outcomes.trial.study import DataFile, Study

COLUMNS = (
    "subject",
    "visit",
    "day",
    "instrument",
    "version",
    "scale",
    "score",
    "n_answered",
    "n_items",
    "status",
    "reason",
    "rule",
)


def score_instruments(
    study: Study, records: Records, kept: pd.DataFrame, problems: Problems
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Score every declared instrument.

    Parameters
    ----------
    study : Study
    records : Records
        The responses file; its cells tell a missing code from an answer.
    kept : DataFrame
        Its records inside their windows, one per subject and visit.
    problems : Problems
        Grows by item columns that are absent and answers that are not allowed.

    Returns
    -------
    responses : DataFrame
        `kept` sorted, with item columns as numbers, NaN where unanswered.
    scores : list of DataFrame
        One per instrument, with columns `COLUMNS`.
    """
    responses = kept.sort_values(["subject", "visit"])
    # Numeric codes stay in what `score` is given, because it refuses a code that is an answer.
    coded = responses.copy()
    scores = []
    for key in study.instruments:
        try:
            located = locate(responses, find(key), ["subject", "visit"], None)
            for column in located.values():
                _read_answers(column, responses, coded, records, problems)
            scores.append(_scored(key, coded, numeric_codes(records.declared)))
        except OutcomesError as error:
            problems.add(type(error), f"{records.name}: {error}")
    return responses, scores


def _read_answers(
    column: str, responses: pd.DataFrame, coded: pd.DataFrame, records: Records, problems: Problems
) -> None:
    """Turn one item column into numbers, with and without its missing codes."""
    if pd.api.types.is_numeric_dtype(responses[column].dtype):
        return
    responses[column] = as_numbers(responses[column], records.name, problems, ResponseError)
    coded[column] = numbers(records.raw.loc[coded.index, column])[0]


def numeric_codes(file: DataFile) -> list[float]:
    """List the missing codes of a file that are numbers, and so could be taken for values."""
    values, wrong = numbers(pd.Series(list(file.missing_codes), dtype=object))
    return [float(value) for value in values[~wrong]]


def _scored(key: str, responses: pd.DataFrame, codes: list[float]) -> pd.DataFrame:
    scored = score(responses, key, id_columns=("subject", "visit"), missing_codes=codes)
    days = responses[["subject", "visit", "day"]]
    return typed(scored.merge(days, on=["subject", "visit"], how="left", validate="many_to_one"))


def empty_scores() -> pd.DataFrame:
    """Scores of a trial that collects nothing."""
    return typed(pd.DataFrame({column: [] for column in COLUMNS}))


def typed(scores: pd.DataFrame) -> pd.DataFrame:
    """Columns in order and of one type each, so that parts join without guessing."""
    texts = ("subject", "instrument", "version", "scale", "status", "reason", "rule")
    types = dict.fromkeys(texts, "object") | dict.fromkeys(
        ("day", "n_answered", "n_items"), "Int64"
    )
    return scores[list(COLUMNS)].astype(types | {"score": "float64"}).reset_index(drop=True)
