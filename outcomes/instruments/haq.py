"""Health Assessment Questionnaire Disability Index, with and without aids."""

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import (
    Algorithm,
    Bands,
    Instrument,
    Item,
    MissingRule,
    Scale,
    Source,
    integers,
    numbered,
)

Floats = NDArray[np.float64]

_FRIES = Source(citation="Fries JF et al. Arthritis Rheum 1980;23:137-145")
_LOINC = Source(citation="LOINC term description of the HAQ-DI", locator="six of eight categories")
CATEGORIES = {
    "dressing": 2,
    "arising": 2,
    "eating": 3,
    "walking": 2,
    "hygiene": 3,
    "reach": 2,
    "grip": 3,
    "activities": 3,
}
_ITEMS = numbered("haq", 20, lowest=0, highest=3)
_AIDS = tuple(Item(key=f"haq_aid_{name}", responses=integers(0, 1)) for name in CATEGORIES)
_SIX_CATEGORIES = MissingRule(
    name="six of eight categories, each with an answered item; an unmarked aid counts as none",
    min_answered=0,
    level="project",
    source=_LOINC,
)


def _categories(values: Floats) -> Floats:
    """Highest answer of each category, NaN where none was answered."""
    ends = np.cumsum(list(CATEGORIES.values()))
    return np.column_stack(
        [np.fmax.reduce(part, axis=1) for part in np.split(values, ends[:-1], 1)]
    )


def _mean_of_categories(scores: Floats) -> Floats:
    """Mean over the answered categories where at least six were."""
    answered = (~np.isnan(scores)).sum(axis=1)
    total = np.nan_to_num(scores).sum(axis=1)
    return np.where(answered >= 6, total / np.maximum(answered, 1), np.nan)


def _without_aids(values: Floats) -> Floats:
    """Index from the answers alone."""
    return _mean_of_categories(_categories(values))


def _with_aids(values: Floats) -> Floats:
    """Index in which an aid or help raises a category below 2 to 2."""
    scores, aided = _categories(values[:, :20]), values[:, 20:] == 1
    return _mean_of_categories(np.where(aided & (scores < 2), 2.0, scores))


def _index(key: str, label: str, items: tuple[Item, ...], algorithm: Algorithm) -> Scale:
    """Disability index, 0 to 3."""
    return Scale(
        key=key,
        label=label,
        items=items,
        combine=algorithm,
        range=(0, 3),
        higher_is="worse",
        source=_FRIES,
        level="verified",
        missing=_SIX_CATEGORIES,
        bands=(
            Bands(
                name="HAQ",
                labels=("mild to moderate", "moderate to severe", "severe to very severe"),
                edges=(0, 1, 2, 3),
                closed="right",
                source=Source(citation="public summary of the HAQ-DI"),
                level="single_source",
            ),
        ),
    )


HAQ_DI = Instrument(
    key="haq",
    name="Health Assessment Questionnaire Disability Index",
    version="HAQ-DI, 20 items",
    recall="past week",
    scales=(
        _index(
            "total",
            "Disability (HAQ-DI)",
            (*_ITEMS, *_AIDS),
            Algorithm(function=_with_aids, summary="mean of category maxima; aids raise them to 2"),
        ),
        _index(
            "without_aids",
            "Disability without regard to aids (HAQ-DI)",
            _ITEMS,
            Algorithm(function=_without_aids, summary="mean of category maxima"),
        ),
    ),
    rights="copyright Stanford University; free, unmodified, as far as known",
    citation=_FRIES,
    coding="items in form order; haq_aid_<category> 1 where an aid, device or help is ticked, "
    "0 or empty otherwise, for " + ", ".join(CATEGORIES),
)
