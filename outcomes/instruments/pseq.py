"""Pain Self-Efficacy Questionnaire."""

from outcomes.instruments.spec import Instrument, Scale, Source, numbered, pick, points

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
                points(
                    "MCID", 5.5, _BACK, "anchor not recorded", _DUBE, "originator", value_high=8.5
                ),
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
PSEQ_2 = Instrument(
    key="pseq2",
    name="Pain Self-Efficacy Questionnaire, two items",
    version="PSEQ-2, items 5 and 9 of the PSEQ-10",
    recall=PSEQ.recall,
    scales=(
        Scale(
            key="total",
            label="Pain self-efficacy (PSEQ-2)",
            items=pick(PSEQ.items, (5, 9)),
            combine="sum",
            range=(0, 12),
            higher_is="better",
            source=Source(
                citation="Nicholas MK et al. J Pain 2015;16:153-163",
                locator="abstract; item numbers from general knowledge",
                doi="10.1016/j.jpain.2014.11.002",
            ),
            level="unverified",
        ),
    ),
    rights=PSEQ.rights,
    citation=_NICHOLAS,
    coding="columns of the PSEQ-10, pseq_5 and pseq_9",
    experimental="the numbers of its items were read in no source",
)
