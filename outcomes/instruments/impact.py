"""Impact score of the NIH Task Force on Research Standards for Chronic Low Back Pain."""

from outcomes.instruments.spec import Instrument, Item, Scale, Source, integers, points

_DEYO = Source(
    citation="Deyo RA et al. J Pain 2014;15:569-585",
    locator="nine PROMIS-29 items of pain intensity, interference and physical function",
    doi="10.1016/j.jpain.2014.03.005",
)
_ADAPTIVE = Source(
    citation="BMC Musculoskelet Disord 2025",
    locator="abstract of the preprint; published estimates range from 3 to 7.5",
    doi="10.1186/s12891-025-08378-5",
)
_ITEMS = (
    *(Item(key=f"nih_impact_{number}", responses=integers(1, 5)) for number in range(1, 5)),
    *(
        Item(key=f"nih_impact_{number}", responses=integers(1, 5), reverse=True)
        for number in range(5, 9)
    ),
    Item(key="nih_impact_9", responses=integers(0, 10)),
)

NIH_IMPACT = Instrument(
    key="nih_impact",
    name="Low back pain impact score of the NIH Research Task Force",
    version="nine items of the PROMIS-29",
    recall="past 7 days; physical function without time frame",
    scales=(
        Scale(
            key="total",
            label="Impact of low back pain (NIH task force)",
            items=_ITEMS,
            combine="sum",
            range=(8, 50),
            higher_is="worse",
            true_zero=False,
            source=_DEYO,
            level="originator",
            thresholds=(
                points(
                    "MCID",
                    3,
                    "chronic low back pain",
                    "anchor not recorded",
                    _ADAPTIVE,
                    "originator",
                    value_high=7.5,
                ),
            ),
        ),
    ),
    rights="PROMIS Health Organization; free for research as far as known",
    citation=_DEYO,
    coding="raw answers, not T-scores: 1 to 4 pain interference, 5 to 8 physical function in "
    "PROMIS coding (5 = without difficulty), reversed here, 9 pain intensity 0 to 10",
)
