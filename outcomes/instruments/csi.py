"""Central Sensitization Inventory, part A."""

from outcomes.instruments.spec import Bands, Instrument, Scale, Source, numbered, points

_MAYER = Source(
    citation="Mayer TG et al. Pain Pract 2012;12:276-285", doi="10.1111/j.1533-2500.2011.00493.x"
)
_NEBLETT_2013 = Source(
    citation="Neblett R et al. J Pain 2013;14:438-445",
    locator="abstract",
    doi="10.1016/j.jpain.2012.11.012",
)
_NEBLETT_2017 = Source(
    citation="Neblett R et al. Pain Pract 2017;17:166-175",
    locator="abstract",
    doi="10.1111/papr.12440",
)

CSI = Instrument(
    key="csi",
    name="Central Sensitization Inventory",
    version="CSI part A",
    recall="none stated",
    scales=(
        Scale(
            key="total",
            label="Central sensitization (CSI)",
            items=numbered("csi", 25, lowest=0, highest=4),
            combine="sum",
            range=(0, 100),
            higher_is="worse",
            source=_MAYER,
            level="verified",
            thresholds=(
                points("cut-off", 40, "chronic pain", "not stated", _NEBLETT_2013, "verified"),
            ),
            bands=(
                Bands(
                    name="Neblett",
                    labels=("subclinical", "mild", "moderate", "severe", "extreme"),
                    edges=(0, 30, 40, 50, 60, 100),
                    closed="left",
                    source=_NEBLETT_2017,
                    level="single_source",
                ),
            ),
        ),
    ),
    rights="copyright PRIDE Research Foundation; free for research and clinics as far as known",
    citation=_MAYER,
)
