"""Agreement with the open awell-score library on 1,000 random records of each instrument.

`tests/reference/instruments/awell/make.py` drew the records and ran the library; where it rounds,
the tolerance is half a unit of its last digit. docs/methods/scoring.md lists where the two differ.
"""

import csv

import numpy as np
import pytest

from outcomes.instruments import find, score
from tests.instruments.reference_cases import FOLDER, frame

HALF_UNIT = {
    "odi": 0.5,
    "quickdash": 0.005,
    "koos": 0.05,
    "hoos": 0.005,
    "sf12_v1": 5e-6,
    "rand36": 0.005,
}
PATHS = sorted((FOLDER / "awell").glob("*.csv"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_scores_agree_with_awell(path):
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    answers = [
        [np.nan if answer == "." else int(answer, 16) for answer in row["answers"]] for row in rows
    ]
    instrument = find(path.stem)
    scores = score(frame(instrument, *answers), instrument)
    wide = scores.assign(number=scores["subject"].astype(int)).pivot(
        index="number", columns="scale", values="score"
    )
    tolerance = HALF_UNIT.get(path.stem, 0.0) + 1e-6
    assert len(rows) == 1000
    for scale in rows[0].keys() - {"answers"}:
        theirs = np.array([float(row[scale] or "nan") for row in rows])
        np.testing.assert_allclose(wide[scale], theirs, rtol=0, atol=tolerance, err_msg=scale)


def test_ten_instruments_and_more_are_compared():
    assert len(PATHS) >= 10
