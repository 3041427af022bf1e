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
    open_ended = result.times.medians[["conf_low", "conf_high"]].isna().all(axis=1)
    assert open_ended.all()
    for row in shown.tables[0].rows:
        assert row.cells[-2:] == ("not reached", "not reached")
