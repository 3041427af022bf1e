"""Work Productivity and Activity Impairment, one health reason."""

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import (
    Algorithm,
    Check,
    Instrument,
    Item,
    MissingRule,
    Scale,
    Source,
    between,
    integers,
)

Floats = NDArray[np.float64]

_REILLY = Source(
    citation="Reilly MC, Zbrozek AS, Dukes EM. Pharmacoeconomics 1993;4:353-365",
    locator="with the developers' scoring page",
)
_EMPLOYED = Item(key="wpai_1", responses=integers(0, 1))
_MISSED, _WORKED = (Item(key=f"wpai_{number}", responses=between(0, 168)) for number in (2, 4))
_AT_WORK, _OTHERWISE = (Item(key=f"wpai_{number}", responses=integers(0, 10)) for number in (5, 6))
_ITEMS = (_EMPLOYED, _MISSED, _WORKED, _AT_WORK)
_STRUCTURE = MissingRule(
    name="the answers that apply to who is, or is not, in work",
    min_answered=0,
    level="single_source",
    source=_REILLY,
)


def _absent(values: Floats) -> Floats:
    """Share of the hours that were missed, where there were any."""
    employed, missed, worked = values[:, 0], values[:, 1], values[:, 2]
    hours = missed + worked
    share = missed / np.where(hours > 0, hours, np.nan)
    return np.where(employed == 1, share, np.nan)


def _absenteeism(values: Floats) -> Floats:
    """Percent of the working hours missed."""
    return 100 * _absent(values)


def _presenteeism(values: Floats) -> Floats:
    """Percent impairment while working, of who worked at all."""
    employed, worked, at_work = values[:, 0], values[:, 1], values[:, 2]
    return np.where((employed == 1) & (worked != 0), 10 * at_work, np.nan)


def _overall(values: Floats) -> Floats:
    """Percent of work lost, by hours missed and by impairment in the others."""
    absent, at_work = _absent(values), values[:, 3]
    lost = absent + (1 - absent) * at_work / 10
    return 100 * np.where(absent == 1, 1.0, lost)


def _without_work(values: Floats) -> NDArray[np.object_]:
    """Not applicable to who is not in work; undefined where no hours were due."""
    employed, missed, worked = values[:, 0], values[:, 1], values[:, 2]
    reason = np.where(missed + worked == 0, "undefined", "too_few_answers")
    return np.where(employed == 0, "not_applicable", reason).astype(object)


def _not_at_work(values: Floats) -> NDArray[np.object_]:
    """Not applicable to who is not in work, or did not work at all."""
    idle = (values[:, 0] == 0) | (values[:, 1] == 0)
    return np.where(idle, "not_applicable", "too_few_answers").astype(object)


def _scale(key: str, label: str, items: tuple[Item, ...], algorithm: Algorithm) -> Scale:
    """One percentage of those it applies to."""
    return Scale(
        key=key,
        label=f"{label} (WPAI)",
        items=items,
        combine=algorithm,
        range=(0, 100),
        higher_is="worse",
        unit="percent",
        source=_REILLY,
        level="single_source",
        missing=_STRUCTURE,
    )


def _long_week(answers: Floats) -> NDArray[np.bool_]:
    """More than 100 hours missed or worked."""
    hours = np.nan_to_num(answers[:, 1:3])
    return np.asarray(hours.sum(axis=1) > 100)


WPAI = Instrument(
    key="wpai",
    name="Work Productivity and Activity Impairment",
    version="one health reason (general health, or a specific problem)",
    recall="past 7 days",
    scales=(
        _scale(
            "absenteeism",
            "Absenteeism",
            (_EMPLOYED, _MISSED, _WORKED),
            Algorithm(
                function=_absenteeism,
                summary="hours missed over hours missed and worked",
                direction=0,
                why=_without_work,
            ),
        ),
        _scale(
            "presenteeism",
            "Presenteeism",
            (_EMPLOYED, _WORKED, _AT_WORK),
            Algorithm(
                function=_presenteeism,
                summary="item 5 over 10, of who worked",
                direction=0,
                why=_not_at_work,
            ),
        ),
        _scale(
            "overall",
            "Overall work impairment",
            _ITEMS,
            Algorithm(
                function=_overall,
                summary="absenteeism plus the rest of the hours times presenteeism",
                direction=0,
                why=_without_work,
            ),
        ),
        Scale(
            key="activity",
            label="Activity impairment (WPAI)",
            items=(_OTHERWISE,),
            combine="sum",
            rescale_to=(0, 100),
            range=(0, 100),
            higher_is="worse",
            unit="percent",
            source=_REILLY,
            level="single_source",
        ),
    ),
    rights="free (Reilly Associates) as far as known",
    citation=_REILLY,
    coding="wpai_1 employed 1 yes, 0 no; wpai_2 hours missed for health; wpai_4 hours worked; "
    "wpai_5 and wpai_6 0 to 10; item 3, hours missed for other reasons, is not scored and needs no "
    "column. The version with two health reasons numbers its items otherwise",
    checks=(Check(message="have a week of more than 100 working hours", function=_long_week),),
)
