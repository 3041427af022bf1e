"""Oswestry Disability Index."""

from outcomes.instruments.sources import important_in_low_back_pain
from outcomes.instruments.spec import (
    Bands,
    Instrument,
    MissingRule,
    Scale,
    Source,
    numbered,
    percent,
    points,
    prorate,
)

_FAIRBANK = Source(
    citation="Fairbank JCT, Pynsent PB. The Oswestry Disability Index. Spine 2000;25:2940-2952",
    locator="scoring; each omitted section leaves the denominator",
)
_MANNION = Source(citation="Mannion AF et al. 2006, PMC3454560", locator="German version 2.1")
_COPAY = Source(citation="Copay et al.", locator="quoted second-hand")
_SURGERY = "spine surgery, German version 2.1"
_ONE_OMITTED = MissingRule(
    name="one_omitted",
    min_answered=9,
    level="single_source",
    source=Source(citation="a commonly used form and one public scorer"),
)

ODI = Instrument(
    key="odi",
    name="Oswestry Disability Index",
    version="2.1a",
    recall="day of completion",
    loinc="97908-8",
    scales=(
        Scale(
            key="total",
            label="Oswestry Disability Index",
            items=numbered("odi", 10, lowest=0, highest=5),
            combine="sum",
            rescale_to=(0, 100),
            range=(0, 100),
            higher_is="worse",
            unit="points",
            source=_FAIRBANK,
            level="verified",
            # The developer prorates and states no floor, only that fewer than eight is rare.
            missing=prorate(8, "project", _FAIRBANK),
            other_rules=(_ONE_OMITTED,),
            loinc="97909-6",
            thresholds=(
                *important_in_low_back_pain(10),
                points(
                    "MCID", 12.8, "lumbar surgery", "anchor not recorded", _COPAY, "single_source"
                ),
                points("MCID", 8, _SURGERY, "anchor not recorded", _MANNION, "single_source"),
                percent("MCID", 18, _SURGERY, "anchor not recorded", _MANNION, "single_source"),
            ),
            bands=(
                Bands(
                    name="Fairbank",
                    labels=("minimal", "moderate", "severe", "crippled", "bed-bound"),
                    edges=(0, 20, 40, 60, 80, 100),
                    closed="right",
                    source=_FAIRBANK,
                    level="verified",
                ),
            ),
        ),
    ),
    rights="copyright J. Fairbank; licences from Mapi Research Trust",
    citation=_FAIRBANK,
    coding="sections 0 (first statement) to 5 (last); a section that does not apply is empty",
)
