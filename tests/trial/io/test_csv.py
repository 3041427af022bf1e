"""Reading CSV: text stays text, and what is malformed is refused by line."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.errors import SchemaError
from outcomes.trial.io.csv import numbers, read_csv


@pytest.fixture
def read(tmp_path):
    def write_and_read(content, **options):
        path = tmp_path / "file.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_csv(path, name="file.csv", **options)

    return write_and_read


def test_every_cell_stays_as_it_stands(read):
    file = read("id,x\n007,1.50\n7,NA\n1e3,\n")
    assert file.frame.to_numpy().tolist() == [["007", "1.50"], ["7", "NA"], ["1e3", ""]]
    assert file.sha256 == hashlib.sha256(b"id,x\n007,1.50\n7,NA\n1e3,\n").hexdigest()


def test_the_index_is_the_line_on_which_a_record_starts(read):
    file = read('id,x\n\n1,"two\nlines"\n2,"a,b"\r\n3,""""\n')
    assert file.frame.index.tolist() == [3, 5, 6]
    assert file.frame["x"].tolist() == ["two\nlines", "a,b", '"']


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("id,naïve\n1,é\n".encode(), {}),
        ("id,naïve\n1,é\n".encode("utf-8-sig"), {}),
        ("id,naïve\n1,é\n".encode("utf-16"), {}),
        ("id,naïve\n1,é\n".encode("cp1252"), {"encoding": "cp1252"}),
        ("id;naïve\n1;é\n".encode(), {"separator": ";"}),
    ],
)
def test_encodings_marks_and_separators(read, content, options):
    frame = read(content, **options).frame
    assert frame.columns.tolist() == ["id", "naïve"]
    assert frame.to_numpy().tolist() == [["1", "é"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "file.csv: the file is empty. It needs a header row and records"),
        ("\n\n", "file.csv: the file is empty"),
        ("id,x\n", "the file has a header but no records"),
        ("id,x,id,x\n1,2,3,4\n", r"2 column names are repeated \(id, x\)"),
        ("id,,x,\n1,2,3,4\n", r"2 of 4 columns have no name \(positions 2, 4\)"),
        (
            "id,x\n1\n2,3\n4,5,6\n",
            r"2 rows without exactly 2 cells.*\(line 2 has 1, line 4 has 3\)",
        ),
        ("id;x\n1;2\n", "the only column is 'id;x'.*Declare the separator"),
        ('id,x\n1,2\n3,"4\n', "line 3: the record cannot be read .*Check its quotes"),
        ('id,x\n1,"2"3\n', "line 2: the record cannot be read"),
        (b"id,x\n1,2\n3,\xe9\n", r"line 3: byte 11 is not utf-8.*cp1252"),
    ],
)
def test_malformed_files_are_refused_with_their_lines(read, content, message):
    with pytest.raises(SchemaError, match=message):
        read(content)


def test_a_header_alone_is_enough_where_nothing_may_have_happened(read):
    assert read("subject,term\n", may_be_empty=True).frame.shape == (0, 2)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_are_read_back_exactly(values):
    read, wrong = numbers(pd.Series([repr(value) for value in values], dtype=object))
    assert read.tolist() == values
    assert not wrong.any()


def test_only_finite_decimal_numbers_are_numbers():
    texts = ["1_0", "inf", "nan", "0x1", "1,5", "true", "", "1e999", "١", "--1", "1 2"]
    values, wrong = numbers(pd.Series(texts))
    assert wrong.all()
    assert np.isnan(values).all()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), min_size=1))
def test_any_text_survives(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("csv") / "file.csv"
    pd.DataFrame({"id": cells}).to_csv(path, index=False)
    assert read_csv(path, name="file.csv").frame["id"].tolist() == cells
