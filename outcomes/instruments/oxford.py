"""Oxford Knee and Hip Scores, in the scoring from 0 (worst) to 48 (best)."""

from outcomes.instruments.spec import (
    Bands,
    Instrument,
    Scale,
    Source,
    Threshold,
    numbered,
    pick,
    points,
    prorate,
)

_GUIDE = Source(
    citation="A Guide to the Oxford Scores. 2018",
    locator="0-48 scoring; up to two missing items get the person's mean",
)
_BEARD = Source(
    citation="Beard DJ et al. J Clin Epidemiol 2015;68:73-79", doi="10.1016/j.jclinepi.2014.08.009"
)
_KNEE = Source(citation="Dawson J et al. J Bone Joint Surg Br 1998;80:63-69")
_HIP = Source(citation="Dawson J et al. J Bone Joint Surg Br 1996;78:185-190")


def _thresholds(joint: str, individual: float, error: float) -> tuple[Threshold, ...]:
    """Declare what arthroplasty data of the NHS gave."""
    patients = f"{joint} arthroplasty, NHS data"
    unread = "anchor not recorded"
    confidence = "minimal detectable change, 90 % confidence"
    return (
        points("MID", 5, patients, unread, _BEARD, "single_source"),
        points("MCID", individual, patients, unread, _BEARD, "single_source"),
        points("measurement error", error, patients, confidence, _BEARD, "single_source"),
    )


def _oxford(key: str, name: str, citation: Source, thresholds: tuple[Threshold, ...]) -> Instrument:
    """Sum of twelve items."""
    return Instrument(
        key=key,
        name=name,
        version="scoring 0-48",
        recall="past 4 weeks",
        scales=(
            Scale(
                key="total",
                label=name,
                items=numbered(key, 12, lowest=0, highest=4),
                combine="sum",
                range=(0, 48),
                higher_is="better",
                source=_GUIDE,
                level="verified",
                missing=prorate(10, "verified", _GUIDE),
                thresholds=thresholds,
                bands=(
                    Bands(
                        name="Oxford",
                        labels=("severe", "moderate to severe", "mild to moderate", "satisfactory"),
                        edges=(0, 20, 30, 40, 48),
                        closed="left",
                        source=_GUIDE,
                        level="verified",
                    ),
                ),
            ),
        ),
        rights="Oxford University Innovation; licence required",
        citation=citation,
        coding="0 worst to 4 best; records of the older 12-60 scoring (1 best) must be turned "
        "around first: new = 5 - old",
    )


OKS = _oxford("oks", "Oxford Knee Score", _KNEE, _thresholds("knee", 7, 4))
OHS = _oxford("ohs", "Oxford Hip Score", _HIP, _thresholds("hip", 8, 5))

# Beside the total they share its items, but not its rule for missing ones, which is for all twelve.
_PARTS = (
    ("pain", "Knee pain", (1, 4, 5, 6, 8, 9, 10)),
    ("function", "Knee function", (2, 3, 7, 11, 12)),
)

OKS_SUBSCALES = Instrument(
    key="oks_subscales",
    name="Oxford Knee Score, pain and function",
    version="subscales 0-100",
    recall=OKS.recall,
    scales=tuple(
        Scale(
            key=key,
            label=f"{label} (OKS)",
            items=pick(OKS.items, numbers),
            combine="sum",
            rescale_to=(0, 100),
            range=(0, 100),
            higher_is="better",
            source=Source(citation=_GUIDE.citation, locator="item numbers from general knowledge"),
            level="unverified",
        )
        for key, label, numbers in _PARTS
    ),
    rights=OKS.rights,
    citation=_KNEE,
    coding="columns of the OKS, oks_1 to oks_12, 0 worst to 4 best",
    experimental="which item belongs to which subscale was read in no source",
)
