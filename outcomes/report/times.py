"""Tables that reports of times to an event share; one that rests on nothing is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import event_times as tables
from outcomes.tables.table import Table
from outcomes.trial.study import Arm


def mean_tables(
    times: Any, *, arms: Sequence[Arm], event: str, conf_level: float
) -> tuple[Table, ...]:
    """Mean days without the event, where they were estimated."""
    if times.restricted_means.empty:
        return ()
    return (
        tables.restricted_means(
            times.restricted_means,
            times.restricted_differences,
            arms=arms,
            tau=times.tau,
            event=event,
            conf_level=conf_level,
        ),
    )


def incidence_tables(
    times: Any, causes: dict[str, str], *, arms: Sequence[Arm], conf_level: float
) -> tuple[Table, ...]:
    """Cumulative incidence, where anything competes."""
    if times.incidence_at.empty:
        return ()
    return (
        tables.incidence(
            times.incidence_at, times.gray, arms=arms, causes=causes, conf_level=conf_level
        ),
    )


def check_tables(
    times: Any,
    models: Sequence[tuple[str, pd.DataFrame, str]],
    *,
    arms: Sequence[Arm],
    conf_level: float,
) -> tuple[Table, ...]:
    """Test of proportional hazards, and the comparison by those other models with an estimate."""
    shown = []
    if len(times.proportional_hazards):
        shown.append(tables.proportional_hazards(times.proportional_hazards))
    estimated = [each for each in models if len(each[1])]
    if estimated:
        shown.append(tables.sensitivity(estimated, arms=arms, conf_level=conf_level))
    return tuple(shown)
