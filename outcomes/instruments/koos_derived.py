"""Scores made of KOOS and HOOS items: KOOS4, HOOS-12 and WOMAC."""

from dataclasses import replace

from outcomes.instruments.koos import HOOS, KOOS, KOOS_12
from outcomes.instruments.spec import (
    AS_ITS_PARTS,
    Instrument,
    Item,
    Scale,
    Source,
    mean_of,
    numbered,
    pick,
)
from outcomes.instruments.womac import womac

_FROBELL = Source(
    citation="Frobell RB et al. N Engl J Med 2010;363:331-342",
    locator="mean of four subscales, from general knowledge",
)
_GANDEK_HIP = Source(
    citation="Gandek B et al. Osteoarthritis Cartilage 2019;27:754-761",
    locator="with the developers' scoring page; item numbers from general knowledge",
)
_FOUR = tuple(KOOS.scale(key) for key in ("pain", "symptoms", "sport", "qol"))

KOOS_4 = Instrument(
    key="koos4",
    name="KOOS4",
    version="mean of pain, symptoms, sport and quality of life",
    recall=KOOS.recall,
    scales=(
        Scale(
            key="mean",
            label="Mean of four subscales (KOOS4)",
            items=mean_of(*_FOUR).items,
            combine=mean_of(*_FOUR),
            range=(0, 100),
            higher_is="better",
            source=_FROBELL,
            level="unverified",
            missing=AS_ITS_PARTS,
        ),
    ),
    rights=KOOS.rights,
    citation=_FROBELL,
    coding=f"columns of the KOOS. {KOOS.coding}",
    experimental="its definition was read in no source",
)

_HIP_PARTS = tuple(
    replace(
        KOOS_12.scale(key),
        label=f"{label} (HOOS-12)",
        items=numbered(f"hoos12_{key}", 4, lowest=0, highest=4),
        source=_GANDEK_HIP,
    )
    for key, label in (
        ("pain", "Pain"),
        ("function", "Function"),
        ("qol", "Hip-related quality of life"),
    )
)
HOOS_12 = Instrument(
    key="hoos12",
    name="HOOS-12",
    version="HOOS-12, 2019",
    recall="last week",
    scales=(
        *_HIP_PARTS,
        replace(
            KOOS_12.scale("summary"),
            label="Hip impact summary (HOOS-12)",
            items=mean_of(*_HIP_PARTS).items,
            combine=mean_of(*_HIP_PARTS),
            source=_GANDEK_HIP,
        ),
    ),
    rights=HOOS.rights,
    citation=_GANDEK_HIP,
    coding="0 = no problem for every item; as known without a source pain P1, P4, P5, P7; function "
    "A3, A4, A7, SP4; quality of life Q1-Q4 of the HOOS",
    experimental="which items of the HOOS it has was read in no source",
)


def _womac_items(
    instrument: Instrument, pain: range, stiffness: range
) -> tuple[tuple[Item, ...], str]:
    """Items of a WOMAC inside another questionnaire, in its order, and where they are."""
    by_scale = {scale.key: scale.items for scale in instrument.scales}
    items = (
        *pick(by_scale["pain"], pain),
        *pick(by_scale["symptoms"], stiffness),
        *by_scale["adl"],
    )
    where = (
        f"columns of the {instrument.key.upper()}: pain P{pain[0]}-P{pain[-1]}, stiffness "
        f"S{stiffness[0]}-S{stiffness[-1]}, function A1-A17, 0 none to 4 extreme"
    )
    return items, where


_DERIVED = "which items of the other questionnaire make it was read in no source"
_KNEE, _KNEE_WHERE = _womac_items(KOOS, range(5, 10), range(6, 8))
_HIP, _HIP_WHERE = _womac_items(HOOS, range(4, 9), range(4, 6))
WOMAC_FROM_KOOS = womac(
    "womac_from_koos", "LK3.1, derived from the KOOS", _KNEE, "unverified", _KNEE_WHERE, _DERIVED
)
WOMAC_FROM_HOOS = womac(
    "womac_from_hoos", "LK3.1, derived from the HOOS", _HIP, "unverified", _HIP_WHERE, _DERIVED
)
