"""Patient-Rated Wrist Evaluation."""

from outcomes.instruments.spec import (
    AS_ITS_PARTS,
    Instrument,
    Item,
    Scale,
    Source,
    numbered,
    pick,
    sum_of,
)

_MACDERMID = Source(
    citation="MacDermid JC et al. J Orthop Trauma 1998;12:577-586",
    locator="ranges 0 to 50 and 0 to 100 as in a public summary; manual not read",
)
_ITEMS = numbered("prwe", 15, lowest=0, highest=10)


def _half(key: str, label: str, items: tuple[Item, ...]) -> Scale:
    """Half of the total: the sum of items on 0 to 50."""
    return Scale(
        key=key,
        label=f"{label} (PRWE)",
        items=items,
        combine="sum",
        # Ten function items make 100; without this halving the total would end at 150.
        rescale_to=(0, 50),
        range=(0, 50),
        higher_is="worse",
        source=_MACDERMID,
        level="single_source",
    )


_PARTS = (
    _half("pain", "Wrist pain", pick(_ITEMS, range(1, 6))),
    _half("function", "Wrist function", pick(_ITEMS, range(6, 16))),
)

PRWE = Instrument(
    key="prwe",
    name="Patient-Rated Wrist Evaluation",
    version="PRWE-15",
    recall="past week",
    scales=(
        Scale(
            key="total",
            label="Wrist pain and function (PRWE)",
            items=_ITEMS,
            combine=sum_of(*_PARTS),
            range=(0, 100),
            higher_is="worse",
            source=_MACDERMID,
            level="single_source",
            missing=AS_ITS_PARTS,
        ),
        *_PARTS,
    ),
    rights="free (J. MacDermid) as far as known",
    citation=_MACDERMID,
    coding="0 to 10; items 1 to 5 pain, of which the fifth is a frequency, 6 to 11 specific and "
    "12 to 15 usual activities",
)
