"""Sources that more than one family cites, and the thresholds they give to several scales."""

from outcomes.instruments.spec import Source, Threshold, percent, points

IMMPACT_2008 = Source(
    citation="Dworkin RH et al. J Pain 2008;9:105-121",
    locator="recommendations on clinically important changes",
    doi="10.1016/j.jpain.2007.09.005",
)
OSTELO_2008 = Source(
    citation="Ostelo RWJG et al. Spine 2008;33:90-94",
    locator="abstract, consensus on minimal important change",
)
TUBACH_2005 = Source(
    citation="Tubach F et al. Ann Rheum Dis 2005;64:29-33",
    locator="abstract, minimal clinically important improvement at 4 weeks",
    doi="10.1136/ard.2004.022905",
)

_TRIALS = "chronic pain trials"
IMPORTANT_CHANGES = (
    percent("responder", 30, _TRIALS, "moderately important", IMMPACT_2008, "verified"),
    percent("responder", 50, _TRIALS, "substantial improvement", IMMPACT_2008, "verified"),
    percent(
        "responder", 10, _TRIALS, "minimally important", IMMPACT_2008, "verified", value_high=20
    ),
)
"""Of a rating of pain intensity, whatever its scale."""


def important_in_low_back_pain(value: float) -> tuple[Threshold, ...]:
    """Give the change of the consensus: so many points of the scale, or 30 % of baseline."""
    rows = ((points, value), (percent, 30.0))
    return tuple(
        declare(
            "MCID",
            size,
            "non-specific low back pain",
            "expert consensus",
            OSTELO_2008,
            "originator",
        )
        for declare, size in rows
    )


def important_in_osteoarthritis(
    knee: tuple[float, float], hip: tuple[float, float]
) -> tuple[Threshold, ...]:
    """Give the changes in points and in percent of baseline after four weeks of an NSAID."""
    return tuple(
        declare(
            "MCID",
            size,
            f"{joint} osteoarthritis starting NSAIDs",
            "anchor not recorded",
            TUBACH_2005,
            "originator",
        )
        for joint, sizes in (("knee", knee), ("hip", hip))
        for declare, size in zip((points, percent), sizes, strict=True)
    )
