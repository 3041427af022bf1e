"""Neck Disability Index."""

from outcomes.instruments.spec import (
    Bands,
    Instrument,
    Scale,
    Source,
    numbered,
    points,
    prorate,
)

_VERNON = Source(
    citation="Vernon H, Mior S. J Manipulative Physiol Ther 1991;14:409-415",
    locator="with the developer's scoring note: an unanswered item gets the mean of the others",
)
_ITEMS = numbered("ndi", 10, lowest=0, highest=5)
# The developer states no limit; two of ten is ours (driving is often not applicable).
_AT_MOST_TWO = prorate(8, "project", _VERNON)

NDI = Instrument(
    key="ndi",
    name="Neck Disability Index",
    version="Vernon and Mior 1991",
    recall="now",
    scales=(
        Scale(
            key="raw",
            label="Neck Disability Index (0-50)",
            items=_ITEMS,
            combine="sum",
            range=(0, 50),
            higher_is="worse",
            source=_VERNON,
            level="verified",
            missing=_AT_MOST_TWO,
            thresholds=(
                points("MCID", 5, "neck pain", "developer's guidance", _VERNON, "originator"),
                points(
                    "measurement error",
                    4.7,
                    "neck pain",
                    "minimal detectable change, 90 % confidence",
                    Source(citation="two independent public summaries of the index"),
                    "verified",
                    value_high=5,
                ),
                points(
                    "cut-off",
                    15,
                    "whiplash",
                    "earlier referral to a specialist",
                    Source(citation="SIRA, guidance on whiplash"),
                    "single_source",
                    operator=">",
                ),
            ),
            bands=(
                Bands(
                    name="Vernon",
                    labels=("none", "mild", "moderate", "severe", "complete"),
                    edges=(0, 5, 15, 25, 35, 50),
                    closed="left",
                    source=_VERNON,
                    level="verified",
                ),
            ),
        ),
        Scale(
            key="percent",
            label="Neck Disability Index (0-100)",
            items=_ITEMS,
            combine="sum",
            rescale_to=(0, 100),
            range=(0, 100),
            higher_is="worse",
            source=_VERNON,
            level="verified",
            missing=_AT_MOST_TWO,
        ),
    ),
    rights="copyright H. Vernon; distributed by Mapi Research Trust",
    citation=_VERNON,
)
