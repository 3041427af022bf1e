"""Roland-Morris Disability Questionnaire, the 24-item original."""

from outcomes.instruments.sources import OSTELO_2008
from outcomes.instruments.spec import (
    Instrument,
    Scale,
    Source,
    Threshold,
    numbered,
    prorate,
)

_ROLAND = Source(
    citation="Roland M, Morris R. Spine 1983;8:141-144", locator="count of ticked statements"
)

RMDQ_24 = Instrument(
    key="rmdq",
    name="Roland-Morris Disability Questionnaire",
    version="RMDQ-24",
    recall="today",
    scales=(
        Scale(
            key="total",
            label="Roland-Morris Disability Questionnaire",
            items=numbered("rmdq", 24, lowest=0, highest=1),
            combine="sum",
            range=(0, 24),
            higher_is="worse",
            source=_ROLAND,
            level="verified",
            # No standard method exists; the limit of four is ours and only on request.
            other_rules=(prorate(20, "project"),),
            thresholds=(
                Threshold(
                    value=5,
                    unit="points",
                    kind="MCID",
                    population="non-specific low back pain",
                    anchor="expert consensus",
                    source=OSTELO_2008,
                    level="single_source",
                ),
                Threshold(
                    value=30,
                    unit="percent of baseline",
                    kind="MCID",
                    population="non-specific low back pain",
                    anchor="expert consensus",
                    source=OSTELO_2008,
                    level="single_source",
                ),
                Threshold(
                    value=4,
                    value_high=5,
                    unit="points",
                    kind="measurement error",
                    population="low back pain, baseline scores 4 to 20",
                    anchor="minimal detectable change, 90 % confidence",
                    source=Source(citation="Stratford PW et al. 1996"),
                    level="single_source",
                ),
            ),
        ),
    ),
    rights="public; the authors ask for no permission for the published form",
    citation=_ROLAND,
    coding="1 ticked, 0 not ticked; on a tick-box form an unticked statement is 0, not empty",
)
