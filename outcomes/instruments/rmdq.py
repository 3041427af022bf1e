"""Roland-Morris Disability Questionnaire: the 24-item original and shorter forms."""

from dataclasses import replace

from outcomes.instruments.sources import important_in_low_back_pain
from outcomes.instruments.spec import (
    Instrument,
    Scale,
    Source,
    numbered,
    points,
    prorate,
)

_ROLAND = Source(
    citation="Roland M, Morris R. Spine 1983;8:141-144", locator="count of ticked statements"
)

RMDQ_24 = Instrument(
    key="rmdq",
    name="Roland-Morris Disability Questionnaire",
    version="RMDQ-24",
    recall="today",
    scales=(
        Scale(
            key="total",
            label="Roland-Morris Disability Questionnaire",
            items=numbered("rmdq", 24, lowest=0, highest=1),
            combine="sum",
            range=(0, 24),
            higher_is="worse",
            source=_ROLAND,
            level="verified",
            # No standard method exists; the limit of four is ours and only on request.
            other_rules=(prorate(20, "project"),),
            thresholds=(
                *important_in_low_back_pain(5),
                points(
                    "measurement error",
                    4,
                    "low back pain, baseline scores 4 to 20",
                    "minimal detectable change, 90 % confidence",
                    Source(citation="Stratford PW et al. 1996", locator="abstract"),
                    "originator",
                    value_high=5,
                ),
                points(
                    "cut-off",
                    4,
                    "low back pain",
                    "functional",
                    Source(citation="Stratford PW, Riddle DL. 2016", locator="abstract"),
                    "originator",
                    operator="<=",
                ),
            ),
        ),
    ),
    rights="public; the authors ask for no permission for the published form",
    citation=_ROLAND,
    coding="1 ticked, 0 not ticked; on a tick-box form an unticked statement is 0, not empty",
)


def _shorter(n_items: int, citation: str) -> Instrument:
    """Count on a form of its own, never taken from the items of the original."""
    source = Source(citation=citation, locator="count of ticked statements")
    least = n_items - 4 if n_items > 20 else n_items - 3
    total = replace(
        RMDQ_24.scales[0],
        label=f"Roland-Morris Disability Questionnaire (RMDQ-{n_items})",
        items=numbered(f"rmdq{n_items}", n_items, lowest=0, highest=1),
        range=(0, n_items),
        source=source,
        level="single_source",
        other_rules=(prorate(least, "project"),),
        thresholds=(),
    )
    return replace(
        RMDQ_24,
        key=f"rmdq{n_items}",
        version=f"RMDQ-{n_items}",
        scales=(total,),
        citation=source,
        coding=f"{RMDQ_24.coding}. Columns in the order of the form that was used",
        experimental=f"more than one form of {n_items} items is in use and none was read",
    )


RMDQ_23 = _shorter(23, "Patrick DL et al. Spine 1995;20:1899-1908")
RMDQ_18 = _shorter(18, "Stratford PW, Binkley JM. Spine 1997;22:2416-2421")
