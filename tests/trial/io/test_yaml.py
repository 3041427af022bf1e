import pytest

from outcomes.errors import SpecificationError
from outcomes.trial.io.yaml import read_yaml


@pytest.fixture
def read(tmp_path):
    def write_and_read(text):
        path = tmp_path / "file.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_yaml(path)

    return write_and_read


def test_values_have_the_types_of_yaml_1_2(read):
    document = read("[no, 2026-03-01, '5', 007, 0x1F, 1e3, -.5, true, ~, 1:30]")
    assert document.content == ["no", "2026-03-01", "5", 7, 31, 1000.0, -0.5, True, None, "1:30"]
    assert [type(value) for value in document.content[3:6]] == [int, int, float]


def test_anchors_aliases_and_merge_keys_work(read):
    document = read("a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, y: 3}\nd: {<<: [*a, {z: 4}]}\n")
    assert document.content["b"] == {"x": 1, "y": 2}
    assert document.content["c"] == {"y": 3, "x": 1}
    assert document.content["d"] == {"x": 1, "y": 2, "z": 4}
    assert document.complaints == []


def test_positions_are_lines_and_columns_of_keys_and_values(read):
    document = read("a:\n  - {k: 1}\n")
    assert document.values[("a", 0, "k")] == (2, 9)
    assert document.keys[("a", 0, "k")] == (2, 6)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: 1\na: 2\n", "file.yaml:2:1: a: this key is repeated; it is also on line 1"),
        ("a: {1: x}\n", "file.yaml:1:5: a: the key 1 is not text"),
        ("a: !secret x\n", "file.yaml:1:4: a: x is not allowed here"),
        ("a: !!set {x}\n", "the tag tag:yaml.org,2002:set is not allowed"),
        ("a: 1_000\n", "1_000 is not allowed here; write a finite number without underscores"),
        ("a: .inf\n", ".inf is not allowed here"),
        ("a: .nan\n", ".nan is not allowed here"),
        ("a: &a [*a]\n", "a[0]: contains itself through an alias"),
        ("a: {<<: 3}\n", "<< needs an alias of a map"),
    ],
)
def test_what_is_not_plain_is_complained_about_with_its_position(read, text, complaint):
    document = read(text)
    with pytest.raises(SpecificationError) as error:
        document.refuse(described_in="the docs")
    assert complaint in str(error.value)
    assert "1 problem in the file" in str(error.value)
    assert "described in the docs" in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1\nb: 2\n", r"file.yaml:2:2: this is not YAML: .*expected ',' or '\]'"),
        ("a: 1\n---\nb: 2\n", "file.yaml:2:1: this is not YAML: expected a single document"),
        ("a: \x01", "this is not YAML: unacceptable character"),
        ("", "the file is empty"),
        ("# nothing\n", "the file is empty"),
        (b"a: \xff", "byte 3 is not UTF-8"),
    ],
)
def test_what_is_not_one_yaml_document_is_refused(read, text, message):
    with pytest.raises(SpecificationError, match=message):
        read(text)


def test_a_byte_order_mark_is_no_part_of_the_first_key(read):
    assert read(b"\xef\xbb\xbfa: 1").content == {"a": 1}


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(SpecificationError, match=r"There is no file .*nothing\.yaml"):
        read_yaml(tmp_path / "nothing.yaml")
