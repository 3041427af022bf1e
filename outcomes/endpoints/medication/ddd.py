"""Defined daily doses: a unit of statistics for how much of a drug was used."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

import pandas as pd

from outcomes.endpoints.medication.calendar import (
    Overlap,
    Window,
    by_day,
    carried_over,
    inside,
    windows,
)
from outcomes.endpoints.medication.records import read_use
from outcomes.errors import UnsupportedCombinationError
from outcomes.instruments.facts import Source

DDD_SOURCE = Source(
    citation="WHO Collaborating Centre for Drug Statistics Methodology. ATC/DDD index",
    locator="copies of 2021-12-03, 2024-07-31, 2025-06-14 and 2026-04-25; one origin",
)


def ddd_per_day(
    records: pd.DataFrame, *, window: Window, overlap: Overlap = "carry_over"
) -> pd.DataFrame:
    """Count defined daily doses (DDD) a day of each drug over a window.

    Parameters
    ----------
    records : DataFrame
        As for `mme_per_day`, doses in g, mg or mcg and days as numbers; patches are not covered.
    window : (first, last) or DataFrame
        Days that count, both included, for every subject of the records; or subject, first_day,
        last_day.
    overlap : {"carry_over", "add"}
        As for `mme_per_day`.

    Returns
    -------
    DataFrame
        subject, drug, atc, total_ddd, days (of the window; of a diary the days with an entry of
        the drug), ddd (a day; missing where a dose is unknown), overlap, source. One row for each
        subject and drug in the records, 0 where none of it fell into the window, and none for a
        subject outside a `window` given as frame.

    Raises
    ------
    DataError
        A drug or route has no DDD: combinations and cyclobenzaprine, for example, have none.
    UnsupportedCombinationError
        Of a diary, a drug without any entry in the window.

    Notes
    -----
    A DDD is neither a recommended nor an equianalgesic dose: one of oral oxycodone (75 mg) is
    112.5 MME, one of oral morphine (100 mg) is 100 MME. The values come from one origin
    (single source). Gabapentin and pregabalin changed their ATC codes; the recent ones are used.

    Examples
    --------
    >>> records = pd.DataFrame(
    ...     {
    ...         "subject": ["1"], "drug": ["ibuprofen"], "route": ["oral"], "dose": [600.0],
    ...         "unit": ["mg"], "start": [0], "end": [6], "quantity_per_day": [3],
    ...     }
    ... )
    >>> ddd_per_day(records, window=(0, 6))[["drug", "ddd"]]
            drug  ddd
    0  ibuprofen  1.5
    """
    table = _ddd()
    use = read_use(records, dict.fromkeys(table, "mg"), "DDD in the WHO index")
    daily = by_day(carried_over(use.spans, overlap))
    keys = list(zip(daily["drug"], daily["route"], strict=True))
    daily["ddd"] = daily["amount"] / [table[key][1] for key in keys]
    seen = windows(window, list(dict.fromkeys(daily["subject"])))
    made = daily[["subject", "drug"]].drop_duplicates().merge(seen, on="subject")
    within = inside(daily, seen)
    made = made.merge(_totals(within), on=["subject", "drug"], how="left")
    _fill(made, diary=use.diary)
    made["ddd"] = made["total_ddd"] / made["days"]
    codes = {drug: atc for (drug, _), (atc, _) in table.items()}
    made.insert(2, "atc", made["drug"].map(codes))
    wanted = ["subject", "drug", "atc", "total_ddd", "days", "ddd"]
    return made[wanted].assign(overlap=overlap, source=str(DDD_SOURCE))


def _totals(within: pd.DataFrame) -> pd.DataFrame:
    """Sum for each subject and drug, missing where a dose is, and count its days."""
    by = [within["subject"], within["drug"]]
    total = within["ddd"].groupby(by, observed=True).sum()
    unknown = within["ddd"].isna().groupby(by, observed=True).any()
    entries = within.groupby(["subject", "drug"], observed=True)["day"].nunique()
    return pd.DataFrame({"total_ddd": total.mask(unknown), "entries": entries}).reset_index()


def _fill(made: pd.DataFrame, *, diary: bool) -> None:
    """Count what was not supplied as zero; refuse to do so for a diary."""
    empty = made["entries"].isna()
    if diary and empty.any():
        raise UnsupportedCombinationError(
            f"{empty.sum()} subjects have no diary entry of a drug in the window; what they took "
            "is unknown. Leave them out of the window, or record zeros."
        )
    made.loc[empty, "total_ddd"] = 0.0
    if diary:
        made["days"] = made["entries"].astype(int)


@cache
def _ddd() -> dict[tuple[str, str], tuple[str, float]]:
    """ATC code and milligrams of one DDD, by drug and route."""
    path = files("outcomes.endpoints.medication") / "tables" / "ddd.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {
        (row["drug"], route): (row["atc"], float(row["ddd_mg"]))
        for row in rows
        for route in row["routes"].split()
    }
