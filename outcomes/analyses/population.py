"""Analysis populations, and how many of whom reach each stage of an analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from outcomes.analyses.yes_no import yes_or_no
from outcomes.errors import SchemaError
from outcomes.trial.study import Arm, Population, Visit


def in_population(subjects: pd.DataFrame, population: Population) -> pd.Series[bool]:
    """Whether each subject belongs to an analysis population.

    Raises
    ------
    SchemaError
        The flag is no column of subjects, or holds something else than yes and no.

    Examples
    --------
    >>> flagged = pd.DataFrame({"subject": ["1", "2"], "itt": ["Y", "N"]})
    >>> in_population(flagged, Population(id="itt", label="ITT", flag="itt")).tolist()
    [True, False]
    """
    flag = population.flag
    if flag is None:
        return pd.Series(True, index=subjects.index)
    if flag not in subjects.columns:
        raise SchemaError(
            f"Population {population.id!r} is flagged by {flag!r}, which is no column of subjects."
        )
    return yes_or_no(subjects, flag, "subjects")


def flow_frame(stages: Mapping[str, pd.Series[str]], arms: Sequence[Arm]) -> pd.DataFrame:
    """Count the arms of those who reach each stage: stage, arm, n in printing order."""
    return pd.DataFrame(
        [
            {"stage": stage, "arm": arm.id, "n": int((reached == arm.id).sum())}
            for stage, reached in stages.items()
            for arm in arms
        ]
    )


def observed_frame(frame: pd.DataFrame, baseline: Visit, arms: Sequence[Arm]) -> pd.DataFrame:
    """Scores observed and missing by visit and arm: visit, arm, n_observed, n_missing.

    The baseline comes first, counted once for each subject; visits the frame leaves out are not
    listed.
    """
    subjects = frame.drop_duplicates("subject")
    parts = {baseline.id: (subjects["baseline"], subjects["arm"])} | {
        str(visit): (rows["value"], rows["arm"])
        for visit, rows in frame.groupby("visit", observed=True)
    }
    return pd.DataFrame(
        [
            {
                "visit": visit,
                "arm": arm.id,
                "n_observed": int(scores[of == arm.id].notna().sum()),
                "n_missing": int(scores[of == arm.id].isna().sum()),
            }
            for visit, (scores, of) in parts.items()
            for arm in arms
        ]
    )
