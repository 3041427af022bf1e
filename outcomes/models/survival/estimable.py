"""What a comparison of times needs: patients, events, and somebody at risk."""

from __future__ import annotations

import numpy as np

from outcomes.errors import NotEstimableError
from outcomes.models.survival.columns import Labels, Times
from outcomes.stats.survival import risk_sets


def require_two_each(times: Times) -> None:
    """Refuse to compare arms of one patient.

    Raises
    ------
    NotEstimableError
        An arm has fewer than two.
    """
    n = np.bincount(times.group, minlength=len(times.arms))
    alone = [arm for arm, count in zip(times.arms, n, strict=True) if count < 2]
    if alone:
        raise NotEstimableError(
            f"arm {', '.join(map(repr, alone))} has one patient; a comparison needs two or more in "
            "each arm. Describe the patient instead."
        )


def require_events(times: Times, what: str) -> None:
    """Refuse arms in which everybody is censored.

    Raises
    ------
    NotEstimableError
        Nobody in an arm has an event.
    """
    events = np.bincount(times.group, weights=times.had_event, minlength=len(times.arms))
    without = [arm for arm, n in zip(times.arms, events, strict=True) if n == 0]
    if without:
        raise NotEstimableError(
            f"nobody in arm {', '.join(map(repr, without))} has the event, so no {what} exists. "
            "Describe the times without a model."
        )


def require_clusters(times: Times, cluster: Labels) -> None:
    """Refuse robust standard errors that rest on a single cluster.

    Raises
    ------
    NotEstimableError
        There is one cluster, or an arm was treated in one that no other arm shares.
    """
    for i, arm in enumerate(times.arms):
        mine = np.unique(cluster[times.group == i])
        shared = np.isin(mine, cluster[times.group != i]).any()
        if len(mine) == 1 and (not shared or len(np.unique(cluster)) == 1):
            raise NotEstimableError(
                f"all patients of arm {arm!r} were treated in one cluster, so how much clusters "
                "vary cannot be known. Compare without clusters, and say so."
            )


def require_risk_sets(times: Times) -> None:
    """Refuse late entry that leaves nobody at risk before others come under observation.

    Raises
    ------
    NotEstimableError
        A curve would fall to zero and stay there while patients are still followed.
    """
    if times.entry is None:
        return
    for i, arm in enumerate(times.arms):
        mine = times.of(i)
        sets = risk_sets(mine.time, mine.had_event, np.zeros_like(mine.group), 1, mine.entry)
        emptied = sets.time[(sets.at_risk == sets.events)[:, 0]]
        early = emptied[emptied < mine.time.max()]
        if len(early):
            raise NotEstimableError(
                f"arm {arm!r}: everybody at risk at {early[0]:g} has the event then, while others "
                "enter or stay later, so the curve would stay at zero. Begin the curve later, "
                "where enough patients are under observation."
            )
