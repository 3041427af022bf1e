"""Foot and Ankle Ability Measure."""

from outcomes.instruments.spec import Instrument, Item, Scale, Source, integers, prorate

_MARTIN = Source(
    citation="Martin RL et al. Foot Ankle Int 2005;26:968-983",
    locator="items that do not apply leave the denominator; 90 % must be answered",
    doi="10.1177/107110070502601113",
)


def _subscale(key: str, label: str, n_items: int, min_answered: int) -> Scale:
    """Percent of the highest possible sum of the answered items."""
    return Scale(
        key=key,
        label=f"{label} (FAAM)",
        items=tuple(
            Item(key=f"faam_{key}_{number}", responses=integers(0, 4))
            for number in range(1, n_items + 1)
        ),
        combine="sum",
        rescale_to=(0, 100),
        range=(0, 100),
        higher_is="better",
        source=_MARTIN,
        level="verified",
        missing=prorate(min_answered, "verified", _MARTIN),
    )


FAAM = Instrument(
    key="faam",
    name="Foot and Ankle Ability Measure",
    version="FAAM 21 + 8 items",
    recall="past week",
    scales=(
        _subscale("adl", "Activities of daily living", 21, 19),
        _subscale("sports", "Sports", 8, 7),
    ),
    rights="free of charge, as public summaries state",
    citation=_MARTIN,
    coding="0 unable to 4 no difficulty; an item that does not apply is empty",
)
