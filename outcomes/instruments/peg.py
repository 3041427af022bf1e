"""PEG: pain, enjoyment of life, general activity."""

from outcomes.instruments.spec import Instrument, Scale, Source, Threshold, numbered

_KREBS = Source(
    citation="Krebs EE et al. J Gen Intern Med 2009;24:733-738", doi="10.1007/s11606-009-0981-1"
)
_REED = Source(
    citation="Reed DE et al. J Pain 2024;25:142-152",
    locator="anchor-based estimates",
    doi="10.1016/j.jpain.2023.07.028",
)

PEG = Instrument(
    key="peg",
    name="PEG scale of pain intensity and interference",
    version="PEG-3",
    recall="past week",
    scales=(
        Scale(
            key="total",
            label="PEG score",
            items=numbered("peg", 3, lowest=0, highest=10),
            combine="mean",
            range=(0, 10),
            higher_is="worse",
            source=_KREBS,
            level="verified",
            thresholds=(
                Threshold(
                    value=1,
                    value_high=1.75,
                    unit="points",
                    kind="MID",
                    population="six trials in chronic pain (n = 1710)",
                    anchor="anchor-based, most estimates",
                    source=_REED,
                    level="originator",
                ),
            ),
        ),
    ),
    rights="free to use as far as known; confirm with the developers",
    citation=_KREBS,
)
