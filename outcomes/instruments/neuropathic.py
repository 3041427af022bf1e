"""Neuropathic pain: painDETECT, DN4, S-LANSS."""

from outcomes.instruments.spec import (
    Bands,
    Instrument,
    Item,
    Scale,
    Source,
    integers,
    numbered,
    points,
)

_FREYNHAGEN = Source(
    citation="Freynhagen R et al. Curr Med Res Opin 2006;22:1911-1920",
    doi="10.1185/030079906X132488",
)
_BOUHASSIRA = Source(
    citation="Bouhassira D et al. Pain 2005;114:29-36", doi="10.1016/j.pain.2004.12.010"
)
_BENNETT = Source(
    citation="Bennett MI et al. J Pain 2005;6:149-158", doi="10.1016/j.jpain.2004.11.007"
)

PAINDETECT = Instrument(
    key="paindetect",
    name="painDETECT questionnaire",
    version="PD-Q, 9 scored items",
    recall="main pain now",
    scales=(
        Scale(
            key="total",
            label="Neuropathic component (painDETECT)",
            items=(
                *numbered("paindetect", 7, lowest=0, highest=5),
                # One widely copied notice prints -1 to 2, which contradicts its own maximum of 38.
                Item(
                    key="paindetect_pattern", responses=integers(1, 4), recode=(0.0, -1.0, 1.0, 1.0)
                ),
                Item(key="paindetect_radiation", responses=integers(0, 1), recode=(0.0, 2.0)),
            ),
            combine="sum",
            range=(-1, 38),
            higher_is="worse",
            true_zero=False,
            source=_FREYNHAGEN,
            level="verified",
            bands=(
                Bands(
                    name="Freynhagen",
                    labels=("unlikely", "unclear", "likely"),
                    edges=(-1, 13, 19, 38),
                    closed="left",
                    source=_FREYNHAGEN,
                    level="verified",
                ),
            ),
        ),
    ),
    rights="copyright Pfizer Pharma GmbH; licence required",
    citation=_FREYNHAGEN,
    coding="paindetect_1 to 7 sensory items 0 to 5; paindetect_pattern 1 persistent with slight "
    "fluctuations, 2 persistent with attacks, 3 attacks without pain between, 4 attacks with pain "
    "between; paindetect_radiation 1 yes, 0 no; intensity ratings are not scored",
)


def _dn4(key: str, version: str, n_items: int, cut_off: float, coding: str) -> Instrument:
    """Count of positive answers."""
    return Instrument(
        key=key,
        name="Douleur Neuropathique 4",
        version=version,
        recall="current pain",
        scales=(
            Scale(
                key="total",
                label=f"Neuropathic pain ({version})",
                items=numbered(key, n_items, lowest=0, highest=1),
                combine="sum",
                range=(0, n_items),
                higher_is="worse",
                source=_BOUHASSIRA,
                level="verified",
                thresholds=(
                    points(
                        "cut-off",
                        cut_off,
                        "chronic pain",
                        "neuropathic pain",
                        _BOUHASSIRA,
                        "single_source",
                    ),
                ),
            ),
        ),
        rights="copyright D. Bouhassira; licences from Mapi Research Trust",
        citation=_BOUHASSIRA,
        coding=coding,
    )


DN4 = _dn4("dn4", "DN4", 10, 4, "1 yes, 0 no; dn4_1 to 7 interview, dn4_8 to 10 examination")
DN4_INTERVIEW = _dn4("dn4_interview", "DN4-interview", 7, 3, "1 yes, 0 no")

S_LANSS = Instrument(
    key="slanss",
    name="Self-report Leeds Assessment of Neuropathic Symptoms and Signs",
    version="S-LANSS",
    recall="last week",
    scales=(
        Scale(
            key="total",
            label="Neuropathic pain (S-LANSS)",
            items=tuple(
                Item(key=f"slanss_{number}", responses=integers(0, 1), recode=(0.0, weight))
                for number, weight in enumerate((5.0, 5.0, 3.0, 2.0, 1.0, 5.0, 3.0), start=1)
            ),
            combine="sum",
            range=(0, 24),
            higher_is="worse",
            source=_BENNETT,
            level="verified",
            thresholds=(
                points(
                    "cut-off",
                    12,
                    "chronic pain",
                    "pain of predominantly neuropathic origin",
                    _BENNETT,
                    "verified",
                ),
            ),
        ),
    ),
    rights="copyright M. Bennett; permission needed",
    citation=_BENNETT,
    coding="1 yes, 0 no; the weights are applied here, so weighted answers (0 or 5) are refused",
)
