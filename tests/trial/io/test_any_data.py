"""Whatever stands in a cell or header, the data are read or refused, and never fail otherwise."""

import warnings

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outcomes.errors import OutcomesError, OutcomesWarning
from outcomes.trial.trial import Trial
from tests.trial.studies import files, load

CELLS = ["", " ", "0", "-1", "7", "007", "1e400", "NA", "-9", "nan", "x", "é", '"', '"a,b"', "a,b"]
NAMES = [name for name in files() if name.endswith(".csv")]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_cell_of_any_kind_anywhere_is_read_or_refused(tmp_path, data):
    content = files()
    name = data.draw(st.sampled_from(NAMES))
    row = data.draw(st.integers(0, len(content[name]) - 1))
    cells = content[name][row].split(",")
    cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(st.sampled_from(CELLS))
    content[name][row] = ",".join(cells)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OutcomesWarning)
        try:
            trial = load(tmp_path, content)
        except OutcomesError as error:
            message = str(error)
        else:
            assert isinstance(trial, Trial)
            return
    assert name in message
