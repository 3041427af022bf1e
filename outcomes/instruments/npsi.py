"""Neuropathic Pain Symptom Inventory."""

from collections.abc import Iterable

from outcomes.instruments.spec import Instrument, Item, Scale, Source, integers

_BOUHASSIRA = Source(
    citation="Bouhassira D et al. Pain 2004;108:248-257",
    locator="ten descriptors of the twelve items; item numbers from general knowledge",
    doi="10.1016/j.pain.2003.12.024",
)
# Items 4 and 7 are temporal and not scored.
_SCORED = (1, 2, 3, 5, 6, 8, 9, 10, 11, 12)


def _items(numbers: Iterable[int]) -> tuple[Item, ...]:
    """Descriptors rated 0 to 10."""
    return tuple(Item(key=f"npsi_{number}", responses=integers(0, 10)) for number in numbers)


def _scale(key: str, label: str, numbers: tuple[int, ...], combine: str = "mean") -> Scale:
    """Mean of descriptors, or their sum."""
    highest = 10.0 * (len(numbers) if combine == "sum" else 1)
    return Scale(
        key=key,
        label=f"{label} (NPSI)",
        items=_items(numbers),
        combine="sum" if combine == "sum" else "mean",
        range=(0, highest),
        higher_is="worse",
        source=_BOUHASSIRA,
        level="unverified",
    )


NPSI = Instrument(
    key="npsi",
    name="Neuropathic Pain Symptom Inventory",
    version="NPSI, 2004",
    recall="last 24 hours",
    scales=(
        # Not the sum of the five subscores.
        _scale("total", "Neuropathic symptoms", _SCORED, "sum"),
        _scale("burning", "Burning spontaneous pain", (1,)),
        _scale("pressing", "Pressing spontaneous pain", (2, 3)),
        _scale("paroxysmal", "Paroxysmal pain", (5, 6)),
        _scale("evoked", "Evoked pain", (8, 9, 10)),
        _scale("paraesthesia", "Paraesthesia and dysaesthesia", (11, 12)),
    ),
    rights="copyright D. Bouhassira; licences from Mapi Research Trust",
    citation=_BOUHASSIRA,
    coding="0 to 10; the temporal items 4 and 7 are not scored and need no column",
    experimental="which item belongs to which subscore was read in no manual",
)
