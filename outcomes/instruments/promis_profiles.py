"""PROMIS-29 profile with its two summary scores, and the Global-10."""

from dataclasses import replace

from outcomes.instruments import promis
from outcomes.instruments.spec import (
    AS_ITS_PARTS,
    Composite,
    Instrument,
    Item,
    Scale,
    Source,
    integers,
    numbered,
    strict,
)

_HAYS_2018 = Source(
    citation="Hays RD, Spritzer KL, Schalet BD, Cella D. Qual Life Res 2018;27:1885-1891",
    locator="summary score weights, with the HealthMeasures profile manual of September 2024, p. 6",
    doi="10.1007/s11136-018-1842-3",
)
_HAYS_2009 = Source(
    citation="Hays RD, Bjorner JB, Revicki DA, Spritzer KL, Cella D. Qual Life Res 2009;18:873-880",
    locator="with the developers' memos on raw scores, June 2009",
    doi="10.1007/s11136-009-9496-9",
)


def _domain(key: str, form: Instrument) -> Scale:
    """Take the scale of a four-item form for the profile's items of that domain."""
    items = numbered(f"promis_29_{key}", 4, lowest=1, highest=5)
    return replace(form.scale(), key=key, items=items)


_FUNCTION = _domain("physical_function", promis.PHYSICAL_FUNCTION_4A)
_ANXIETY = _domain("anxiety", promis.ANXIETY_4A)
_DEPRESSION = _domain("depression", promis.DEPRESSION_4A)
_FATIGUE = _domain("fatigue", promis.FATIGUE_4A)
_SLEEP = _domain("sleep_disturbance", promis.SLEEP_DISTURBANCE_4A)
_ABILITY = _domain("ability_to_participate", promis.ABILITY_4A)
_INTERFERENCE = _domain("pain_interference", promis.PAIN_INTERFERENCE_4A)
_INTENSITY = Scale(
    key="pain_intensity",
    label="Pain intensity (PROMIS-29)",
    items=(Item(key="promis_29_pain_intensity", responses=integers(0, 10)),),
    combine="sum",
    range=(0, 10),
    higher_is="worse",
    source=promis.HEALTHMEASURES,
    level="verified",
)
_DOMAINS = (_FUNCTION, _ANXIETY, _DEPRESSION, _FATIGUE, _SLEEP, _ABILITY, _INTERFERENCE, _INTENSITY)
_INTENSITY_MEAN, _INTENSITY_SD = 2.31, 2.34


def _summary(
    key: str,
    label: str,
    *,
    function: float,
    pain: float,
    ability: float,
    fatigue: float,
    distress: float,
    sleep: float,
) -> Scale:
    """Weigh the z scores of the paper, written as weights of the T-scores themselves.

    Pain is the mean of interference and intensity, distress that of anxiety and depression.
    """
    weights = (function, distress / 2, distress / 2, fatigue, sleep, ability, pain / 2)
    intensity = 10 * pain / 2 / _INTENSITY_SD
    combined = Composite(
        parts=_DOMAINS,
        weights=(*weights, intensity),
        constant=50 - 50 * sum(weights) - intensity * _INTENSITY_MEAN,
    )
    return Scale(
        key=key,
        label=f"{label} (PROMIS-29)",
        items=combined.items,
        combine=combined,
        range=combined.range,
        higher_is="better",
        unit="T-score",
        true_zero=False,
        source=_HAYS_2018,
        level="single_source",
        missing=AS_ITS_PARTS,
    )


PROMIS_29 = Instrument(
    key="promis_29",
    name="PROMIS-29 Profile",
    version="v2.0/v2.1",
    recall="past 7 days; physical function and ability to participate without a time frame",
    scales=(
        *_DOMAINS,
        _summary(
            "physical_health",
            "Physical health summary",
            function=0.872,
            pain=-0.094,
            ability=0.113,
            fatigue=-0.009,
            distress=0.003,
            sleep=0.002,
        ),
        _summary(
            "mental_health",
            "Mental health summary",
            function=-0.015,
            pain=-0.154,
            ability=0.252,
            fatigue=-0.351,
            distress=-0.257,
            sleep=-0.139,
        ),
    ),
    rights=promis.RIGHTS,
    citation=_HAYS_2018,
    coding="promis_29_<domain>_1 to _4 as item scores 1 to 5, higher = more of the concept, "
    "reversed codes already reversed; promis_29_pain_intensity 0 to 10",
)


def _global_health(key: str, version: str, reverse: bool, coding: str) -> Instrument:
    """Two raw sums of four items; `reverse` where items 8 and 10 are stored with 1 = none."""
    rating = integers(1, 5)
    item = {number: Item(key=f"{key}_{number}", responses=rating) for number in (2, 3, 4, 5, 6)} | {
        number: Item(key=f"{key}_{number}", responses=rating, reverse=reverse) for number in (8, 10)
    }
    pain = (5.0, 4.0, 4.0, 4.0, 3.0, 3.0, 3.0, 2.0, 2.0, 2.0, 1.0)
    item[7] = Item(key=f"{key}_7", responses=integers(0, 10), recode=pain)

    def scale(scale_key: str, label: str, form: str, numbers: tuple[int, ...]) -> Scale:
        table = promis.conversion_table(form, "v1.0/v1.1/v1.2")
        return Scale(
            key=scale_key,
            label=f"{label} (PROMIS Global-10)",
            items=tuple(item[number] for number in numbers),
            combine="sum",
            table=table,
            range=(table.scores[0], table.scores[-1]),
            higher_is="better",
            unit="T-score",
            true_zero=False,
            source=_HAYS_2009,
            level="verified",
            missing=strict("verified", _HAYS_2009),
        )

    physical = "PROMIS Global Physical Health (Global-10 GPH)"
    mental = "PROMIS Global Mental Health (Global-10 GMH)"
    return Instrument(
        key=key,
        name="PROMIS Scale Global Health",
        version=version,
        recall="in general; items 7, 8 and 10 past 7 days",
        scales=(
            scale("physical", "Global physical health", physical, (3, 6, 7, 8)),
            scale("mental", "Global mental health", mental, (2, 4, 5, 10)),
        ),
        rights=promis.RIGHTS,
        citation=_HAYS_2009,
        coding=f"numbered as Global01 to Global10, of which 01 and 09 are not scored; {coding}",
    )


GLOBAL_10 = _global_health(
    "promis_global",
    "v1.1/v1.2 codes",
    reverse=False,
    coding="items 8 and 10 stored with 5 = none or never, as versions 1.1 and 1.2 print them",
)
GLOBAL_10_V1 = _global_health(
    "promis_global_v1",
    "v1.0 codes",
    reverse=True,
    coding="items 8 and 10 stored with 1 = none or never; reversed here",
)
