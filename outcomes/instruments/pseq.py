"""Pain Self-Efficacy Questionnaire."""

from outcomes.instruments.spec import Instrument, Scale, Source, numbered, points

_NICHOLAS = Source(citation="Nicholas MK. Eur J Pain 2007;11:153-163")
_DUBE = Source(citation="Dube MO et al. 2021, systematic review", locator="abstract")
_BACK = "chronic low back pain"

PSEQ = Instrument(
    key="pseq",
    name="Pain Self-Efficacy Questionnaire",
    version="PSEQ-10",
    recall="not stated in the sources read",
    scales=(
        Scale(
            key="total",
            label="Pain self-efficacy (PSEQ)",
            items=numbered("pseq", 10, lowest=0, highest=6),
            combine="sum",
            range=(0, 60),
            higher_is="better",
            source=_NICHOLAS,
            level="verified",
            thresholds=(
                points("MCID", 5.5, _BACK, "anchor not read", _DUBE, "originator", value_high=8.5),
                points(
                    "measurement error",
                    11.52,
                    _BACK,
                    "minimal detectable change, 95 % confidence",
                    _DUBE,
                    "originator",
                ),
            ),
        ),
    ),
    rights="free with acknowledgement of M. K. Nicholas as far as known",
    citation=_NICHOLAS,
)
