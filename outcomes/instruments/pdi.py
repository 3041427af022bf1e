"""Pain Disability Index."""

from outcomes.instruments.spec import Instrument, Scale, Source, numbered, points

_TAIT = Source(citation="Tait RC, Chibnall JT, Krause S. Pain 1990;40:171-182")
_SOER = Source(citation="Soer R et al. Spine 2012;37:711-715", locator="quoted second-hand")

PDI = Instrument(
    key="pdi",
    name="Pain Disability Index",
    version="PDI-7",
    recall="overall, without a fixed window",
    scales=(
        Scale(
            key="total",
            label="Pain Disability Index",
            items=numbered("pdi", 7, lowest=0, highest=10),
            combine="sum",
            range=(0, 70),
            higher_is="worse",
            source=_TAIT,
            level="single_source",
            thresholds=(
                points(
                    "MCID",
                    8.5,
                    "chronic back and musculoskeletal pain",
                    "anchor not recorded",
                    _SOER,
                    "single_source",
                    value_high=9.5,
                ),
            ),
        ),
    ),
    rights="copyright of the authors; widely used free of charge",
    citation=_TAIT,
)
