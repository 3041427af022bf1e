"""Patient Global Impression of Change, in the polarity of Guy (1976)."""

from outcomes.instruments.sources import IMMPACT_2008
from outcomes.instruments.spec import Bands, Instrument, Scale, Source, Threshold, numbered

_GUY = Source(citation="Guy W. ECDEU Assessment Manual for Psychopharmacology. 1976")

# Hurst and Bolton (2004) print a PGIC that runs the other way; it is not this instrument, and its
# details have not been verified, so it is not declared.
PGIC = Instrument(
    key="pgic",
    name="Patient Global Impression of Change",
    version="Guy 1976 (1 = very much improved)",
    recall="since the start of the study",
    scales=(
        Scale(
            key="change",
            label="global impression of change (PGIC)",
            items=numbered("pgic", 1, lowest=1, highest=7),
            combine="sum",
            range=(1, 7),
            higher_is="worse",
            unit="category",
            true_zero=False,
            source=_GUY,
            level="verified",
            thresholds=(
                Threshold(
                    value=2,
                    operator="<=",
                    unit="points",
                    kind="cut-off",
                    population="chronic pain trials",
                    anchor="responder: much or very much improved",
                    source=IMMPACT_2008,
                    level="verified",
                ),
            ),
            bands=(
                Bands(
                    name="IMMPACT",
                    labels=("substantial", "moderate", "minimal", "no improvement"),
                    edges=(1, 2, 3, 4, 7),
                    closed="left",
                    source=IMMPACT_2008,
                    level="verified",
                ),
            ),
        ),
    ),
    rights="public domain as far as known",
    citation=_GUY,
    coding="1 very much improved, 4 no change, 7 very much worse; not the reversed scale of "
    "Hurst and Bolton (7 = a great deal better)",
)
