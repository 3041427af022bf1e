"""Insomnia Severity Index."""

from outcomes.instruments.spec import (
    Bands,
    Instrument,
    Scale,
    Source,
    numbered,
    points,
    strict,
)

_BASTIEN = Source(
    citation="Bastien CH, Vallieres A, Morin CM. Sleep Med 2001;2:297-307",
    doi="10.1016/S1389-9457(00)00065-4",
)
_MORIN = Source(citation="Morin CM et al. Sleep 2011;34:601-608", doi="10.1093/sleep/34.5.601")
_YANG = Source(
    citation="Yang M et al. Curr Med Res Opin 2009;25:2487-2494", doi="10.1185/03007990903167415"
)

ISI = Instrument(
    key="isi",
    name="Insomnia Severity Index",
    version="ISI-7",
    recall="last 2 weeks (a last-month form exists; state which)",
    scales=(
        Scale(
            key="total",
            label="Insomnia severity (ISI)",
            items=numbered("isi", 7, lowest=0, highest=4),
            combine="sum",
            range=(0, 28),
            higher_is="worse",
            source=_BASTIEN,
            level="verified",
            missing=strict("single_source", _BASTIEN),
            thresholds=(
                points(
                    "MCID",
                    6,
                    "primary insomnia, eszopiclone trial (n = 828)",
                    "anchor not recorded",
                    _YANG,
                    "originator",
                ),
                points(
                    "MCID",
                    8.4,
                    "insomnia, clinical sample",
                    "moderate improvement",
                    _MORIN,
                    "originator",
                ),
                points("cut-off", 10, "community", "insomnia case", _MORIN, "originator"),
                points(
                    "cut-off",
                    8,
                    "not stated",
                    "remission",
                    Source(citation="trials of insomnia treatments"),
                    "single_source",
                    operator="<",
                ),
            ),
            bands=(
                Bands(
                    name="Morin",
                    labels=("none", "subthreshold", "moderate", "severe"),
                    edges=(0, 8, 15, 22, 28),
                    closed="left",
                    source=_MORIN,
                    level="verified",
                ),
            ),
        ),
    ),
    rights="copyright C. M. Morin; licences from Mapi Research Trust",
    citation=_BASTIEN,
    coding="isi_1 to isi_7 in form order (1a, 1b, 1c, 2, 3, 4, 5)",
)
