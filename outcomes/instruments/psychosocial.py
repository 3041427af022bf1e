"""Mood, acceptance, attention, alliance, loneliness and alcohol."""

from collections.abc import Iterable

from outcomes.instruments.spec import (
    Bands,
    Instrument,
    Item,
    Level,
    Scale,
    Source,
    numbered,
    pick,
    prorate,
)

_LOVIBOND = Source(citation="Lovibond PF, Lovibond SH. Behav Res Ther 1995;33:335-343")
_MCCRACKEN = Source(
    citation="McCracken LM, Vowles KE, Eccleston C. Pain 2004;107:159-166",
    locator="with the authors' form of 2006; the reversal follows the scale's definition",
)
_BROWN = Source(citation="Brown KW, Ryan RM. J Pers Soc Psychol 2003;84:822-848")
_HATCHER = Source(citation="Hatcher RL, Gillaspy JA. Psychother Res 2006;16:12-25")
_BUSH = Source(citation="Bush K et al. Arch Intern Med 1998;158:1789-1795")
_BECK = Source(
    citation="Beck AT, Steer RA, Brown GK. Manual for the BDI-II. 1996",
    locator="sum of 21 items, from general knowledge",
)
_HUGHES = Source(
    citation="Hughes ME et al. Res Aging 2004;26:655-672", doi="10.1177/0164027504268574"
)
_UNREAD = "not stated in the sources read"


def _total(
    key: str,
    label: str,
    items: tuple[Item, ...],
    source: Source,
    higher_is_better: bool,
    level: Level = "verified",
) -> Scale:
    """Sum of items, all of which are needed."""
    return Scale(
        key=key,
        label=label,
        items=items,
        combine="sum",
        range=(
            sum(item.responses.lowest for item in items),
            sum(item.responses.highest for item in items),
        ),
        higher_is="better" if higher_is_better else "worse",
        true_zero=items[0].responses.lowest == 0,
        source=source,
        level=level,
    )


_DASS = numbered("dass21", 21, lowest=0, highest=3)


def _dass(
    key: str, label: str, numbers: Iterable[int], edges: tuple[float, float, float, float]
) -> Scale:
    """Twice the sum of seven items, comparable with the 42-item form."""
    return Scale(
        key=key,
        label=f"{label} (DASS-21, doubled)",
        items=pick(_DASS, numbers),
        combine="sum",
        rescale_to=(0, 42),
        range=(0, 42),
        higher_is="worse",
        source=_LOVIBOND,
        level="verified",
        # One missing item of seven is a habit without a rule that could be read.
        other_rules=(prorate(6, "unverified"),),
        bands=(
            Bands(
                name="Lovibond, doubled",
                labels=("normal", "mild", "moderate", "severe", "extremely severe"),
                edges=(0, *edges, 42),
                closed="left",
                source=_LOVIBOND,
                level="verified",
            ),
        ),
    )


DASS_21 = Instrument(
    key="dass21",
    name="Depression Anxiety Stress Scales, 21 items",
    version="DASS-21, doubled",
    recall=_UNREAD,
    scales=(
        _dass("depression", "Depression", (3, 5, 10, 13, 16, 17, 21), (10, 14, 21, 28)),
        _dass("anxiety", "Anxiety", (2, 4, 7, 9, 15, 19, 20), (8, 10, 15, 20)),
        _dass("stress", "Stress", (1, 6, 8, 11, 12, 14, 18), (15, 19, 26, 34)),
    ),
    rights="public domain as far as known",
    citation=_LOVIBOND,
    coding="single items 0 to 3; scores are doubled here",
)

_WILLING = (4, 7, 11, 13, 14, 16, 17, 18, 20)
_CPAQ = numbered("cpaq", 20, lowest=0, highest=6, reverse=_WILLING)

CPAQ = Instrument(
    key="cpaq",
    name="Chronic Pain Acceptance Questionnaire",
    version="CPAQ-20",
    recall=_UNREAD,
    scales=(
        _total("total", "Acceptance (CPAQ)", _CPAQ, _MCCRACKEN, True, "single_source"),
        _total(
            "activity_engagement",
            "Activity engagement (CPAQ)",
            pick(_CPAQ, (1, 2, 3, 5, 6, 8, 9, 10, 12, 15, 19)),
            _MCCRACKEN,
            higher_is_better=True,
            level="originator",
        ),
        _total(
            "pain_willingness",
            "Pain willingness (CPAQ)",
            pick(_CPAQ, _WILLING),
            _MCCRACKEN,
            higher_is_better=True,
            level="single_source",
        ),
    ),
    rights="freely distributed by the authors as far as known",
    citation=_MCCRACKEN,
    coding="answers as printed; all nine pain-willingness items are reversed here",
)

# The short name alone also means a scale of maternal attachment.
MAAS = Instrument(
    key="maas_mindfulness",
    name="Mindful Attention Awareness Scale",
    version="MAAS-15",
    recall=_UNREAD,
    scales=(
        Scale(
            key="total",
            label="Mindful attention (MAAS)",
            items=numbered("maas_mindfulness", 15, lowest=1, highest=6),
            combine="mean",
            range=(1, 6),
            higher_is="better",
            true_zero=False,
            source=_BROWN,
            level="verified",
        ),
    ),
    rights="free for research as far as known",
    citation=_BROWN,
    coding="1 almost always to 6 almost never, as printed; nothing is reversed",
)

_WAI = numbered("wai_sr", 12, lowest=1, highest=5)

WAI_SR = Instrument(
    key="wai_sr",
    name="Working Alliance Inventory, short revised",
    version="WAI-SR, 1-5, sums",
    recall=_UNREAD,
    scales=(
        _total("total", "Working alliance (WAI-SR)", _WAI, _HATCHER, True),
        _total("task", "Task (WAI-SR)", pick(_WAI, (1, 2, 10, 12)), _HATCHER, True),
        _total("bond", "Bond (WAI-SR)", pick(_WAI, (3, 5, 7, 9)), _HATCHER, True),
        _total("goal", "Goal (WAI-SR)", pick(_WAI, (4, 6, 8, 11)), _HATCHER, True),
    ),
    rights="Society for Psychotherapy Research; permission needed",
    citation=_HATCHER,
    coding="1 to 5; the WAI-S has twelve items too, but 1 to 7 and another key",
)

AUDIT_C = Instrument(
    key="auditc",
    name="AUDIT-C alcohol screen",
    version="AUDIT items 1 to 3",
    recall=_UNREAD,
    scales=(
        _total(
            "total",
            "Alcohol consumption (AUDIT-C)",
            numbered("auditc", 3, lowest=0, highest=4),
            _BUSH,
            higher_is_better=False,
            level="single_source",
        ),
    ),
    rights="WHO document; free for non-commercial use as far as known",
    citation=_BUSH,
    coding="0 to 4; where item 1 is never, items 2 and 3 skipped by design must be entered as 0",
)

UCLA_3 = Instrument(
    key="ucla3",
    name="UCLA loneliness scale, three items",
    version="answers 1 to 3",
    recall=_UNREAD,
    scales=(
        _total(
            "total",
            "Loneliness (UCLA-3)",
            numbered("ucla3", 3, lowest=1, highest=3),
            _HUGHES,
            higher_is_better=False,
            level="single_source",
        ),
    ),
    rights="free for research as far as known",
    citation=_HUGHES,
    coding="1 hardly ever, 2 some of the time, 3 often; an adapted version is coded from 0",
)
BDI_II = Instrument(
    key="bdi2",
    name="Beck Depression Inventory II",
    version="BDI-II, item scores",
    recall=_UNREAD,
    scales=(
        _total(
            "total",
            "Depression (BDI-II)",
            numbered("bdi2", 21, lowest=0, highest=3),
            _BECK,
            higher_is_better=False,
            level="unverified",
        ),
    ),
    rights="copyright Pearson; licence required",
    citation=_BECK,
    coding="item scores 0 to 3; the letters of the seven options of items 16 and 18 are dropped",
    experimental="its manual is proprietary and was not read",
)
