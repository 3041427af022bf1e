"""Perceived Stress Scale, with 10, 4 and 14 items."""

from outcomes.instruments.spec import Instrument, Level, Scale, Source, numbered

_COHEN = Source(citation="Cohen S, Kamarck T, Mermelstein R. J Health Soc Behav 1983;24:385-396")


def _pss(
    key: str, version: str, n_items: int, reverse: tuple[int, ...], level: Level
) -> Instrument:
    """Sum of answers of 0 to 4; which are reversed differs between the lengths."""
    *first, last = (str(number) for number in reverse)
    return Instrument(
        key=key,
        name="Perceived Stress Scale",
        version=version,
        recall="past month",
        scales=(
            Scale(
                key="total",
                label=f"Perceived stress ({version})",
                items=numbered(key, n_items, lowest=0, highest=4, reverse=reverse),
                combine="sum",
                range=(0, 4 * n_items),
                higher_is="worse",
                source=_COHEN,
                level=level,
            ),
        ),
        rights="free for academic use; profit-related use needs permission",
        citation=_COHEN,
        coding=f"answers as printed; items {', '.join(first)} and {last} are reversed here",
    )


PSS_10 = _pss("pss10", "PSS-10", 10, (4, 5, 7, 8), "verified")
PSS_4 = _pss("pss4", "PSS-4", 4, (2, 3), "single_source")
PSS_14 = _pss("pss14", "PSS-14", 14, (4, 5, 6, 7, 9, 10, 13), "single_source")
