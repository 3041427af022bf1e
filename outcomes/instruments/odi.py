"""Oswestry Disability Index."""

from outcomes.instruments.sources import OSTELO_2008
from outcomes.instruments.spec import (
    Bands,
    Instrument,
    Scale,
    Source,
    Threshold,
    numbered,
    prorate,
)

_FAIRBANK = Source(
    citation="Fairbank JCT, Pynsent PB. The Oswestry Disability Index. Spine 2000;25:2940-2952",
    locator="scoring; each omitted section leaves the denominator",
)
_MANNION = Source(citation="Mannion AF et al. 2006, PMC3454560", locator="German version 2.1")

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
            loinc="97909-6",
            thresholds=(
                Threshold(
                    value=10,
                    unit="points",
                    kind="MCID",
                    population="non-specific low back pain",
                    anchor="expert consensus",
                    source=OSTELO_2008,
                    level="single_source",
                ),
                Threshold(
                    value=30,
                    unit="percent of baseline",
                    kind="MCID",
                    population="non-specific low back pain",
                    anchor="expert consensus",
                    source=OSTELO_2008,
                    level="single_source",
                ),
                Threshold(
                    value=18,
                    unit="percent of baseline",
                    kind="MCID",
                    population="spine surgery, German version 2.1",
                    anchor="anchor not read",
                    source=_MANNION,
                    level="single_source",
                ),
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
