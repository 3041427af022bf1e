"""What was recorded when: days of visits, diary weeks, dispensing records and opioid dose."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pandas as pd

from outcomes.analyses.patient_flow import seen_at, withdrawn_by
from outcomes.analyses.setting import Compared
from outcomes.endpoints.diary_weeks import diary_weeks
from outcomes.endpoints.medication import factor_set, mme_per_day
from outcomes.errors import OutcomesError, OutcomesWarning
from outcomes.trial.study import Visit
from outcomes.trial.trial import Trial

BEFORE = 28
"""Days before a visit over which the opioid dose is averaged."""

HIGH = (50, 90)
"""Doses, in MME a day, at and above which patients are counted."""

_WINDOWS = ["visit", "expected", "seen", "outside", "share_seen", "median", "q1", "q3"]
_DIARY = [
    *("visit", "expected", "begun", "enough", "share_enough", "mean_compliance"),
    *("late", "several", "min_days", "days"),
]
_DRUGS = [
    *("drug", "route", "records", "subjects", "no_strength", "no_quantity"),
    *("no_days_supply", "early", "has_factor"),
]
_DOSES = ["visit", "expected", "on_opioid", "share_on", "median", "q3", "maximum"]
NEEDED = ("subject", "day", "drug", "route", "strength", "unit", "quantity", "days_supply")


def visit_windows(trial: Trial, who: Compared) -> pd.DataFrame:
    """When patients were seen at each visit, relative to its nominal day.

    Returns
    -------
    DataFrame
        visit, expected (patients not withdrawn by the nominal day), seen (with a score), outside
        (records set aside for their day), share_seen (of all randomised), median, q1, q3 (days
        from the nominal day of those seen; NaN where days are not recorded).
    """
    rows = []
    for visit in who.design.visits:
        seen = seen_at(trial, who, visit.id)
        away = _days_away(trial, visit)
        rows.append(
            {
                "visit": visit.id,
                "expected": int((~withdrawn_by(who, visit.day)).sum()),
                "seen": int(seen.sum()),
                "outside": int((who.set_aside["visit"].astype(str) == visit.id).sum()),
                "share_seen": float(seen.mean()),
                **_quartiles(away),
            }
        )
    return pd.DataFrame(rows, columns=_WINDOWS)


def _days_away(trial: Trial, visit: Visit) -> pd.Series[float]:
    """Days of the scores at a visit, less its nominal day, one for each subject."""
    here = trial.visit_scores[trial.visit_scores["visit"] == visit.id]
    day = here.drop_duplicates("subject")["day"].dropna().astype(float)
    return day - visit.day


def _quartiles(values: pd.Series[float]) -> dict[str, float]:
    if values.empty:
        return dict.fromkeys(("median", "q1", "q3"), np.nan)
    q1, median, q3 = np.quantile(values, [0.25, 0.5, 0.75])
    return {"median": float(median), "q1": float(q1), "q3": float(q3)}


def diary_compliance(trial: Trial, who: Compared) -> pd.DataFrame:
    """How the diary was kept in the week before each visit.

    Returns
    -------
    DataFrame
        visit, expected (patients not withdrawn by the end of the week), begun (with a day that
        counts), enough (with a score), share_enough (of expected), mean_compliance (days rated of
        days expected), late and several (days with back-filled entries, and with several), min_days
        and days (the rule). No rows without a diary.
    """
    if trial.study.diary is None:
        return pd.DataFrame(columns=_DIARY)
    weeks = diary_weeks(trial)
    weeks = weeks[weeks["subject"].isin(who.randomised["subject"])]
    rows = []
    for visit, part in weeks.groupby("visit", sort=False):
        gone = withdrawn_by(who, int(part["last_day"].iloc[0]))
        due = part[part["subject"].isin(who.randomised.loc[~gone, "subject"])]
        rows.append(
            {
                "visit": visit,
                "expected": len(due),
                "begun": int((due["n_days"] > 0).sum()),
                "enough": int((due["reason"] == "").sum()),
                "share_enough": float((due["reason"] == "").mean()) if len(due) else np.nan,
                "mean_compliance": float(due["compliance"].mean()) if len(due) else np.nan,
                "late": int(part["n_late"].sum()),
                "several": int(part["n_several"].sum()),
                "min_days": int(part["min_days"].iloc[0]),
                "days": int(part["n_expected"].iloc[0]),
            }
        )
    return pd.DataFrame(rows, columns=_DIARY)


def lacking_columns(trial: Trial) -> list[str]:
    """Columns that dispensing records need and do not have; none without records."""
    if not len(trial.medication):
        return []
    return [name for name in NEEDED if name not in trial.medication.columns]


def drugs(trial: Trial, key: str) -> pd.DataFrame:
    """Count the dispensing records of each drug and route.

    Returns
    -------
    DataFrame
        drug, route, records, subjects, no_strength, no_quantity, no_days_supply (records without),
        early (dispensed before the supply before it ended), has_factor (of MME in the table
        `key`). No rows without records.
    """
    records = trial.medication
    if not len(records) or lacking_columns(trial):
        return pd.DataFrame(columns=_DRUGS)
    known = set(factor_set(key).units)
    rows = [
        {
            "drug": drug,
            "route": route,
            "records": len(part),
            "subjects": int(part["subject"].nunique()),
            "no_strength": int(part["strength"].isna().sum()),
            "no_quantity": int(part["quantity"].isna().sum()),
            "no_days_supply": int(part["days_supply"].isna().sum()),
            "early": _early(part),
            "has_factor": (str(drug).lower(), str(route).lower()) in known,
        }
        for (drug, route), part in records.groupby(["drug", "route"], dropna=False)
    ]
    return pd.DataFrame(rows, columns=_DRUGS)


def _early(records: pd.DataFrame) -> int:
    """Count dispensings of one drug before the supply handed out before them ended."""
    ordered = records.sort_values(["subject", "day"], kind="stable")
    ends = (ordered["day"].astype(float) + ordered["days_supply"]).groupby(ordered["subject"])
    return int((ordered["day"].astype(float) < ends.shift()).sum())


def opioid_doses(trial: Trial, who: Compared, key: str) -> tuple[pd.DataFrame, str]:
    """Opioid dose over the 28 days before each visit, of patients still in the trial.

    Returns
    -------
    doses : DataFrame
        visit, expected (patients not withdrawn by the day), on_opioid and share_on (with a dose
        above 0), median, q3 and maximum (MME a day of those on an opioid; total of the window over
        its days), at_50 and at_90 (patients at or above). No rows without opioid records.
    problem : str
        Why the records could not be read, or what reading them warned of; empty otherwise.
    """
    found = drugs(trial, key)
    with_factor = found[found["has_factor"]]
    names = [*_DOSES, *(f"at_{dose}" for dose in HIGH)]
    if with_factor.empty:
        return pd.DataFrame(columns=names), ""
    products = set(zip(with_factor["drug"], with_factor["route"], strict=True))
    pairs = zip(trial.medication["drug"], trial.medication["route"], strict=True)
    opioids = trial.medication[[pair in products for pair in pairs]][list(NEEDED)]
    opioids = opioids.astype({"day": float})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", OutcomesWarning)
        try:
            rows = [_dose(opioids, who, visit, key) for visit in who.design.visits]
        except OutcomesError as error:
            return pd.DataFrame(columns=names), _without_ids(str(error))
    said = dict.fromkeys(_without_ids(str(each.message)) for each in caught)
    return pd.DataFrame(rows, columns=names), " ".join(said)


def _without_ids(message: str) -> str:
    """Keep how many records a message is about, and drop which: reports name no patients.

    Examples
    --------
    >>> _without_ids("no day (2 rows: row 3 (subject 7), row 9 (subject 8)). Correct them.")
    'no day (2 rows). Correct them.'
    """
    return re.sub(r"\((\d+ rows?): .*?\)(?=\.)", r"(\1)", message)


def _dose(opioids: pd.DataFrame, who: Compared, visit: Visit, key: str) -> dict[str, object]:
    """Summarise the doses before one visit."""
    here = who.randomised.loc[~withdrawn_by(who, visit.day), "subject"]
    windows = pd.DataFrame(
        {"subject": here, "first_day": visit.day - BEFORE, "last_day": visit.day - 1}
    )
    mme = mme_per_day(opioids, key, denominator="window", window=windows)["mme"]
    on = mme[mme > 0]
    return {
        "visit": visit.id,
        "expected": len(here),
        "on_opioid": len(on),
        "share_on": len(on) / len(here) if len(here) else np.nan,
        "median": float(on.median()) if len(on) else np.nan,
        "q3": float(np.quantile(on, 0.75)) if len(on) else np.nan,
        "maximum": float(on.max()) if len(on) else np.nan,
        **{f"at_{dose}": int((on >= dose).sum()) for dose in HIGH},
    }
