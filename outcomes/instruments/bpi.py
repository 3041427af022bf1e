"""Brief Pain Inventory, short form."""

from outcomes.instruments.sources import IMMPACT_2008, IMPORTANT_CHANGES
from outcomes.instruments.spec import (
    Instrument,
    Item,
    Scale,
    Source,
    Threshold,
    integers,
    prorate,
)

_GUIDE = Source(
    citation="Cleeland CS. The Brief Pain Inventory User Guide. 2009", locator="scoring"
)
_KELLER = Source(
    citation="Keller S et al. Clin J Pain 2004;20:309-318", doi="10.1097/00002508-200409000-00005"
)
_TEN = integers(0, 10)
_SEVERITY = tuple(Item(key=f"bpi_{number}", responses=_TEN) for number in (3, 4, 5, 6))
_INTERFERENCE = tuple(Item(key=f"bpi_9{letter}", responses=_TEN) for letter in "abcdefg")


def _rating(key: str, label: str, item: Item) -> Scale:
    """One severity item on its own, which the guide accepts as an endpoint."""
    return Scale(
        key=key,
        label=label,
        items=(item,),
        combine="sum",
        range=(0, 10),
        higher_is="worse",
        source=_GUIDE,
        level="verified",
        thresholds=IMPORTANT_CHANGES,
    )


BPI_SF = Instrument(
    key="bpi",
    name="Brief Pain Inventory, short form",
    version="BPI-SF",
    recall="last 24 hours",
    scales=(
        Scale(
            key="severity",
            label="pain severity (BPI-SF)",
            items=_SEVERITY,
            combine="mean",
            range=(0, 10),
            higher_is="worse",
            source=_GUIDE,
            level="verified",
            thresholds=IMPORTANT_CHANGES,
        ),
        Scale(
            key="interference",
            label="pain interference (BPI-SF)",
            items=_INTERFERENCE,
            combine="mean",
            range=(0, 10),
            higher_is="worse",
            source=_GUIDE,
            level="verified",
            missing=prorate(4, "verified", _GUIDE),
            thresholds=(
                Threshold(
                    value=1,
                    unit="points",
                    kind="MCID",
                    population="chronic pain trials",
                    anchor="minimally important improvement",
                    source=IMMPACT_2008,
                    level="verified",
                ),
            ),
        ),
        _rating("worst", "Worst pain (BPI-SF)", _SEVERITY[0]),
        _rating("least", "Least pain (BPI-SF)", _SEVERITY[1]),
        _rating("average", "Average pain (BPI-SF)", _SEVERITY[2]),
        _rating("now", "Pain now (BPI-SF)", _SEVERITY[3]),
    ),
    rights="copyright C. S. Cleeland and MD Anderson Cancer Center; permission required",
    citation=_KELLER,
    coding="bpi_3 worst, bpi_4 least, bpi_5 average, bpi_6 now; bpi_9a to bpi_9g interference",
)
