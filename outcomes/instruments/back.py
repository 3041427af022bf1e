"""Back pain: COMI, PSFS, Quebec scale, STarT Back."""

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import (
    Algorithm,
    Instrument,
    Item,
    Scale,
    Source,
    integers,
    numbered,
    pick,
    points,
    prorate,
)

Floats = NDArray[np.float64]

_MANNION = Source(
    citation="Mannion AF et al. Eur Spine J 2009;18(Suppl 3):367-373 and 374-379",
    locator="spine surgery, 12 months",
    doi="10.1007/s00586-009-0942-8",
)
_STRATFORD = Source(
    citation="Stratford P, Gill C, Westaway M, Binkley J. Physiother Can 1995;47:258-263"
)
_KOPEC = Source(citation="Kopec JA et al. Spine 1995;20:341-352")
_DEMOULIN = Source(citation="Demoulin C et al. 2010")
_HILL = Source(
    citation="Hill JC et al. Arthritis Rheum 2008;59:632-641",
    locator="as in one public scorer",
    doi="10.1002/art.23563",
)
_OPTIONS = (0.0, 2.5, 5.0, 7.5, 10.0)


def _core_measures(values: Floats) -> Floats:
    """Mean of five domains: worse pain, three items, mean of the two disability items."""
    pain, domains = values[:, :2].max(axis=1), values[:, 2:5].sum(axis=1)
    return np.asarray((pain + domains + values[:, 5:].mean(axis=1)) / 5)


COMI = Instrument(
    key="comi",
    name="Core Outcome Measures Index",
    version="back or neck",
    recall="last week; items 5 and 6 last 4 weeks",
    scales=(
        Scale(
            key="total",
            label="Core outcome measures index",
            items=(
                *(Item(key=f"comi_1{side}", responses=integers(0, 10)) for side in "ab"),
                *(
                    Item(key=f"comi_{number}", responses=integers(1, 5), recode=_OPTIONS)
                    for number in range(2, 7)
                ),
            ),
            combine=Algorithm(
                function=_core_measures,
                summary="mean of the worse pain, items 2, 3, 4 and the mean of 5 and 6, options "
                "as 0, 2.5, 5, 7.5, 10",
            ),
            range=(0, 10),
            higher_is="worse",
            source=_MANNION,
            level="verified",
            thresholds=(
                points(
                    "MCID",
                    2.2,
                    "spine surgery (n = 3056)",
                    "anchor not recorded",
                    _MANNION,
                    "single_source",
                ),
            ),
        ),
    ),
    rights="EUROSPINE; free for research and registries as far as known",
    citation=_MANNION,
    coding="comi_1a axial and comi_1b limb pain 0 to 10; comi_2 to comi_6 as option numbers 1 "
    "(best) to 5",
)
PSFS = Instrument(
    key="psfs",
    name="Patient-Specific Functional Scale",
    version="PSFS 1995",
    recall="today",
    scales=(
        Scale(
            key="total",
            label="Patient-specific function (PSFS)",
            items=numbered("psfs", 5, lowest=0, highest=10),
            combine="mean",
            range=(0, 10),
            higher_is="better",
            source=_STRATFORD,
            level="verified",
            # Patients name three to five activities; fewer than three is no score.
            missing=prorate(3, "project"),
        ),
    ),
    rights="free of charge, as public summaries state",
    citation=_STRATFORD,
    coding="0 unable to 10 as before, for three to five activities named by the patient, psfs_4 "
    "and psfs_5 empty where there are fewer; the same activities in the same columns at every "
    "visit. PSFS 2.0 runs the other way",
)
QBPDS = Instrument(
    key="qbpds",
    name="Quebec Back Pain Disability Scale",
    version="QBPDS-20",
    recall="today",
    scales=(
        Scale(
            key="total",
            label="Back pain disability (Quebec scale)",
            items=numbered("qbpds", 20, lowest=0, highest=5),
            combine="sum",
            range=(0, 100),
            higher_is="worse",
            source=_KOPEC,
            level="single_source",
            thresholds=(
                points(
                    "MCID",
                    5,
                    "chronic low back pain, multidisciplinary treatment",
                    "anchor not recorded",
                    _DEMOULIN,
                    "single_source",
                ),
                points(
                    "measurement error",
                    15.8,
                    "chronic low back pain, multidisciplinary treatment",
                    "smallest detectable change",
                    _DEMOULIN,
                    "single_source",
                ),
            ),
        ),
    ),
    rights="copyright of the authors; free for non-commercial use as far as known",
    citation=_KOPEC,
)
_RISK = (
    *numbered("startback", 8, lowest=0, highest=1),
    Item(key="startback_9", responses=integers(0, 4), recode=(0.0, 0.0, 0.0, 1.0, 1.0)),
)


def _risk_group(values: Floats) -> Floats:
    """1 low up to a total of 3, 2 medium, 3 high from a psychosocial score of 4."""
    total, psychosocial = values.sum(axis=1), values[:, 4:].sum(axis=1)
    return np.where(total <= 3, 1.0, np.where(psychosocial <= 3, 2.0, 3.0))


def _count(key: str, label: str, items: tuple[Item, ...]) -> Scale:
    """Count of agreed items."""
    return Scale(
        key=key,
        label=f"{label} (STarT Back)",
        items=items,
        combine="sum",
        range=(0, len(items)),
        higher_is="worse",
        source=_HILL,
        level="single_source",
    )


START_BACK = Instrument(
    key="startback",
    name="STarT Back Screening Tool",
    version="nine items",
    recall="not stated in the sources read",
    scales=(
        _count("total", "Risk of persistent disability", _RISK),
        _count("psychosocial", "Psychosocial risk", pick(_RISK, range(5, 10))),
        Scale(
            key="group",
            label="Risk group (STarT Back)",
            items=_RISK,
            combine=Algorithm(
                function=_risk_group,
                summary="1 low: total <= 3; 2 medium: psychosocial <= 3; 3 high: 4 or 5",
            ),
            range=(1, 3),
            higher_is="worse",
            unit="group",
            true_zero=False,
            source=_HILL,
            level="single_source",
        ),
    ),
    rights="Keele University; terms of use apply",
    citation=_HILL,
    coding="items 1 to 8 agree = 1, disagree = 0; item 9 as 0 to 4. A stratifier, not an endpoint",
)
