"""Tests of physical performance, which a clinician observes."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import (
    Algorithm,
    Check,
    Direction,
    Instrument,
    Item,
    MissingRule,
    Responses,
    Scale,
    Source,
    Threshold,
    between,
    integers,
    points,
)

Floats = NDArray[np.float64]

_BENNELL = Source(
    citation="Bennell K et al. Arthritis Care Res 2011;63(S11):S350-S370",
    locator="the tests; allowed values are the project's",
    doi="10.1002/acr.20538",
)
_FIBROMYALGIA = Source(citation="six-minute walk in fibromyalgia, abstract")
_MURDOCH = Source(citation="Murdoch M et al. Musculoskeletal Care 2022", doi="10.1002/msc.1687")
_KNEE = Source(citation="reliability of the Timed Up and Go in knee osteoarthritis, abstract")

STATUS = ("done", "unable", "refused", "stopped_early", "not_done")
"""What became of a test, coded 1 to 5."""

_RULE = MissingRule(
    name="done, with a value; an empty status with a value counts as done",
    min_answered=0,
    level="project",
)


def _performed(values: Floats) -> Floats:
    """Take the value of a test that was done; of any other there is no number."""
    value, status = values.T
    return np.where(np.isnan(status) | (status == 1), value, np.nan)


def _why_not(values: Floats) -> NDArray[np.object_]:
    """Status of a test that was not done; a done one without value has too few answers."""
    reasons = np.array(["too_few_answers", "too_few_answers", *STATUS[1:]], dtype=object)
    return np.asarray(reasons[np.nan_to_num(values[:, 1]).astype(int)])


def _contradicted(answers: Floats) -> NDArray[np.bool_]:
    """Find values of tests that were not done."""
    return np.asarray(~np.isnan(answers[:, 0]) & (np.nan_to_num(answers[:, 1], nan=1) > 1))


def _measured(
    key: str,
    name: str,
    *,
    scale: str,
    unit: str,
    allowed: Responses,
    higher_is: Direction,
    implausible: float | None,
    thresholds: tuple[Threshold, ...] = (),
) -> Instrument:
    """One value with its status."""
    items = (
        Item(key=f"{key}_value", responses=allowed),
        Item(key=f"{key}_status", responses=integers(1, len(STATUS))),
    )
    checks: tuple[Check, ...] = (
        Check(message="have a value of a test that was not done", function=_contradicted),
    )
    if implausible is not None:
        checks += (
            Check(
                message=f"exceed {implausible:g} {unit}",
                function=lambda answers: np.nan_to_num(answers[:, 0]) > implausible,
            ),
        )
    return Instrument(
        key=key,
        name=name,
        version="value and status",
        recall="observed",
        scales=(
            Scale(
                key=scale,
                label=name,
                items=items,
                combine=Algorithm(
                    function=_performed,
                    summary="the value of a test that was done",
                    direction=0,
                    why=_why_not,
                ),
                range=(allowed.lowest, allowed.highest),
                higher_is=higher_is,
                unit=unit,
                source=_BENNELL,
                level="project",
                missing=_RULE,
                thresholds=thresholds,
            ),
        ),
        rights="free of charge",
        citation=_BENNELL,
        coding=f"{key}_value in {unit}; {key}_status "
        + ", ".join(f"{code} {word}" for code, word in enumerate(STATUS, start=1))
        + ". Unable is no number",
        checks=checks,
    )


WALK_6_MINUTES = _measured(
    "6mwt",
    "Six-minute walk",
    scale="distance",
    unit="m",
    allowed=between(0, 1000),
    higher_is="better",
    implausible=800,
    thresholds=(
        points(
            "MCID", 156, "fibromyalgia", "anchor not recorded", _FIBROMYALGIA, "single_source",
            value_high=167,
        ),
        points(
            "measurement error",
            86.1,
            "persistent pain service",
            "minimal detectable difference",
            _MURDOCH,
            "single_source",
        ),
    ),
)  # fmt: skip
TIMED_UP_AND_GO = _measured(
    "tug",
    "Timed Up and Go",
    scale="time",
    unit="s",
    allowed=between(0.1, 3600),
    higher_is="worse",
    implausible=120,
    thresholds=(
        points(
            "measurement error",
            1.10,
            "knee osteoarthritis, grade 1 to 3",
            "minimal detectable change, one rater to two raters",
            _KNEE,
            "single_source",
            value_high=1.14,
        ),
    ),
)
CHAIR_STAND_30_S = _measured(
    "30scst",
    "30-second chair stand",
    scale="stands",
    unit="stands",
    allowed=integers(0, 40),
    higher_is="better",
    implausible=None,
)


def _rate(values: Floats) -> Floats:
    """Stands a second; who is unable makes none."""
    return np.where(values[:, 1] == 2, 0.0, 5 / _performed(values))


_SECONDS = _measured(
    "5xsts",
    "Five times sit to stand",
    scale="time",
    unit="s",
    allowed=between(0.1, 3600),
    higher_is="worse",
    implausible=60,
)
# Seconds have no value for who is unable; the rate has.
SIT_TO_STAND_5 = replace(
    _SECONDS,
    scales=(
        *_SECONDS.scales,
        replace(
            _SECONDS.scales[0],
            key="rate",
            label="Five times sit to stand, rate",
            combine=Algorithm(
                function=_rate,
                summary="5 over the seconds, 0 where unable",
                direction=0,
                why=_why_not,
            ),
            range=(0, 50),
            unit="stands/s",
            higher_is="better",
        ),
    ),
)
