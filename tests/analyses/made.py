"""A three-arm trial made by formula, the same as in tests/reference/analyses/mean_difference.R."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from outcomes.analyses.mmrm import Mmrm
from outcomes.estimands import Estimand, Handling, IntercurrentEvent, Recorded
from outcomes.trial.study import (
    About,
    Analysis,
    Arm,
    Clusters,
    DataFile,
    DataFiles,
    Design,
    Measure,
    Population,
    Study,
    Visit,
)
from outcomes.trial.trial import Trial

VISITS = ("w4", "w12", "w26")
DESIGN = Design(
    arms=(
        Arm(id="usual", label="Usual care", reference=True),
        Arm(id="yoga", label="Yoga"),
        Arm(id="qigong", label="Qigong"),
    ),
    visits=(
        Visit(id="start", label="Start", day=0, baseline=True),
        Visit(id="w4", label="Week 4", day=28),
        Visit(id="w12", label="Week 12", day=84),
        Visit(id="w26", label="Week 26", day=182),
    ),
    populations=(
        Population(id="all", label="All randomised"),
        Population(id="adherent", label="Adherent", flag="adherent"),
    ),
    randomisation_factors=("site",),
)
PAIN = Measure(
    name="pain",
    label="pain score",
    column="pain",
    higher_is="worse",
    unit="points",
    source="made by formula",
)
PRIMARY = Mmrm(id="primary", role="primary", instrument="pain")


def noise(k: np.ndarray) -> np.ndarray:
    return ((k * 7919) % 1009) / 1009 - 0.5


def subjects() -> pd.DataFrame:
    i = np.arange(1, 121)
    arm = np.array(["usual", "yoga", "qigong"])[i % 3]
    return pd.DataFrame(
        {
            "subject": i.astype(str),
            "arm": arm,
            "site": np.array(["north", "south"])[(i // 5) % 2],
            "age": 30.0 + (i * 7) % 41,
            "adherent": np.where(i % 4 == 0, "no", "yes"),
            "class_id": [
                f"class {k // 24}" if a == "yoga" else None for k, a in zip(i, arm, strict=True)
            ],
        }
    )


def scores() -> pd.DataFrame:
    people = subjects()
    i = np.arange(1, 121)
    baseline = 6 + 4 * noise(i)
    parts = [pd.DataFrame({"subject": people["subject"], "visit": "start", "score": baseline})]
    for t, visit in enumerate(VISITS, start=1):
        value = (
            1
            + 0.7 * baseline
            + 3 * noise(i + 500)
            + 2 * noise(17 * i + 131 * t)
            - 0.3 * t * (people["arm"] == "yoga")
            - 0.1 * t * (people["arm"] == "qigong")
            + 0.4 * (people["site"] == "south")
        )
        unseen = ((i * 31 + t * 17) % 11 == 0) | ((t == 3) & (i % 7 == 0))
        part = pd.DataFrame({"subject": people["subject"], "visit": visit, "score": value})
        parts.append(part[~unseen])
    return pd.concat(parts, ignore_index=True).assign(instrument="pain", scale="value")


def trial(
    *analyses: Analysis,
    design: Design = DESIGN,
    people: pd.DataFrame | None = None,
    points: pd.DataFrame | None = None,
    measure: Measure = PAIN,
    set_aside: pd.DataFrame | None = None,
    **study: Any,
) -> Trial:
    """The trial, or one with another design, subjects or scores."""
    empty = pd.DataFrame()
    aside = pd.DataFrame(columns=["file", "subject", "visit", "day", "first_day", "last_day"])
    return Trial(
        study=Study(
            about=About(id="made", title="Made by formula"),
            design=design,
            data=DataFiles(subjects=DataFile(file="none.csv")),
            seed=1,
            measures=(measure,),
            analyses=analyses or (PRIMARY,),
            **study,
        ),
        subjects=subjects() if people is None else people,
        responses=empty,
        scores=scores() if points is None else points,
        medication=empty,
        events=empty,
        adherence=empty,
        set_aside=aside if set_aside is None else set_aside,
    )


def clustered() -> Design:
    """The design with classes in the yoga arm."""
    return replace(DESIGN, clusters=Clusters(column="class_id", arms=("yoga",), label="class"))


def rescue_question() -> Estimand:
    """What scores would have been without rescue, which the events frame records."""
    event = IntercurrentEvent(
        event="Rescue",
        handling=Handling.HYPOTHETICAL,
        recorded=Recorded(frame="events", where={"term": "rescue"}),
    )
    return Estimand(
        id="asked",
        population="p",
        treatment="t",
        variable="v",
        summary_measure="s",
        intercurrent_events=(event,),
    )


def dated_scores() -> pd.DataFrame:
    """The scores with the day each was taken on, the nominal one."""
    days = {visit.id: visit.day for visit in DESIGN.visits}
    points = scores()
    return points.assign(day=points["visit"].map(days))
