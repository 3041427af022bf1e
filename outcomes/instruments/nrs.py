"""Single ratings of pain: numeric, 0 to 10, and visual analogue, 0 to 100 mm."""

from outcomes.instruments.sources import (
    IMMPACT_2008,
    IMPORTANT_CHANGES,
    important_in_low_back_pain,
    important_in_osteoarthritis,
)
from outcomes.instruments.spec import (
    Bands,
    Instrument,
    Scale,
    Source,
    between,
    numbered,
    percent,
    points,
)

FARRAR_2001 = Source(
    citation="Farrar JT, Young JP, LaMoreaux L, Werth JL, Poole RM. Pain 2001;94:149-158",
    doi="10.1016/S0304-3959(01)00349-9",
)
SALAFFI_2004 = Source(
    citation="Salaffi F et al. Eur J Pain 2004;8:283-291",
    locator="abstract",
    doi="10.1016/j.ejpain.2003.09.004",
)

_TRIALS = "chronic pain trials"
_MUSCULOSKELETAL = "chronic musculoskeletal pain (n = 825)"
_MUCH_BETTER = "much better"

NRS = Instrument(
    key="nrs",
    name="Numeric Rating Scale for pain",
    version="NRS-11",
    recall="as the study asks: now, 24 hours or 7 days; recall periods are not interchangeable",
    scales=(
        Scale(
            key="pain",
            label="pain intensity (NRS)",
            items=numbered("nrs", 1, lowest=0, highest=10),
            combine="sum",
            range=(0, 10),
            higher_is="worse",
            source=IMMPACT_2008,
            level="verified",
            thresholds=(
                *IMPORTANT_CHANGES,
                points(
                    "MCID",
                    2,
                    "ten pregabalin trials in chronic pain (n = 2724)",
                    "much or very much improved",
                    FARRAR_2001,
                    "verified",
                ),
                points("responder", 2, _TRIALS, "moderately important", IMMPACT_2008, "verified"),
                points(
                    "responder", 4, _TRIALS, "substantial improvement", IMMPACT_2008, "verified"
                ),
                points(
                    "MCID", 1, _MUSCULOSKELETAL, "anchor not recorded", SALAFFI_2004, "originator"
                ),
                percent(
                    "MCID", 15, _MUSCULOSKELETAL, "anchor not recorded", SALAFFI_2004, "originator"
                ),
                points("MCID", 2, _MUSCULOSKELETAL, _MUCH_BETTER, SALAFFI_2004, "originator"),
                percent("MCID", 33, _MUSCULOSKELETAL, _MUCH_BETTER, SALAFFI_2004, "originator"),
                points(
                    "MCID",
                    2,
                    "chronic non-cancer pain, Japan (n = 710)",
                    "anchor not recorded",
                    Source(citation="PMC4773997"),
                    "single_source",
                ),
                *important_in_low_back_pain(2),
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

_JENSEN = Source(citation="Jensen MP et al. 2003", locator="post-operative pain")
_BOONSTRA = Source(
    citation="Boonstra AM et al. 2014", locator="chronic musculoskeletal pain (n = 456)"
)

VAS = Instrument(
    key="vas",
    name="Visual Analogue Scale for pain",
    version="100 mm",
    recall=NRS.recall,
    scales=(
        Scale(
            key="pain",
            label="pain intensity (VAS)",
            items=numbered("vas", 1, responses=between(0, 100)),
            combine="sum",
            range=(0, 100),
            higher_is="worse",
            unit="mm",
            source=IMMPACT_2008,
            level="verified",
            thresholds=(
                *IMPORTANT_CHANGES,
                *important_in_low_back_pain(15),
                *important_in_osteoarthritis(knee=(19.9, 40.8), hip=(15.3, 32.0)),
            ),
            bands=(
                Bands(
                    name="Jensen",
                    labels=("none", "mild", "moderate", "severe"),
                    edges=(0, 5, 45, 75, 100),
                    closed="left",
                    source=_JENSEN,
                    level="single_source",
                ),
                *(
                    Bands(
                        name=f"Boonstra, by {anchor}",
                        labels=("mild", "moderate", "severe"),
                        edges=(0, 35, highest_moderate, 100),
                        closed="left",
                        source=_BOONSTRA,
                        level="single_source",
                    )
                    for anchor, highest_moderate in (("interference", 65), ("verbal rating", 75))
                ),
            ),
        ),
    ),
    rights="public; no licence needed",
    citation=IMMPACT_2008,
    coding="one rating in millimetres, 0 to 100, in column vas_1; not a numeric rating times ten",
)
