"""Medication records: what was taken or dispensed, read as an amount a day over a span of days.

Three forms, told apart by their columns:

diary       ``day`` alone: what was taken on that day. A day without a row is unknown.
regimen     ``start`` and ``end``, both included: use on stated days.
dispensing  ``day`` (or ``start``) and ``days_supply``, or a patch with its number: a supply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from outcomes.endpoints.columns import require_subjects
from outcomes.endpoints.medication.patches import patch_days
from outcomes.endpoints.medication.plausible import warn_of_counts, warn_of_patches
from outcomes.endpoints.medication.units import PATCH, in_unit, is_daily, refuse_units
from outcomes.errors import DataError, SchemaError
from outcomes.trial.problems import Problems, first_of, rows

Products = Mapping[tuple[str, str], str]
"""Drugs and routes that count, with the unit of a daily dose; "" where no dose is counted."""

TEXT = ("drug", "route", "unit")
NUMBERS = (
    "day",
    "start",
    "end",
    "days_supply",
    "dose",
    "quantity",
    "quantity_per_day",
    "returned",
    "days_per_patch",
)

_TYPED = "Convert it, or list it under numbers in the study file."
_ADVICE = dict.fromkeys(
    ("day", "start", "end"),
    "Days count from one day of the subject, such as randomisation: of dates, "
    "(date - first_date).dt.days.",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """Records in one form.

    `spans` has one row per record: subject, drug, route, strength (dose of one unit, or rate),
    first, last (days, both included), days (of supply), amount (a day, in the unit of the
    product; NaN unknown), movable (a supply that can wait for the one before it to end) and lump
    (an as-needed supply, put whole on its first day because nobody knows when it was taken).
    """

    spans: pd.DataFrame
    diary: bool


def read_use(records: pd.DataFrame, products: Products, what: str) -> Use:
    """Read records, or refuse them with every complaint at once.

    Parameters
    ----------
    records : DataFrame
        As described for `mme_per_day`.
    products : mapping
        What may occur.
    what : str
        What a product lacks that is not among them, such as ``"factor in cdc2022"``.

    Raises
    ------
    SchemaError
        A column is missing, doubled or not numeric.
    DataError
        A drug, route or unit is not among `products`, a number is impossible, or a record has no
        subject.
    """
    frame = _tidy(records)
    diary = not {"start", "end", "days_supply", "days_per_patch"} & set(records.columns)
    problems = Problems()
    known = _refuse_unknown(frame, products, what, problems)
    refuse_units(frame[known], products, problems)
    _refuse_numbers(frame, problems)
    problems.refuse()
    frame["product_unit"] = [
        products[key] for key in zip(frame["drug"], frame["route"], strict=True)
    ]
    _place(frame, diary, problems)
    problems.refuse()
    frame["amount"] = _amounts(frame, diary, problems)
    problems.refuse()
    patch, counts = frame["unit"].isin(PATCH), frame["product_unit"] != ""
    warn_of_counts(frame[~patch & counts], named)
    if diary:
        warn_of_patches(frame[patch & counts], named)
    frame["movable"] = frame["end"].isna() & (not diary)
    wanted = ["subject", "drug", "route", "strength", "first", "last", "days"]
    return Use(spans=frame[[*wanted, "amount", "movable", "lump"]], diary=diary)


def named(frame: pd.DataFrame, wrong: pd.Series[bool]) -> str:
    """Count wrong records and name the first three by row and subject."""
    found = frame[wrong]
    which = first_of(
        f"row {i} (subject {s})" for i, s in zip(found.index, found["subject"], strict=True)
    )
    return f"{rows(len(found))}: {which}"


def _tidy(records: pd.DataFrame) -> pd.DataFrame:
    """Copy the records with all columns, text in lower case and numbers as numbers."""
    if {"dose", "strength"} <= set(records.columns):
        raise SchemaError("records have dose and strength, which mean the same; keep one.")
    frame = records.rename(columns={"strength": "dose"})
    if not frame.index.is_unique:
        frame = frame.reset_index(drop=True)
    lacking = [name for name in ("subject", *TEXT, "dose") if name not in frame]
    if not {"day", "start"} & set(frame.columns):
        lacking.append("day (or start)")
    if lacking:
        raise SchemaError(
            f"records lack {', '.join(lacking)}. A record is subject, drug, route, dose of one "
            "unit, unit, quantity, and day, start and end, or day and days_supply."
        )
    if {"day", "start"} <= set(frame.columns) and (
        frame["day"].notna() & frame["start"].notna()
    ).any():
        raise SchemaError("records have day and start in the same row; keep one.")
    require_subjects(frame, "records")
    tidy = pd.DataFrame({"subject": frame["subject"]})
    for name in TEXT:
        tidy[name] = frame[name].astype("string").str.strip().str.lower().fillna("").astype(object)
    for name in NUMBERS:
        tidy[name] = _numbers(frame, name)
    tidy["as_needed"] = _flags(frame)
    tidy["counted"] = "quantity" in frame or "quantity_per_day" in frame
    return tidy


def _numbers(frame: pd.DataFrame, name: str) -> pd.Series[float]:
    """Read a column of numbers, NaN where it is absent."""
    if name not in frame:
        return pd.Series(np.nan, index=frame.index)
    column = frame[name]
    if not (pd.api.types.is_numeric_dtype(column) or column.isna().all()):
        raise SchemaError(f"{name} holds {column.dtype}, not numbers. {_ADVICE.get(name, _TYPED)}")
    return pd.Series(column.to_numpy(dtype=float, na_value=np.nan), index=frame.index)


def _flags(frame: pd.DataFrame) -> pd.Series[bool]:
    """Which records are of drugs taken as needed; none where nothing says so."""
    if "as_needed" not in frame:
        return pd.Series(False, index=frame.index)
    if not frame["as_needed"].isin([True, False]).all():
        raise SchemaError("as_needed must be true or false in every record.")
    return frame["as_needed"].astype(bool)


def _refuse_unknown(
    frame: pd.DataFrame, products: Products, what: str, problems: Problems
) -> pd.Series[bool]:
    """Note drugs and routes that are not among the products; return which records are fine."""
    keys = list(zip(frame["drug"], frame["route"], strict=True))
    known = pd.Series([key in products for key in keys], index=frame.index, dtype=bool)
    if not known.all():
        odd = dict.fromkeys(
            f"{d or '(none)'} by route {r or '(none)'}" for d, r in keys if (d, r) not in products
        )
        allowed = ", ".join(f"{drug} {route}" for drug, route in sorted(products))
        problems.add(
            DataError,
            f"no {what} for {first_of(odd)} ({named(frame, ~known)}). There is one for {allowed}. "
            "Leave such records out, say so, or name a table that covers them.",
        )
    return known


def _refuse_numbers(frame: pd.DataFrame, problems: Problems) -> None:
    """Note numbers that cannot be."""
    for name in ("dose", "quantity", "quantity_per_day", "returned", "days_supply"):
        lowest = 1 if name == "days_supply" else 0
        wrong = (frame[name] < lowest) | np.isinf(frame[name])
        if wrong.any():
            text = f"{name} must be {lowest} or more ({named(frame, wrong)}). Correct the data."
            problems.add(DataError, text)
    for name in ("day", "start", "end", "days_supply"):
        wrong = frame[name].notna() & (frame[name] % 1 != 0)
        if wrong.any():
            text = f"{name} must be a whole number of days ({named(frame, wrong)})."
            problems.add(DataError, text)
    wrong = frame["returned"] > frame["quantity"]
    if wrong.any():
        text = f"more returned than dispensed ({named(frame, wrong)}). Correct the data."
        problems.add(DataError, text)


def _place(frame: pd.DataFrame, diary: bool, problems: Problems) -> None:
    """Give each record its first and last day and its days of supply."""
    frame["first"] = frame["start"].fillna(frame["day"])
    frame["days"] = frame["days_supply"].fillna(frame["end"] - frame["first"] + 1)
    patch = frame["unit"].isin(PATCH) & (frame["product_unit"] != "")
    frame["lump"] = frame["as_needed"] & frame["days"].isna() & (not diary)
    if diary:
        frame["days"] = 1.0
    else:
        worn = patch_days(frame[patch], problems, named)
        frame["days"] = frame["days"].fillna(worn)
        frame.loc[frame["lump"], "days"] = 1.0
    frame["last"] = frame["first"] + frame["days"] - 1
    _refuse_undated(frame, problems)


def _refuse_undated(frame: pd.DataFrame, problems: Problems) -> None:
    """Note records that cannot be placed on days."""
    without = frame["first"].isna()
    if without.any():
        problems.add(DataError, f"no day or start ({named(frame, without)}).")
    open_ended = frame["first"].notna() & frame["days"].isna()
    if open_ended.any():
        problems.add(
            DataError,
            f"no end and no days_supply ({named(frame, open_ended)}). Say until when; a drug taken "
            "as needed has as_needed true, and is then averaged over a window.",
        )
    backward = frame["end"] < frame["first"]
    if backward.any():
        problems.add(DataError, f"end before start ({named(frame, backward)}).")
    differ = frame["end"].notna() & (frame["last"] != frame["end"]) & ~backward
    if differ.any():
        text = f"end and days_supply disagree ({named(frame, differ)}). Keep the one that holds."
        problems.add(DataError, text)


def _amounts(frame: pd.DataFrame, diary: bool, problems: Problems) -> pd.Series[float]:
    """Amount a day of each record in the unit of its product."""
    daily = frame["unit"].map(is_daily).astype(bool)
    patch = frame["unit"].isin(PATCH)
    taken = frame["quantity"] - frame["returned"].fillna(0)
    units = frame["quantity_per_day"].fillna(taken / frame["days"])
    if diary and not frame["counted"].any():
        units = pd.Series(1.0, index=frame.index)
    # The rate of a patch sets the dose on every day it is worn; its number only says how long.
    one = patch & (~pd.Series(diary, index=frame.index) | ~frame["counted"])
    _refuse_counts(frame, daily, patch & (not diary), problems)
    frame["strength"] = in_unit(frame["dose"], frame["unit"], frame["product_unit"])
    amount = frame["strength"] * units.mask(daily | one, 1.0)
    # Of a product whose dose is not counted it only matters whether any was taken.
    return amount.where(frame["product_unit"] != "", np.sign(units).fillna(1.0))


def _refuse_counts(
    frame: pd.DataFrame, daily: pd.Series[bool], patch: pd.Series[bool], problems: Problems
) -> None:
    """Note numbers of units that contradict the unit of the dose, or are needed and absent."""
    counts = frame["product_unit"] != ""
    both = frame["quantity"].notna() & frame["quantity_per_day"].notna()
    if both.any():
        text = f"quantity and quantity_per_day in one record ({named(frame, both)}); keep one."
        problems.add(DataError, text)
    stray = (
        counts & daily & ((frame["quantity"].fillna(1) != 1) | frame["quantity_per_day"].notna())
    )
    if stray.any():
        problems.add(
            DataError,
            f"a dose a day with a number of units ({named(frame, stray)}). Give the dose of one "
            "unit (mg) with quantity, or the whole dose of a day (mg/day) without.",
        )
    twice = counts & patch & frame["quantity_per_day"].notna()
    if twice.any():
        text = f"patches by quantity_per_day ({named(frame, twice)}). Patches are worn, not taken."
        problems.add(DataError, f"{text} Give one record for each patch worn at a time.")
    spans = counts & ~daily & ~patch & ~frame["counted"] & frame["days"].gt(1)
    if spans.any():
        problems.add(
            DataError,
            f"no quantity ({named(frame, spans)}). Give quantity for the whole record or "
            "quantity_per_day; the whole dose of a day has unit mg/day.",
        )
