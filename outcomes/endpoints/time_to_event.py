"""Time to the first response that the next scheduled visit confirms."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.endpoints.responder import response, why_undefined
from outcomes.errors import DuplicateRecordError


def confirmed_response(frame: pd.DataFrame, *, percent: float, higher_is: str) -> pd.DataFrame:
    """Nominal day of the first of two consecutive scheduled visits that both show a response.

    A visit that was missed between two responses breaks the confirmation, and a response at the
    last observed visit is unconfirmed. Without a confirmed response a subject is censored at the
    last observed scheduled visit, on day 0 if none was observed after baseline. The event is
    known to lie between two visits only: times are interval-censored by design.

    Parameters
    ----------
    frame : DataFrame
        Rows of `outcome_frame`: subject, arm, visit, day, baseline, value, percent_change. All
        scheduled visits must appear; a visit without a row for a subject counts as missed.
    percent : float
        Least improvement that is a response, in percent of baseline.
    higher_is : {"worse", "better"}
        What a higher score means.

    Returns
    -------
    DataFrame
        One row per subject, in order of appearance: subject; arm; time (nominal day); event
        (nullable boolean); reason: ``"confirmed response"``, ``"end of follow-up"`` (the last
        scheduled visit was observed), ``"not observed afterwards"`` or ``"no follow-up visit"``;
        where no response can be defined ``"baseline missing"``, ``"baseline zero"`` or
        ``"baseline negative"``, and then time is NaN and event NA.

    Raises
    ------
    DuplicateRecordError
        A subject has two rows at one visit.
    SpecificationError
        As for `response`.

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
    >>> confirmed_response(frame, percent=30, higher_is="worse")
      subject   arm  time  event              reason
    0       1  yoga  56.0   True  confirmed response
    """
    _refuse_repeated_visits(frame)
    days = np.sort(frame["day"].unique()).astype(float)
    subjects = frame.drop_duplicates("subject").set_index("subject")
    reached = response(frame, percent=percent, higher_is=higher_is).fillna(False)
    responded = _by_day(frame, reached, subjects.index, days)
    observed = _by_day(frame, frame["value"].notna(), subjects.index, days)
    event, day = _first_confirmed(responded, days)
    last = np.where(observed, days, 0.0).max(axis=1, initial=0.0)
    # Any value would do: only what is wrong with the baseline counts here.
    why = why_undefined(subjects.assign(value=0.0)).reset_index(drop=True)
    made = pd.DataFrame(
        {
            "subject": subjects.index,
            "arm": subjects["arm"].array,
            "time": np.where(event, day, last),
            "event": pd.array(event, dtype="boolean"),
            "reason": why.fillna(pd.Series(_reason(event, last, days))),
        }
    )
    return made.assign(**{name: made[name].mask(why.notna()) for name in ("time", "event")})


def _by_day(
    frame: pd.DataFrame, flag: pd.Series[bool], subjects: pd.Index, days: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Lay flags out as a (subjects, days) array, False where a subject has no row."""
    table = np.zeros((len(subjects), len(days)), dtype=bool)
    rows = subjects.get_indexer(pd.Index(frame["subject"]))
    table[rows, np.searchsorted(days, frame["day"])] = flag.to_numpy(dtype=bool)
    return table


def _first_confirmed(
    responded: NDArray[np.bool_], days: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Whether two neighbouring columns both hold in a row, and the day of the first such pair."""
    pairs = responded[:, :-1] & responded[:, 1:]
    if not pairs.shape[1]:
        return np.zeros(len(responded), dtype=bool), np.zeros(len(responded))
    first = pairs.argmax(axis=1)
    return pairs[np.arange(len(pairs)), first], days[first]


def _reason(
    event: NDArray[np.bool_], last: NDArray[np.float64], days: NDArray[np.float64]
) -> NDArray[np.str_]:
    """Why each time is what it is."""
    return np.select(
        [event, last == 0, last == days[-1]],
        ["confirmed response", "no follow-up visit", "end of follow-up"],
        default="not observed afterwards",
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
