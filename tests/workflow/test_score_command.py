"""Scoring a file from the command line gives what `outcomes.score` gives, or one clear refusal."""

import io

import pandas as pd
import pytest

import outcomes as oc
from outcomes.trial.io.responses import read_responses
from tests.workflow.command import outcomes, refusal

HEADER = "subject,visit,peg_01,peg_02,enjoyment,note\n"
RECORDS = "007,w0,7,6,8,fine\n007,w4,3,99,4,\n008,w0, ,,,\n"
MAP = ("--item", "peg_3=enjoyment")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "peg.csv").write_text(HEADER + RECORDS, encoding="utf-8")
    return tmp_path


def test_scores_are_those_of_the_function(folder):
    done = outcomes("score", "peg", "peg.csv", *MAP, "--missing", 99, cwd=folder)
    assert done.returncode == 0, done.stderr
    read = pd.read_csv(io.StringIO(done.stdout), dtype={"subject": str})
    answers = pd.DataFrame(
        {
            "subject": ["007", "007", "008"],
            "visit": ["w0", "w4", "w0"],
            "peg_1": [7, 3, None],
            "peg_2": [6, 99, None],
            "peg_3": [8, 4, None],
        }
    )
    expected = oc.score(answers, "peg", missing_codes=[99]).astype({"reason": "str"})
    read = read.fillna({"reason": "None"})
    pd.testing.assert_frame_equal(read, expected, check_dtype=False)
    assert done.stderr == (
        "total: 3 administrations: 1 complete, 1 too few answers, 1 not administered\n"
    )


def test_scores_go_to_a_file(folder):
    options = (*MAP, "--missing", "99", "--min-fraction", "0.6", "-o", "scores.csv")
    done = outcomes("score", "peg", "peg.csv", *options, cwd=folder)
    assert done.stdout == ""
    scores = pd.read_csv(folder / "scores.csv")
    assert scores["score"].tolist()[:2] == [7, 3.5]
    assert set(scores["rule"]) == {"prorate, not published: at least 2 of 3 items (requested)"}


def test_one_row_per_answer(folder):
    rows = [f"007;peg_{n};{answer}\n" for n, answer in ((1, 7), (2, 6), (3, 8))]
    (folder / "long.csv").write_text("id;item;answer\n" + "".join(rows), encoding="utf-8")
    options = ("--id", "id", "--long", "item", "answer", "--separator", ";")
    done = outcomes("score", "peg", "long.csv", *options, cwd=folder)
    assert done.stdout.splitlines()[1].startswith("007,peg,PEG-3,total,7.0,3,3,scored,")


def test_implausible_answers_are_warned_of(folder):
    items = ",".join(f"midas_{n}" for n in range(1, 6))
    (folder / "midas.csv").write_text(f"subject,visit,{items}\n1,w0,60,60,0,0,0\n")
    done = outcomes("score", "midas", "midas.csv", cwd=folder)
    assert done.stderr.startswith("Warning: midas: 1 of 1 records count more than 92")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (MAP, "peg_2 (column peg_02): 1 of 3 answers are not among 0 to 10 (found 99)"),
        ((), "peg_3: no column peg_3 or peg_03"),
        ((*MAP, "--missing", "3"), "a missing code is also a possible answer"),
        ((*MAP, "--id", "subject"), "1 rows repeat an administration (subject): 007"),
        (("--item", "peg_3"), "write NAME=VALUE"),
        ((*MAP, "--rule", "strict", "--min-fraction", "0.5"), "not both"),
        ((*MAP, "--missing", "99", "-o", "peg.csv"), "write the scores elsewhere"),
    ],
)
def test_refusals_name_what_is_wrong_and_write_nothing(
    folder, monkeypatch, capsys, options, message
):
    status, said = refusal(monkeypatch, capsys, "score", "peg", "peg.csv", *options, cwd=folder)
    assert (status, said.count("Error: ")) == (2, 1)
    assert message in said
    assert [path.name for path in folder.iterdir()] == ["peg.csv"]
    assert (folder / "peg.csv").read_text() == HEADER + RECORDS


def test_text_among_answers_is_refused_by_item_and_row(folder, monkeypatch, capsys):
    (folder / "peg.csv").write_text(HEADER + "007,w0,7,six,8,\n008,w0,1,2,3,\n")
    command = ("score", "peg", "peg.csv", *MAP)
    status, said = refusal(monkeypatch, capsys, *command, cwd=folder)
    assert status == 2
    assert "peg_2 (column peg_02): 1 of 2 answers are not numbers but 'six'" in said
    assert "subject 007, visit w0" in said


def test_codes_and_blanks_never_touch_ids(folder):
    (folder / "peg.csv").write_text("subject,peg_1\n99,99\n007,7\n")
    read = read_responses(folder / "peg.csv", ["subject"], codes=["99"])
    assert read["subject"].tolist() == ["99", "007"]
    assert read["peg_1"].isna().tolist() == [True, False]
