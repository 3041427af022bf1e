"""Numeric rating scale for pain, 0 to 10."""

from outcomes.instruments.sources import IMMPACT_2008
from outcomes.instruments.spec import Bands, Instrument, Scale, Source, Threshold, numbered

FARRAR_2001 = Source(
    citation="Farrar JT, Young JP, LaMoreaux L, Werth JL, Poole RM. Pain 2001;94:149-158",
    doi="10.1016/S0304-3959(01)00349-9",
)
SALAFFI_2004 = Source(
    citation="Salaffi F et al. Eur J Pain 2004;8:283-291",
    locator="abstract",
    doi="10.1016/j.ejpain.2003.09.004",
)

IMPORTANT_CHANGES = (
    Threshold(
        value=30,
        unit="percent of baseline",
        kind="responder",
        population="chronic pain trials",
        anchor="moderately important improvement",
        source=IMMPACT_2008,
        level="verified",
    ),
    Threshold(
        value=50,
        unit="percent of baseline",
        kind="responder",
        population="chronic pain trials",
        anchor="substantial improvement",
        source=IMMPACT_2008,
        level="verified",
    ),
    Threshold(
        value=10,
        value_high=20,
        unit="percent of baseline",
        kind="responder",
        population="chronic pain trials",
        anchor="minimally important improvement",
        source=IMMPACT_2008,
        level="verified",
    ),
)

NRS = Instrument(
    key="nrs",
    name="Numeric Rating Scale for pain",
    version="NRS-11",
    recall="as the study asks: now, 24 hours or 7 days; recall periods are not interchangeable",
    scales=(
        Scale(
            key="pain",
            label="Pain intensity (NRS)",
            items=numbered("nrs", 1, lowest=0, highest=10),
            combine="sum",
            range=(0, 10),
            higher_is="worse",
            source=IMMPACT_2008,
            level="verified",
            thresholds=(
                *IMPORTANT_CHANGES,
                Threshold(
                    value=2,
                    unit="points",
                    kind="MCID",
                    population="ten pregabalin trials in chronic pain (n = 2724)",
                    anchor="much or very much improved",
                    source=FARRAR_2001,
                    level="verified",
                ),
                Threshold(
                    value=1,
                    unit="points",
                    kind="MCID",
                    population="chronic musculoskeletal pain (n = 825)",
                    anchor="global impression of change, slightly better",
                    source=SALAFFI_2004,
                    level="single_source",
                ),
            ),
            bands=(
                Bands(
                    name="ePPOC",
                    labels=("mild", "moderate", "severe"),
                    edges=(0, 5, 7, 10),
                    closed="left",
                    source=Source(
                        citation="Electronic Persistent Pain Outcomes Collaboration, AHSRI",
                        locator="severity groups 0-4, 5-6, 7-10",
                    ),
                    level="single_source",
                ),
            ),
        ),
    ),
    rights="public; no licence needed",
    citation=IMMPACT_2008,
    coding="one rating 0 (no pain) to 10 in column nrs_1",
)
