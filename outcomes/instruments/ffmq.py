"""Five Facet Mindfulness Questionnaire, with 39 and with 15 items."""

from outcomes.instruments.spec import Instrument, Item, Scale, Source, numbered, pick

_BAER = Source(citation="Baer RA et al. Assessment 2006;13:27-45", locator="table 3")
_GU = Source(
    citation="Gu J et al. Psychol Assess 2016;28:791-802",
    locator="items of Baer 2012 as a paper quotes them",
    doi="10.1037/pas0000263",
)
_UNREAD = "not stated in the sources read"
_RIGHTS = "free for research as far as known"
_LABELS = {
    "observe": "Observe",
    "describe": "Describe",
    "awareness": "Act with awareness",
    "nonjudging": "Non-judging",
    "nonreactivity": "Non-reactivity",
}


def _sum(key: str, label: str, items: tuple[Item, ...], source: Source) -> Scale:
    """Sum of answers of 1 to 5, all of them needed."""
    return Scale(
        key=key,
        label=label,
        items=items,
        combine="sum",
        range=(len(items), 5 * len(items)),
        higher_is="better",
        true_zero=False,
        source=source,
        level="single_source",
    )


def _scales(
    items: tuple[Item, ...], facets: dict[str, tuple[int, ...]], form: str, source: Source
) -> tuple[Scale, ...]:
    """Five facets and the sum of all items."""
    return (
        *(
            _sum(key, f"{_LABELS[key]} ({form})", pick(items, numbers), source)
            for key, numbers in facets.items()
        ),
        _sum("total", f"Mindfulness ({form})", items, source),
    )


_REVERSED = (3, 5, 8, 10, 12, 13, 14, 16, 17, 18, 22, 23, 25, 28, 30, 34, 35, 38, 39)

FFMQ = Instrument(
    key="ffmq",
    name="Five Facet Mindfulness Questionnaire",
    version="FFMQ-39, sums",
    recall=_UNREAD,
    scales=_scales(
        numbered("ffmq", 39, lowest=1, highest=5, reverse=_REVERSED),
        {
            "observe": (1, 6, 11, 15, 20, 26, 31, 36),
            "describe": (2, 7, 12, 16, 22, 27, 32, 37),
            "awareness": (5, 8, 13, 18, 23, 28, 34, 38),
            "nonjudging": (3, 10, 14, 17, 25, 30, 35, 39),
            "nonreactivity": (4, 9, 19, 21, 24, 29, 33),
        },
        "FFMQ",
        _BAER,
    ),
    rights=_RIGHTS,
    citation=_BAER,
    coding="answers as printed, 1 to 5; nineteen items are reversed here",
)
FFMQ_15 = Instrument(
    key="ffmq15",
    name="Five Facet Mindfulness Questionnaire, 15 items",
    version="FFMQ-15, sums",
    recall=_UNREAD,
    scales=_scales(
        numbered("ffmq15", 15, lowest=1, highest=5, reverse=(3, 4, 7, 8, 9, 13, 14)),
        {
            "observe": (1, 6, 11),
            "describe": (2, 7, 12),
            "awareness": (3, 8, 13),
            "nonjudging": (4, 9, 14),
            "nonreactivity": (5, 10, 15),
        },
        "FFMQ-15",
        _GU,
    ),
    rights=_RIGHTS,
    citation=_GU,
    coding="1 to 5 in the order of the 15-item form, which in numbers of the FFMQ-39 is 6, 2, 8, "
    "10, 19, 11, 16, 34, 14, 29, 15, 27, 38, 30, 33: compare it with the form used, whose own "
    "numbering was not read. Items 3, 4, 7, 8, 9, 13 and 14 are reversed here",
)
