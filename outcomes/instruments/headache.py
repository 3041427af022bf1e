"""Headache: HIT-6 and MIDAS."""

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import (
    Bands,
    Check,
    Instrument,
    Scale,
    Source,
    numbered,
    one_of,
    points,
)

_KOSINSKI = Source(citation="Kosinski M et al. Qual Life Res 2003;12:963-974")
_COEYTAUX = Source(
    citation="Coeytaux RR et al. J Clin Epidemiol 2006;59:374-380",
    locator="abstract",
    doi="10.1016/j.jclinepi.2005.05.010",
)
_SMELT = Source(
    citation="Smelt AFH et al. Cephalalgia 2014;34:29-36",
    locator="abstract",
    doi="10.1177/0333102413497599",
)
_CASTIEN = Source(citation="Castien RF et al. 2012", locator="abstract")
_HOUTS = Source(
    citation="Houts CR et al. Headache 2020;60:2003-2013",
    locator="quoted second-hand",
    doi="10.1111/head.13946",
)
_STEWART = Source(citation="Stewart WF et al. Neurology 2001;56(Suppl 1):S20-S28")
_PRIMARY = "migraine, primary care"

HIT_6 = Instrument(
    key="hit6",
    name="Headache Impact Test",
    version="HIT-6",
    recall="4 weeks for the last three items",
    scales=(
        Scale(
            key="total",
            label="Headache impact (HIT-6)",
            items=numbered("hit6", 6, responses=one_of(6, 8, 10, 11, 13)),
            combine="sum",
            range=(36, 78),
            higher_is="worse",
            true_zero=False,
            source=_KOSINSKI,
            level="verified",
            thresholds=(
                points(
                    "MID",
                    2.3,
                    "chronic daily headache",
                    "anchor not recorded",
                    _COEYTAUX,
                    "originator",
                ),
                points("MID", 1.5, _PRIMARY, "anchor not recorded", _SMELT, "originator"),
                points(
                    "MCID",
                    2.5,
                    _PRIMARY,
                    "mean change to receiver operating curve",
                    _SMELT,
                    "originator",
                    value_high=6,
                ),
                points(
                    "MCID",
                    8,
                    "chronic tension-type headache",
                    "anchor not recorded",
                    _CASTIEN,
                    "originator",
                ),
                points(
                    "responder",
                    6,
                    "chronic migraine",
                    "anchor not recorded",
                    _HOUTS,
                    "single_source",
                ),
            ),
            bands=(
                Bands(
                    name="HIT-6",
                    labels=("little or none", "some", "substantial", "severe"),
                    edges=(36, 50, 56, 60, 78),
                    closed="left",
                    source=_KOSINSKI,
                    level="verified",
                ),
            ),
        ),
    ),
    rights="QualityMetric and GSK; licence required",
    citation=_KOSINSKI,
    coding="item scores 6, 8, 10, 11, 13; option numbers 1 to 5 must be mapped first",
)


def _doubly_counted(answers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """More missed plus half days of work, or of household, than the three months have."""
    pairs = answers[:, [0, 2]] + answers[:, [1, 3]]
    return np.asarray((pairs > 92).any(axis=1))


MIDAS = Instrument(
    key="midas",
    name="Migraine Disability Assessment",
    version="MIDAS, 3 months",
    recall="last 3 months",
    scales=(
        Scale(
            key="total",
            label="Days of migraine disability (MIDAS)",
            items=numbered("midas", 5, lowest=0, highest=92),
            combine="sum",
            range=(0, 460),
            higher_is="worse",
            unit="days",
            source=_STEWART,
            level="verified",
            bands=(
                Bands(
                    name="MIDAS grades",
                    labels=("I", "II", "III", "IV"),
                    edges=(0, 6, 11, 21, 460),
                    closed="left",
                    source=_STEWART,
                    level="verified",
                ),
            ),
        ),
    ),
    rights="copyright Innovative Medical Research; free clinical use as far as known",
    citation=_STEWART,
    coding="days; headache days (A) and pain (B) are not scored and need no column",
    checks=(
        Check(
            message="count more than 92 missed and half days of one kind in three months",
            function=_doubly_counted,
        ),
    ),
)
