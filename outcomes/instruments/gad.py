"""Generalised Anxiety Disorder scale."""

from outcomes.instruments.spec import (
    Bands,
    Instrument,
    Scale,
    Source,
    numbered,
    points,
    prorate,
)

_SPITZER = Source(citation="Spitzer RL et al. Arch Intern Med 2006;166:1092-1097")
_KROENKE = Source(citation="Kroenke K et al. Ann Intern Med 2007;146:317-325")
_PUBLIC = "public domain in practice; no fee or permission"

GAD_7 = Instrument(
    key="gad7",
    name="Generalised Anxiety Disorder scale, 7 items",
    version="GAD-7",
    recall="last 2 weeks",
    scales=(
        Scale(
            key="total",
            label="Anxiety (GAD-7)",
            items=numbered("gad7", 7, lowest=0, highest=3),
            combine="sum",
            range=(0, 21),
            higher_is="worse",
            source=_SPITZER,
            level="verified",
            # A habit without a rule that could be read; on request only.
            other_rules=(prorate(5, "unverified"),),
            loinc="70274-6",
            thresholds=(
                points(
                    "cut-off",
                    10,
                    "not stated",
                    "generalised anxiety disorder",
                    _SPITZER,
                    "single_source",
                ),
            ),
            bands=(
                Bands(
                    name="Spitzer",
                    labels=("minimal", "mild", "moderate", "severe"),
                    edges=(0, 5, 10, 15, 21),
                    closed="left",
                    source=_SPITZER,
                    level="verified",
                ),
            ),
        ),
    ),
    rights=_PUBLIC,
    citation=_SPITZER,
)
GAD_2 = Instrument(
    key="gad2",
    name="Generalised Anxiety Disorder scale, 2 items",
    version="GAD-2",
    recall="last 2 weeks",
    scales=(
        Scale(
            key="total",
            label="Anxiety (GAD-2)",
            items=numbered("gad2", 2, lowest=0, highest=3),
            combine="sum",
            range=(0, 6),
            higher_is="worse",
            source=_KROENKE,
            level="verified",
            thresholds=(
                points(
                    "cut-off",
                    3,
                    "not stated",
                    "generalised anxiety disorder",
                    _KROENKE,
                    "single_source",
                ),
            ),
        ),
    ),
    rights=_PUBLIC,
    citation=_KROENKE,
    coding="gad2_1 and gad2_2 are items 1 and 2 of the GAD-7",
)
