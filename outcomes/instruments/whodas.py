"""WHODAS 2.0, 12 items, simple score and, unverified, the complex one."""

from dataclasses import replace

from outcomes.instruments.spec import Instrument, Item, Scale, Source, integers, numbered, prorate

_USTUN = Source(
    citation="Üstün TB et al. Bull World Health Organ 2010;88:815-823",
    locator="simple score; one missing item gets the mean of the others (manual not read)",
    doi="10.2471/BLT.09.067231",
)


def _whodas(key: str, version: str, lowest: int) -> Instrument:
    """Sum on 0-48 and percent, from items coded from `lowest`."""
    raw = Scale(
        key="raw",
        label="Disability (WHODAS 2.0, 0-48)",
        items=numbered(key, 12, lowest=lowest, highest=lowest + 4),
        combine="sum",
        rescale_to=(0, 48),
        range=(0, 48),
        higher_is="worse",
        source=_USTUN,
        level="verified",
        missing=prorate(11, "project", _USTUN),
    )
    percent = replace(
        raw,
        key="percent",
        label="Disability (WHODAS 2.0, 0-100)",
        rescale_to=(0, 100),
        range=(0, 100),
    )
    return Instrument(
        key=key,
        name="WHO Disability Assessment Schedule 2.0, 12 items",
        version=version,
        recall="past 30 days",
        scales=(raw, percent),
        rights="WHO; free after a user agreement",
        citation=_USTUN,
        coding=f"{lowest} none to {lowest + 4} extreme or cannot do; the base is declared by the "
        "key, whodas12 for 0-4 and whodas12_base1 for 1-5",
    )


WHODAS_12 = _whodas("whodas12", "12 items coded 0-4", 0)
WHODAS_12_BASE_1 = _whodas("whodas12_base1", "12 items coded 1-5", 1)

_COMPLEX = Source(
    citation="WHO, WHODAS 2.0 summary scores",
    locator="recode of the 36 items in one public implementation, applied to the 12",
)
_THREE_LEVELS = (2, 4, 8, 10, 11, 12)

WHODAS_12_COMPLEX = Instrument(
    key="whodas12_complex",
    name=WHODAS_12.name,
    version="12 items coded 0-4, complex score",
    recall=WHODAS_12.recall,
    scales=(
        Scale(
            key="percent",
            label="Disability, complex score (WHODAS 2.0, %)",
            items=tuple(
                Item(
                    key=f"whodas12_{number}",
                    responses=integers(0, 4),
                    recode=(0.0, 1.0, 1.0, 2.0, 2.0) if number in _THREE_LEVELS else None,
                )
                for number in range(1, 13)
            ),
            combine="sum",
            rescale_to=(0, 100),
            range=(0, 100),
            unit="percent",
            higher_is="worse",
            source=_COMPLEX,
            level="unverified",
        ),
    ),
    rights=WHODAS_12.rights,
    citation=_USTUN,
    coding="columns of whodas12, coded 0 to 4; items 2, 4, 8, 10, 11 and 12 have three levels",
    experimental="its recode was derived from that of the 36 items and read in no source",
)
