"""WOMAC osteoarthritis index in its three response formats."""

from dataclasses import replace

from outcomes.instruments.sources import important_in_osteoarthritis
from outcomes.instruments.spec import (
    AS_ITS_PARTS,
    Composite,
    Instrument,
    Item,
    Level,
    Responses,
    Scale,
    Source,
    Threshold,
    between,
    integers,
    numbered,
    percent,
    pick,
    prorate,
    sum_of,
)

_BELLAMY = Source(
    citation="Bellamy N et al. J Rheumatol 1988;15:1833-1840", locator="subscale sums"
)
_WHITEHOUSE = Source(
    citation="Whitehouse et al. 2004",
    locator="four or more function items missing invalidate; fewer are replaced by the mean",
)
_FUNCTION_CHANGES = important_in_osteoarthritis(knee=(9.1, 26.0), hip=(7.9, 21.1))
_TOTAL_CHANGES = (
    percent(
        "MCID",
        16,
        "osteoarthritis treated with NSAIDs, Morocco",
        "anchor not recorded",
        Source(citation="trial of NSAIDs in Morocco", locator="abstract"),
        "single_source",
    ),
)


def _subscales(items: tuple[Item, ...], level: Level) -> tuple[Scale, ...]:
    """Raw sums of pain (1-5), stiffness (6-7) and function (8-24)."""
    highest = items[0].responses.highest
    # The limits for pain and stiffness are quoted from the user guide, which was not read.
    rows = (
        ("pain", "Pain", range(1, 6), prorate(4, "project")),
        ("stiffness", "Stiffness", range(6, 8), prorate(1, "project")),
        ("function", "Function", range(8, 25), prorate(14, "single_source", _WHITEHOUSE)),
    )
    return tuple(
        Scale(
            key=key,
            label=f"{label} (WOMAC)",
            items=pick(items, numbers),
            combine="sum",
            range=(0, highest * len(numbers)),
            higher_is="worse",
            source=_BELLAMY,
            level=level,
            missing=rule,
        )
        for key, label, numbers, rule in rows
    )


def _normalised(raw: Scale, thresholds: tuple[Threshold, ...] = ()) -> Scale:
    """Put a raw score on 0 to 100 under a name of its own."""
    key, label, ends = f"{raw.key}_percent", f"{raw.label}, 0-100", (0.0, 100.0)
    if isinstance(raw.combine, Composite):
        weights = tuple(100 / raw.range[1] for _ in raw.combine.parts)
        combined = replace(raw.combine, weights=weights)
        return replace(raw, key=key, label=label, combine=combined, range=ends)
    return replace(raw, key=key, label=label, rescale_to=ends, range=ends, thresholds=thresholds)


def womac(
    key: str,
    version: str,
    items: tuple[Item, ...],
    level: Level,
    coding: str,
    experimental: str | None = None,
) -> Instrument:
    """Three raw subscales and their sum, each also on 0 to 100, of 24 items in form order."""
    parts = _subscales(items, level)
    total = Scale(
        key="total",
        label="Total (WOMAC)",
        items=sum_of(*parts).items,
        combine=sum_of(*parts),
        range=(0, items[0].responses.highest * 24),
        higher_is="worse",
        source=_BELLAMY,
        level=level,
        missing=AS_ITS_PARTS,
        thresholds=_TOTAL_CHANGES,
    )
    pain, stiffness, function = parts
    return Instrument(
        key=key,
        name="WOMAC osteoarthritis index",
        version=version,
        recall="last 48 hours",
        scales=(
            *parts,
            total,
            _normalised(pain),
            _normalised(stiffness),
            _normalised(function, _FUNCTION_CHANGES),
            _normalised(total),
        ),
        rights="proprietary (N. Bellamy); licence required",
        citation=_BELLAMY,
        coding=coding,
        experimental=experimental,
    )


def _own(key: str, version: str, responses: Responses, level: Level, coding: str) -> Instrument:
    """Score the questionnaire itself in one response format."""
    items = numbered("womac", 24, responses=responses)
    coding = f"{coding}; items 1-5 pain, 6-7 stiffness, 8-24 function"
    return womac(key, version, items, level, coding)


WOMAC_LIKERT = _own("womac_likert", "LK3.1", integers(0, 4), "verified", "0 none to 4 extreme")
WOMAC_NRS = _own("womac_nrs", "NRS3.1", integers(0, 10), "single_source", "0 to 10")
WOMAC_VAS = _own("womac_vas", "VA3.1", between(0, 100), "verified", "millimetres 0 to 100")
