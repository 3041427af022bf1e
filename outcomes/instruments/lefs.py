"""Lower Extremity Functional Scale."""

from outcomes.instruments.spec import Instrument, Scale, Source, numbered, points

_BINKLEY = Source(citation="Binkley JM et al. Phys Ther 1999;79:371-383")
_LIMB = "mixed lower-limb musculoskeletal conditions"

LEFS = Instrument(
    key="lefs",
    name="Lower Extremity Functional Scale",
    version="LEFS-20",
    recall="today",
    scales=(
        Scale(
            key="total",
            label="Lower-extremity function (LEFS)",
            items=numbered("lefs", 20, lowest=0, highest=4),
            combine="sum",
            range=(0, 80),
            higher_is="better",
            source=_BINKLEY,
            level="verified",
            thresholds=(
                points("MCID", 9, _LIMB, "anchor not recorded", _BINKLEY, "verified"),
                points(
                    "measurement error",
                    9,
                    _LIMB,
                    "minimal detectable change, 90 % confidence",
                    _BINKLEY,
                    "verified",
                ),
            ),
        ),
    ),
    rights="free of charge, as public summaries of the scale state",
    citation=_BINKLEY,
)
