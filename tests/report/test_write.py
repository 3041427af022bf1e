"""What a run leaves behind."""

import csv
import io
import json
import math

import nbformat
import pandas as pd
import pytest

from outcomes.report.block import ard_rows
from outcomes.report.outputs import portable
from outcomes.report.render import Rendered
from outcomes.report.write import csv_text, json_text, write_run

RENDERED = Rendered(
    html="<p>−</p>",
    ard=({"stat_name": "estimate", "stat": 0.1 + 0.2}, {"stat_name": "p_value", "stat": None}),
    figures={"means": "<svg/>"},
    summary={},
)


def test_a_run_is_written_whole(tmp_path):
    folder = tmp_path / "run"
    write_run(folder, RENDERED, nbformat.v4.new_notebook(), {"seconds": 1.5})
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert names == [
        *("ard.csv", "ard.json", "executed.ipynb", "figures/means.svg", "report.html", "run.json")
    ]
    assert (folder / "report.html").read_text(encoding="utf-8") == "<p>−</p>"
    assert json.loads((folder / "run.json").read_text()) == {"seconds": 1.5}
    nbformat.validate(nbformat.read(folder / "executed.ipynb", as_version=4))


def test_numbers_keep_all_their_digits_in_both_files():
    rows = json.loads(json_text(list(RENDERED.ard)))
    assert rows[0]["stat"] == 0.1 + 0.2
    assert rows[1]["stat"] is None
    read = list(csv.DictReader(io.StringIO(csv_text(RENDERED.ard))))
    assert float(read[0]["stat"]) == 0.1 + 0.2
    assert read[1]["stat"] == ""


def test_rows_with_different_columns_share_one_head():
    text = csv_text([{"a": 1}, {"b": "x,y"}])
    assert list(csv.DictReader(io.StringIO(text))) == [{"a": "1", "b": ""}, {"a": "", "b": "x,y"}]


def test_nan_never_reaches_a_file():
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text({"stat": math.nan})


def test_ard_rows_hold_plain_values_only():
    frame = pd.DataFrame(
        {
            "n": pd.Series([3, None], dtype="Int64"),
            "stat": [float("nan"), float("inf")],
            "arm": pd.Categorical(["a", None]),
            "flag": [True, False],
        }
    )
    assert ard_rows(frame) == (
        {"n": 3, "stat": None, "arm": "a", "flag": True},
        {"n": None, "stat": "Infinity", "arm": None, "flag": False},
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("C:\\Users\\me\\trial\\out.csv", "out.csv"),
        ("ratio 1/2 and n/a, 3/4/2026", "ratio 1/2 and n/a, 3/4/2026"),
        ("../data/sample/study.yaml", "../data/sample/study.yaml"),
        ("see https://doi.org/10.1/x", "see https://doi.org/10.1/x"),
    ],
)
def test_only_absolute_paths_are_shortened(text, shown):
    assert portable(text) == shown
