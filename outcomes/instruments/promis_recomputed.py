"""PROMIS short forms whose table was recomputed and not compared with a published one."""

from outcomes.instruments.promis import FUNCTION_CODES, SLEEP_CODES, short_form
from outcomes.instruments.spec import Instrument


def _interference(letter: str) -> Instrument:
    """Pain interference with six items; 6a and 6b have other items and other tables."""
    return short_form(
        f"promis_pi_6{letter}",
        form=f"PROMIS Pain Interference 6{letter}",
        version="v1.0",
        n_items=6,
        label=f"Pain interference (PROMIS 6{letter})",
        higher_is="worse",
        recomputed=True,
    )


def _function(form: str, version: str, n_items: int, loinc: str | None = None) -> Instrument:
    """Physical function in version 1; version 2 was calibrated anew and has no table here."""
    return short_form(
        f"promis_pf_{form}_v1",
        form=f"PROMIS Physical Function {form}",
        version=version,
        n_items=n_items,
        label=f"Physical function (PROMIS {form} {version})",
        higher_is="better",
        recall="no time frame",
        coding=FUNCTION_CODES,
        loinc=loinc,
        recomputed=True,
    )


PAIN_INTERFERENCE_6A = _interference("a")
PAIN_INTERFERENCE_6B = _interference("b")
PHYSICAL_FUNCTION_6B_V1 = _function("6b", "v1.2", 6, "76804-4")
PHYSICAL_FUNCTION_8B_V1 = _function("8b", "v1.2", 8)
PHYSICAL_FUNCTION_10A_V1 = _function("10a", "v1.0", 10, "62199-5")
SLEEP_DISTURBANCE_8A = short_form(
    "promis_sd_8a",
    form="PROMIS Sleep Disturbance 8a",
    version="v1.0",
    n_items=8,
    label="Sleep disturbance (PROMIS 8a)",
    higher_is="worse",
    coding=f"{SLEEP_CODES}; form 8b has other items and another table",
    recomputed=True,
)
PAIN_INTENSITY_3A_V1 = short_form(
    "promis_pain_intensity_3a_v1",
    form="PROMIS Pain Intensity 3a",
    version="v1.0",
    n_items=3,
    label="Pain intensity (PROMIS 3a v1.0)",
    higher_is="worse",
    coding="item scores 1 to 5; the v2.0 table differs by up to 11.5 and is not this one",
    recomputed=True,
)
