"""Patient Health Questionnaire, depression."""

from outcomes.instruments.spec import (
    Bands,
    Instrument,
    Scale,
    Source,
    Threshold,
    numbered,
    prorate,
)

_KROENKE = Source(citation="Kroenke K et al. J Gen Intern Med 2001;16:606-613")
_CMS = Source(
    citation="US CMS LTCH data specification 4.02",
    locator="PHQ-9 total severity score; its rounding is not applied",
)
_PUBLIC = "public domain in practice; no fee or permission"

PHQ_9 = Instrument(
    key="phq9",
    name="Patient Health Questionnaire, depression, 9 items",
    version="PHQ-9",
    recall="last 2 weeks",
    scales=(
        Scale(
            key="total",
            label="Depressive symptoms (PHQ-9)",
            items=numbered("phq9", 9, lowest=0, highest=3),
            combine="sum",
            range=(0, 27),
            higher_is="worse",
            source=_KROENKE,
            level="verified",
            missing=prorate(7, "single_source", _CMS),
            loinc="44261-6",
            thresholds=(
                Threshold(
                    value=10,
                    unit="points",
                    kind="cut-off",
                    population="primary care",
                    anchor="major depression, interview",
                    source=_KROENKE,
                    level="verified",
                ),
            ),
            bands=(
                Bands(
                    name="Kroenke",
                    labels=("minimal", "mild", "moderate", "moderately severe", "severe"),
                    edges=(0, 5, 10, 15, 20, 27),
                    closed="left",
                    source=_KROENKE,
                    level="verified",
                ),
            ),
        ),
    ),
    rights=_PUBLIC,
    citation=_KROENKE,
    coding="an item 9 left out by design makes this the PHQ-8: do not prorate it",
)
