"""Medication records of an analysis population: those of opioids, and those of rescue."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from outcomes.analyses.adverse_events import AdverseEvents
from outcomes.analyses.setting import Compared
from outcomes.endpoints.intercurrent import matching
from outcomes.errors import SchemaError, SpecificationError
from outcomes.trial.problems import first_of
from outcomes.trial.trial import Trial


def opioid_records(trial: Trial, who: Compared, where: Mapping[str, str]) -> pd.DataFrame:
    """Choose the records of opioids, of the population.

    Parameters
    ----------
    trial : Trial
    who : Compared
        The population.
    where : mapping of str to str
        Columns and the values that mark a record of an opioid; none means every record.

    Raises
    ------
    SchemaError
        The records have no such column.
    SpecificationError
        The study file declares no medication file, or no record is marked so.
    """
    records = _medication(trial)
    found = _marked(records, where, "opioids")
    if found.empty:
        raise SpecificationError(
            f"None of {len(records)} medication records is of an opioid: {_wanted(where)}. "
            f"{_held(records, where)}Correct opioids in the analysis, or leave the analysis out "
            "where nobody was to be given an opioid."
        )
    return found[found["subject"].isin(who.subjects["subject"])]


def rescue_records(
    trial: Trial, patients: pd.DataFrame, where: Mapping[str, str]
) -> tuple[AdverseEvents, str]:
    """Choose the records of rescue medication during follow-up.

    Parameters
    ----------
    trial : Trial
    patients : DataFrame
        subject, arm, last_day: everybody in the population.
    where : mapping of str to str
        As for `opioid_records`.

    Returns
    -------
    records : AdverseEvents
        A record counts from day 0 to last_day. A quantity of 0 is none taken and no record.
    unmarked : str
        Why no record of the whole file is marked so, empty where one is.

    Raises
    ------
    SchemaError
        The records have no such column, or a record of rescue has no day.
    SpecificationError
        The study file declares no medication file.
    """
    records = _medication(trial)
    found = _marked(records, where, "rescue")
    unmarked = "" if len(found) else f"{_wanted(where)}. {_held(records, where)}".strip()
    if len(found) and "day" not in found.columns:
        raise SchemaError(
            "The medication records have no day, by which rescue is counted. Map it under "
            "data.medication.columns."
        )
    found = found.reindex(columns=[*dict.fromkeys(["subject", "day", *found.columns])])
    if "quantity" in found.columns:
        found = found[found["quantity"] != 0]
    mine = found[["subject", "day"]].merge(patients, on="subject", how="inner")
    undated = mine.loc[mine["day"].isna(), "subject"]
    if len(undated):
        raise SchemaError(
            f"{len(undated)} of {len(mine)} records of rescue medication have no day (first "
            f"subjects {first_of(dict.fromkeys(undated))}), so it is not known whether they belong "
            "to follow-up. Record it."
        )
    mine = mine.assign(day=mine["day"].astype(float))
    early, late = mine["day"] < 0, mine["day"] > mine["last_day"]
    kept = mine[~early & ~late].drop(columns="last_day").reset_index(drop=True)
    counted = AdverseEvents(
        patients=patients, events=kept, before=int(early.sum()), after=int(late.sum())
    )
    return counted, unmarked


def _medication(trial: Trial) -> pd.DataFrame:
    if trial.study.data.medication is None:
        raise SpecificationError(
            "The study file declares no medication file, so the use of medication cannot be "
            "analysed. Name it under data.medication."
        )
    return trial.medication


def _marked(records: pd.DataFrame, where: Mapping[str, str], key: str) -> pd.DataFrame:
    absent = [column for column in where if column not in records.columns]
    if absent and len(records):
        raise SchemaError(
            f"The medication records have no column {', '.join(absent)}, which {key} names; they "
            f"have {', '.join(map(str, records.columns))}."
        )
    return records[matching(records, where)] if len(records) else records


def _wanted(where: Mapping[str, str]) -> str:
    marked = " and ".join(f"{column} {value!r}" for column, value in where.items())
    return f"no record has {marked}" if marked else "the file has no rows"


def _held(records: pd.DataFrame, where: Mapping[str, str]) -> str:
    """Say what the columns hold instead."""
    if records.empty:
        return ""
    held = [
        f"{column} holds {first_of(dict.fromkeys(map(str, records[column].dropna())))}"
        for column in where
    ]
    return f"In the file {', '.join(held)}. "
