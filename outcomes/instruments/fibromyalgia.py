"""Fibromyalgia: revised impact questionnaire."""

from outcomes.instruments.spec import (
    AS_ITS_PARTS,
    Bands,
    Instrument,
    Item,
    Scale,
    Source,
    numbered,
    pick,
    prorate,
    sum_of,
)

_BENNETT = Source(
    citation="Bennett RM et al. Arthritis Res Ther 2009;11:R120",
    locator="with the author's scoring page: domain sums times 9/x, 2/x, 10/x",
    doi="10.1186/ar2783",
)
_SALAFFI = Source(citation="Salaffi F et al. Clin Exp Rheumatol 2018;36:1074", locator="abstract")
_ITEMS = numbered("fiqr", 21, lowest=0, highest=10)


def _domain(key: str, label: str, items: tuple[Item, ...], highest: int, least: int) -> Scale:
    """Domain sum on its published weight; the author states no fewest answers, half is ours."""
    return Scale(
        key=key,
        label=f"{label} (FIQR)",
        items=items,
        combine="sum",
        rescale_to=(0, highest),
        range=(0, highest),
        higher_is="worse",
        source=_BENNETT,
        level="originator",
        missing=prorate(least, "project", _BENNETT),
    )


_DOMAINS = (
    _domain("function", "Function", pick(_ITEMS, range(1, 10)), 30, 5),
    _domain("overall", "Overall impact", pick(_ITEMS, (10, 11)), 20, 1),
    _domain("symptoms", "Symptoms", pick(_ITEMS, range(12, 22)), 50, 5),
)

FIQR = Instrument(
    key="fiqr",
    name="Revised Fibromyalgia Impact Questionnaire",
    version="FIQR 2009",
    recall="past 7 days",
    scales=(
        Scale(
            key="total",
            label="Fibromyalgia impact (FIQR)",
            items=_ITEMS,
            combine=sum_of(*_DOMAINS),
            range=(0, 100),
            higher_is="worse",
            source=_BENNETT,
            level="originator",
            missing=AS_ITS_PARTS,
            bands=(
                Bands(
                    name="Salaffi",
                    labels=("remission", "mild", "moderate", "high"),
                    edges=(0, 30, 45, 65, 100),
                    closed="right",
                    source=_SALAFFI,
                    level="single_source",
                ),
            ),
        ),
        *_DOMAINS,
    ),
    rights="open-access publication (CC BY 2.0); copyright of the authors",
    citation=_BENNETT,
    coding="fiqr_1 to 9 function, 10 and 11 overall impact, 12 to 21 symptoms",
)
