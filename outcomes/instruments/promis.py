"""PROMIS short forms: complete raw sums converted to T-scores by the published tables."""

import csv
from functools import cache
from importlib.resources import files

from outcomes.instruments.spec import (
    Bands,
    Direction,
    Instrument,
    RawSumTable,
    Scale,
    Source,
    Threshold,
    numbered,
    points,
    strict,
)

CELLA = Source(
    citation="Cella D et al. J Clin Epidemiol 2010;63:1179-1194",
    doi="10.1016/j.jclinepi.2010.04.011",
)
HEALTHMEASURES = Source(
    citation="HealthMeasures, PROMIS scoring instructions",
    locator="conversion tables hold for complete answers; forms of four items allow none missing",
)
_CUT_POINTS = Source(citation="HealthMeasures, PROMIS score cut points", locator="symptom domains")
RIGHTS = (
    "PROMIS Health Organization; English and Spanish forms free for research and clinical use, "
    "conditions for commercial use, translation and electronic distribution"
)


RECOMPUTED = "promis_tscores_recomputed.csv"
"""Tables computed from the published item calibrations and compared with no published table."""


@cache
def _rows(file: str) -> tuple[dict[str, str], ...]:
    """Read conversion tables that ship with the package."""
    path = files("outcomes.instruments") / "tables" / file
    return tuple(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def conversion_table(form: str, version: str, file: str = "promis_tscores.csv") -> RawSumTable:
    """Conversion table of one form and version, in order of raw sums."""
    rows = [row for row in _rows(file) if (row["instrument"], row["version"]) == (form, version)]
    source = Source(
        citation=f"{form} {version} scoring manual", locator="raw sum to T-score conversion table"
    )
    if file == RECOMPUTED:
        source = Source(
            citation=f"{form} {version}, recomputed",
            locator="expected a posteriori scores of raw sums from the published calibrations",
        )
    return RawSumTable(
        first=int(rows[0]["raw_sum"]),
        scores=tuple(float(row["t_score"]) for row in rows),
        std_errors=tuple(float(row["se"]) for row in rows),
        source=source,
    )


def _symptom_bands(low: float, high: float) -> Bands:
    """Within normal limits below 55, severe from 70."""
    return Bands(
        name="HealthMeasures",
        labels=("within normal limits", "mild", "moderate", "severe"),
        edges=(low, 55, 60, 70, high),
        closed="left",
        source=_CUT_POINTS,
        level="single_source",
    )


def short_form(
    key: str,
    *,
    form: str,
    version: str,
    n_items: int,
    label: str,
    higher_is: Direction,
    recall: str = "past 7 days",
    coding: str = "item scores 1 to 5, 5 = most of the concept",
    loinc: str | None = None,
    thresholds: tuple[Threshold, ...] = (),
    recomputed: bool = False,
    reverse: tuple[int, ...] = (),
) -> Instrument:
    """Form of items scored 1 to 5 whose complete raw sum is converted to a T-score."""
    table = conversion_table(form, version, *((RECOMPUTED,) if recomputed else ()))
    low, high = table.scores[0], table.scores[-1]
    return Instrument(
        key=key,
        name=form,
        version=version,
        recall=recall,
        loinc=loinc,
        scales=(
            Scale(
                key="t_score",
                label=label,
                items=numbered(key, n_items, lowest=1, highest=5, reverse=reverse),
                combine="sum",
                table=table,
                range=(low, high),
                higher_is=higher_is,
                unit="T-score",
                true_zero=False,
                source=table.source,
                level="unverified" if recomputed else "verified",
                missing=strict("single_source", HEALTHMEASURES),
                thresholds=thresholds,
                bands=(_symptom_bands(low, high),) if higher_is == "worse" else (),
            ),
        ),
        rights=RIGHTS,
        citation=CELLA,
        coding=coding,
        experimental="its table was recomputed from the calibrations and compared with no "
        "published one"
        if recomputed
        else None,
    )


_AMTMANN = points(
    "MID",
    3.5,
    "low back pain after epidural injection (n = 414, two studies)",
    "anchor not recorded",
    Source(citation="Amtmann D et al. J Pain Res 2016", doi="10.2147/JPR.S93391"),
    "originator",
    value_high=5.5,
)
FUNCTION_CODES = "item scores 1 to 5, 5 = no difficulty or limitation; already reversed codes only"
ABILITY_CODES = "item scores 1 to 5, 5 = never limited; already reversed codes only"
SLEEP_CODES = (
    "item scores 1 to 5, 5 = worst sleep; Sleep109, 110, 115 and 116 as already reversed codes only"
)

_PRINTED_CODES = (
    "answers 1 (very poor, not at all) to 5 (very good, very much), none reversed, in this order"
)

PAIN_INTERFERENCE_4A = short_form(
    "promis_pi_4a",
    form="PROMIS Pain Interference 4a",
    version="v1.0/v1.1",
    n_items=4,
    label="pain interference (PROMIS 4a)",
    higher_is="worse",
    thresholds=(_AMTMANN,),
)
PAIN_INTERFERENCE_8A = short_form(
    "promis_pi_8a",
    form="PROMIS Pain Interference 8a",
    version="v1.0",
    n_items=8,
    label="Pain interference (PROMIS 8a)",
    higher_is="worse",
    thresholds=(_AMTMANN,),
)
PAIN_INTENSITY_3A = short_form(
    "promis_pain_intensity_3a",
    form="PROMIS Pain Intensity 3a",
    version="v2.0",
    n_items=3,
    label="Pain intensity (PROMIS 3a v2.0)",
    higher_is="worse",
    coding="item scores 1 to 5; the v1.0 table differs by up to 11.5 and is not this one",
)
PHYSICAL_FUNCTION_4A = short_form(
    "promis_pf_4a",
    form="PROMIS Physical Function 4a",
    version="v2.0",
    n_items=4,
    label="physical function (PROMIS 4a)",
    higher_is="better",
    recall="no time frame",
    coding=FUNCTION_CODES,
)
PHYSICAL_FUNCTION_4A_V1 = short_form(
    "promis_pf_4a_v1",
    form="PROMIS Physical Function 4a",
    version="v1.0",
    n_items=4,
    label="Physical function (PROMIS 4a v1.0)",
    higher_is="better",
    recall="no time frame",
    coding=FUNCTION_CODES,
    loinc="76700-4",
)
FATIGUE_4A = short_form(
    "promis_fatigue_4a",
    form="PROMIS Fatigue 4a",
    version="v1.0",
    n_items=4,
    label="Fatigue (PROMIS 4a)",
    higher_is="worse",
)
FATIGUE_8A = short_form(
    "promis_fatigue_8a",
    form="PROMIS Fatigue 8a",
    version="v1.0",
    n_items=8,
    label="Fatigue (PROMIS 8a)",
    higher_is="worse",
)
SLEEP_DISTURBANCE_4A = short_form(
    "promis_sd_4a",
    form="PROMIS Sleep Disturbance 4a",
    version="v1.0",
    n_items=4,
    label="Sleep disturbance (PROMIS 4a)",
    higher_is="worse",
    coding=SLEEP_CODES,
)
SLEEP_DISTURBANCE_4A_PRINTED = short_form(
    "promis_sd_4a_printed",
    form="PROMIS Sleep Disturbance 4a",
    version="v1.0",
    n_items=4,
    label="Sleep disturbance (PROMIS 4a)",
    higher_is="worse",
    reverse=(1, 2),
    coding=f"{_PRINTED_CODES}: 1 Sleep109, 2 Sleep116, 3 Sleep20, 4 Sleep44; 1 and 2 reversed here",
)
SLEEP_DISTURBANCE_8B = short_form(
    "promis_sd_8b",
    form="PROMIS Sleep Disturbance 8b",
    version="v1.0",
    n_items=8,
    label="Sleep disturbance (PROMIS 8b)",
    higher_is="worse",
    coding=SLEEP_CODES + "; form 8a has other items and another table",
)
SLEEP_DISTURBANCE_8B_PRINTED = short_form(
    "promis_sd_8b_printed",
    form="PROMIS Sleep Disturbance 8b",
    version="v1.0",
    n_items=8,
    label="Sleep disturbance (PROMIS 8b)",
    higher_is="worse",
    reverse=(5, 6, 7, 8),
    coding=f"{_PRINTED_CODES}: 1 Sleep44, 2 Sleep87, 3 Sleep90, 4 Sleep108, 5 Sleep109, "
    "6 Sleep110, 7 Sleep115, 8 Sleep116; 5 to 8 reversed here",
)
DEPRESSION_4A = short_form(
    "promis_depression_4a",
    form="PROMIS Depression 4a",
    version="v1.0",
    n_items=4,
    label="Depression (PROMIS 4a)",
    higher_is="worse",
)
ANXIETY_4A = short_form(
    "promis_anxiety_4a",
    form="PROMIS Anxiety 4a",
    version="v1.0",
    n_items=4,
    label="Anxiety (PROMIS 4a)",
    higher_is="worse",
)
ANXIETY_8A = short_form(
    "promis_anxiety_8a",
    form="PROMIS Anxiety 8a",
    version="v1.0",
    n_items=8,
    label="Anxiety (PROMIS 8a)",
    higher_is="worse",
)
ABILITY_4A = short_form(
    "promis_ability_4a",
    form="PROMIS Ability to Participate in Social Roles and Activities 4a",
    version="v2.0",
    n_items=4,
    label="Ability to participate (PROMIS 4a)",
    higher_is="better",
    recall="no time frame",
    coding=ABILITY_CODES,
)
