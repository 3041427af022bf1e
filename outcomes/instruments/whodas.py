"""WHODAS 2.0, 12 items, simple score."""

from dataclasses import replace

from outcomes.instruments.spec import Instrument, Scale, Source, numbered, prorate

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
        label="Disability (WHODAS 2.0, %)",
        rescale_to=(0, 100),
        range=(0, 100),
        unit="percent",
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
