"""How medians that were not reached are told."""

import re

from outcomes.analyses.plan import analyse
from outcomes.analyses.time_to_response import TimeToResponse
from outcomes.report.kinds.time_to_response import PRESENTATION
from tests.analyses.made import trial

RARE = TimeToResponse(id="times", instrument="pain", percent=25.0)


def test_medians_that_no_arm_reaches_are_said_once():
    result = analyse(trial(RARE), RARE)
    assert result.times.medians["median"].isna().all()
    shown = PRESENTATION.results(result)
    assert shown.says.startswith(
        "The median time to a confirmed response is not reached in any arm"
    )
    assert re.search(r"without a confirmed response for \d+ days with Usual care", shown.says)
    limits = result.times.medians[["conf_low", "conf_high"]].isna()
    for low_is_open, row in zip(limits["conf_low"], shown.tables[0].rows, strict=True):
        assert row.cells[-2] == "not reached"
        assert (row.cells[-1] == "not reached") == low_is_open
    assert limits["conf_high"].all()
