"""Patient Health Questionnaire, depression."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import (
    Bands,
    Check,
    Instrument,
    Scale,
    Source,
    numbered,
    points,
    prorate,
)

_KROENKE = Source(citation="Kroenke K et al. J Gen Intern Med 2001;16:606-613")
_CMS = Source(
    citation="US CMS LTCH data specification 4.02",
    locator="PHQ-9 total severity score; it rounds, which the rule cms does and the default not",
)
_PUBLIC = "public domain in practice; no fee or permission"

_KROENKE_2003 = Source(citation="Kroenke K et al. Med Care 2003;41:1284-1292")
_KROENKE_2009 = Source(citation="Kroenke K et al. J Affect Disord 2009;114:163-173")
_LABELS = ("minimal", "mild", "moderate", "moderately severe", "severe")


def _bands(highest: float) -> Bands:
    """Severity by fives, the same for nine and eight items."""
    return Bands(
        name="Kroenke",
        labels=_LABELS,
        edges=(0, 5, 10, 15, 20, highest),
        closed="left",
        source=_KROENKE,
        level="verified",
    )


_SEVERAL = 10
"""Administrations from which on it is no accident that nobody answered an item."""


def _without_item_9(answers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Everybody, where several answered and none of them item 9."""
    begun = ~np.isnan(answers).all(axis=1)
    unasked = np.isnan(answers[:, 8]).all() and begun.sum() >= _SEVERAL
    return np.asarray(begun & unasked)


PHQ_9 = Instrument(
    key="phq9",
    name="Patient Health Questionnaire, depression, 9 items",
    version="PHQ-9",
    recall="last 2 weeks",
    scales=(
        Scale(
            key="total",
            label="depressive symptoms (PHQ-9)",
            items=numbered("phq9", 9, lowest=0, highest=3),
            combine="sum",
            range=(0, 27),
            higher_is="worse",
            source=_KROENKE,
            level="verified",
            missing=prorate(7, "single_source", _CMS),
            other_rules=(replace(prorate(7, "single_source", _CMS), name="cms", rounded=True),),
            loinc="44261-6",
            thresholds=(
                points("cut-off", 10, "screening", "not stated", _KROENKE, "single_source"),
            ),
            bands=(_bands(27),),
        ),
    ),
    rights=_PUBLIC,
    citation=_KROENKE,
    coding="an item 9 left out by design makes this the PHQ-8: do not prorate it",
    checks=(
        Check(
            message="lack item 9, as do all; if it was not asked, score the PHQ-8 (phq8)",
            function=_without_item_9,
        ),
    ),
)
PHQ_8 = Instrument(
    key="phq8",
    name="Patient Health Questionnaire, depression, 8 items",
    version="PHQ-8",
    recall="last 2 weeks",
    scales=(
        Scale(
            key="total",
            label="Depressive symptoms (PHQ-8)",
            items=numbered("phq8", 8, lowest=0, highest=3),
            combine="sum",
            range=(0, 24),
            higher_is="worse",
            source=_KROENKE_2009,
            level="verified",
            # By analogy with the nine items only; no rule was read for the eight.
            other_rules=(prorate(6, "unverified"),),
            bands=(_bands(24),),
        ),
    ),
    rights=_PUBLIC,
    citation=_KROENKE_2009,
    coding="phq8_1 to phq8_8 are items 1 to 8 of the PHQ-9",
)
PHQ_2 = Instrument(
    key="phq2",
    name="Patient Health Questionnaire, depression, 2 items",
    version="PHQ-2",
    recall="last 2 weeks",
    scales=(
        Scale(
            key="total",
            label="Depressive symptoms (PHQ-2)",
            items=numbered("phq2", 2, lowest=0, highest=3),
            combine="sum",
            range=(0, 6),
            higher_is="worse",
            source=_KROENKE_2003,
            level="verified",
            thresholds=(
                points(
                    "cut-off",
                    3,
                    "primary care (n = 2642)",
                    "screening; 2 is more sensitive",
                    Source(citation="PMC2906530"),
                    "single_source",
                ),
            ),
        ),
    ),
    rights=_PUBLIC,
    citation=_KROENKE_2003,
    coding="phq2_1 and phq2_2 are items 1 and 2 of the PHQ-9",
)
