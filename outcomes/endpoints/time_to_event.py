"""Time to the first response, and to the first that later visits confirm."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.endpoints.responder import response, why_undefined
from outcomes.errors import DuplicateRecordError, SpecificationError
from outcomes.trial.problems import first_of

Flags = NDArray[np.bool_]
Days = NDArray[np.float64]


def first_response(
    frame: pd.DataFrame,
    *,
    percent: float,
    higher_is: str,
    never_responds: Collection[str] = (),
) -> pd.DataFrame:
    """Nominal day of the first scheduled visit that shows a response.

    Parameters
    ----------
    frame, percent, higher_is, never_responds
        As in `confirmed_response`.

    Returns
    -------
    DataFrame
        As of `confirmed_response`, with the reason ``"first response"``.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "subject": "1",
    ...         "arm": "yoga",
    ...         "visit": ["week4", "week8", "week12"],
    ...         "day": [28, 56, 84],
    ...         "baseline": 8.0,
    ...         "value": [7.0, None, 5.0],
    ...         "percent_change": [-12.5, None, -37.5],
    ...     }
    ... )
    >>> first_response(frame, percent=30, higher_is="worse").drop(columns=["subject", "arm"])
       after  time  event          reason
    0   28.0  84.0   True  first response
    """
    visits = _laid_out(frame, percent=percent, higher_is=higher_is)
    return _times(frame, visits, visits.responded, "first response", never_responds)


def confirmed_response(
    frame: pd.DataFrame,
    *,
    percent: float,
    higher_is: str,
    within: float | None = None,
    strict: bool = True,
    never_responds: Collection[str] = (),
) -> pd.DataFrame:
    """Nominal day of the first scheduled visit with a response that later visits confirm.

    A response at the last observed visit is unconfirmed. Without a confirmed response a subject is
    censored at the last observed scheduled visit, on day 0 if none was observed after baseline.
    The event is known to lie between two visits only: times are interval-censored by design.

    Parameters
    ----------
    frame : DataFrame
        Rows of `outcome_frame`: subject, arm, visit, day, baseline, value, percent_change. All
        scheduled visits must appear; a visit without a row for a subject counts as missed.
    percent : float
        Least improvement that is a response, in percent of baseline.
    higher_is : {"worse", "better"}
        What a higher score means.
    within : float, optional
        Every observed visit up to so many days after the response must show it too, and at least
        one must have been observed. None asks the next visit alone.
    strict : bool
        Whether a missed visit among those asked breaks the confirmation; otherwise it neither
        confirms nor breaks, and without `within` the next observed visit is asked.
    never_responds : collection of str
        Subjects who died or withdrew for lack of efficacy: unless they responded before, they are
        censored at the last scheduled visit and not when they left.

    Returns
    -------
    DataFrame
        One row per subject, in order of appearance: subject; arm; after (day of the last visit
        before `time` that was observed without a response, 0 if none; `time` where censored: the
        response lies in (after, time], or beyond after); time (nominal day); event (nullable
        boolean); reason: ``"confirmed response"``, ``"end of follow-up"`` (the last scheduled visit
        was observed), ``"not observed afterwards"``, ``"no follow-up visit"`` or ``"never
        responds"``; where no response can be defined ``"baseline missing"``, ``"baseline zero"`` or
        ``"baseline negative"``, and then after and time are NaN and event NA.

    Raises
    ------
    DuplicateRecordError
        A subject has two rows at one visit.
    SpecificationError
        As for `response`; or no two visits lie within `within` days.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "subject": "1",
    ...         "arm": "yoga",
    ...         "visit": ["week4", "week8", "week12"],
    ...         "day": [28, 56, 84],
    ...         "baseline": 8.0,
    ...         "value": [7.0, 5.0, 4.0],
    ...         "percent_change": [-12.5, -37.5, -50.0],
    ...     }
    ... )
    >>> found = confirmed_response(frame, percent=30, higher_is="worse")
    >>> found.drop(columns=["subject", "arm"])
       after  time  event              reason
    0   28.0  56.0   True  confirmed response
    """
    visits = _laid_out(frame, percent=percent, higher_is=higher_is)
    confirmed = _confirmed(visits, within=within, strict=strict)
    return _times(frame, visits, confirmed, "confirmed response", never_responds)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Visits:
    """Subjects by scheduled days: `responded` and `observed` are (n_subjects, n_days)."""

    subjects: pd.DataFrame
    days: Days
    responded: Flags
    observed: Flags


def _laid_out(frame: pd.DataFrame, *, percent: float, higher_is: str) -> _Visits:
    """Lay responses out as arrays, False where a subject has no row."""
    _refuse_repeated_visits(frame)
    days = np.sort(frame["day"].unique()).astype(float)
    subjects = frame.drop_duplicates("subject").set_index("subject")
    rows = subjects.index.get_indexer(pd.Index(frame["subject"]))
    columns = np.searchsorted(days, frame["day"].to_numpy(dtype=float))
    reached = response(frame, percent=percent, higher_is=higher_is).fillna(False)
    flags = []
    for flag in (reached, frame["value"].notna()):
        table = np.zeros((len(subjects), len(days)), dtype=bool)
        table[rows, columns] = flag.to_numpy(dtype=bool)
        flags.append(table)
    return _Visits(subjects=subjects, days=days, responded=flags[0], observed=flags[1])


def _confirmed(visits: _Visits, *, within: float | None, strict: bool) -> Flags:
    """Which responses later visits confirm."""
    found = np.zeros_like(visits.responded)
    days = visits.days
    if within is not None and len(days) > 1 and within < np.diff(days).min():
        raise SpecificationError(
            f"within is {within:g} days and the nearest visits are {np.diff(days).min():g} days "
            "apart, so no response could be confirmed. Allow for at least one later visit."
        )
    for at in range(len(days) - 1):
        asked = _asked(visits, at, within=within, strict=strict)
        kept = asked & visits.observed & visits.responded
        broken = asked & (~visits.responded if strict else visits.observed & ~visits.responded)
        found[:, at] = visits.responded[:, at] & kept.any(axis=1) & ~broken.any(axis=1)
    return found


def _asked(visits: _Visits, at: int, *, within: float | None, strict: bool) -> Flags:
    """Visits that have to confirm a response at the visit numbered `at`."""
    later = np.arange(len(visits.days)) > at
    if within is not None:
        near = later & (visits.days <= visits.days[at] + within)
        return np.broadcast_to(near, visits.observed.shape)
    if strict:
        return np.broadcast_to(np.arange(len(visits.days)) == at + 1, visits.observed.shape)
    seen = visits.observed & later
    first: Flags = seen & (seen.cumsum(axis=1) == 1)
    return first


def _times(
    frame: pd.DataFrame,
    visits: _Visits,
    happened: Flags,
    name: str,
    never_responds: Collection[str],
) -> pd.DataFrame:
    """Day of the first event or of censoring, with the reason."""
    subjects, days = visits.subjects, visits.days
    event = happened.any(axis=1)
    time = days[happened.argmax(axis=1)]
    last = np.where(visits.observed, days, 0.0).max(axis=1, initial=0.0)
    never = subjects.index.isin(list(never_responds)) & ~event
    censored = np.where(never, days[-1], last)
    without = visits.observed & ~visits.responded & (days < time[:, None])
    before = np.where(without, days, 0.0).max(axis=1, initial=0.0)
    # Any value would do: only what is wrong with the baseline counts here.
    why = why_undefined(subjects.assign(value=0.0)).reset_index(drop=True)
    reason = np.select(
        [event, never, last == 0, last == days[-1]],
        [name, "never responds", "no follow-up visit", "end of follow-up"],
        default="not observed afterwards",
    )
    made = pd.DataFrame(
        {
            "subject": subjects.index,
            "arm": subjects["arm"].array,
            "after": np.where(event, before, censored),
            "time": np.where(event, time, censored),
            "event": pd.Series(event, dtype="boolean"),
            "reason": why.fillna(pd.Series(reason)),
        }
    )
    _refuse_strangers(frame, never_responds)
    undefined = why.notna()
    return made.assign(**{name: made[name].mask(undefined) for name in ("after", "time", "event")})


def _refuse_strangers(frame: pd.DataFrame, never_responds: Collection[str]) -> None:
    strangers = sorted(set(never_responds) - set(frame["subject"]))
    if strangers:
        raise SpecificationError(
            f"never_responds names {len(strangers)} subjects who are not in the frame "
            f"({first_of(strangers)}). Name subjects as the frame does."
        )


def _refuse_repeated_visits(frame: pd.DataFrame) -> None:
    """Raise where a subject has two rows at one visit."""
    twice = frame[frame.duplicated(["subject", "day"])]
    if len(twice):
        pairs = ", ".join(f"{r.subject} on day {r.day}" for r in twice[:3].itertuples())
        raise DuplicateRecordError(
            f"{len(twice)} rows repeat a subject and visit ({pairs}); one each is allowed. "
            "Keep the record that counts."
        )
