"""Designs are read strictly, and refused where their parts contradict each other."""

from dataclasses import replace

import pytest

from outcomes.errors import SpecificationError
from outcomes.simulate import check_design, read_design
from tests.simulate.designs import SAMPLE, sample_design

TEXT = (SAMPLE / "design.yaml").read_text()


def read_changed(folder, old, new):
    assert TEXT.count(old) == 1
    (folder / "design.yaml").write_text(TEXT.replace(old, new))
    return read_design(folder / "design.yaml")


def test_the_sample_design_is_what_was_asked_for():
    design = sample_design()
    assert design.patients.n == 240
    assert [visit.id for visit in design.visits[1:]] == [
        f"week{week}" for week in (4, 8, 12, 26, 52)
    ]
    assert [visit.day for visit in design.visits] == [7 * week for week in (0, 4, 8, 12, 26, 52)]
    assert len(design.instruments) == 10


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("  attendance: 0.85", "  atendance: 0.85", "did you mean attendance"),
        ("  attendance: 0.85", '  attendance: "0.85"', "needs a number"),
        ("  attendance: 0.85", "  attendance: 1.85", "not between 0 and 1"),
        ("  icc: 0.05", "  icc: 1", "not at least 0 and below 1"),
        ("  block_size: 4", "  block_size: 3", "two arms equally"),
        ("{id: North, share: 0.30,", "{id: North, share: 0.35,", "sum to 1, not 1.05"),
        ("{id: week4, day: 28,", "{id: week4, day: 56,", "must rise"),
        ("effect: [-0.05, -0.15,", "effect: [-0.15,", "4 values for 5 follow-up visits"),
        ("[0.75, 1.00, 0.75, 0.50,", "[0.75, 1.00, 0.70, 0.50,", "not symmetric"),
        ("centres: {nrs_1: 6.0}", "centres: {nrs_2: 6.0}", "1 not among .*nrs_2"),
        ("dropout_item: nrs_1", "dropout_item: nrs_0", "no item is called nrs_0"),
        ("    loading: -0.75", "    loading: -1.75", "not between -1 and 1"),
        ("omitted: {odi_8: 0.06}", "omitted: {rmdq_8: 0.06}", "outside this group"),
        ("tapering: {medication: 0.06,", "tapering: {usual: 0.06,", "names integrative, usual"),
        (", peg, odi,", ", odi,", "3 not among .*peg_1, peg_2, peg_3"),
    ],
)
def test_a_wrong_design_is_refused_with_its_place(tmp_path, old, new, complaint):
    with pytest.raises(SpecificationError, match=rf"(?s)design.yaml:\d+:\d+: .*{complaint}"):
        read_changed(tmp_path, old, new)


def test_all_complaints_come_at_once(tmp_path):
    changed = TEXT.replace("  icc: 0.05", "  icc: 2").replace("block_size: 4", "block_size: 5")
    (tmp_path / "design.yaml").write_text(changed)
    with pytest.raises(SpecificationError, match=r"(?s)2 problems.*block_size.*icc"):
        read_design(tmp_path / "design.yaml")


def test_traits_that_cannot_be_correlated_like_this_are_refused():
    design = sample_design()
    rows = [[1.0 if i == j else -0.5 for j in range(5)] for i in range(5)]
    impossible = replace(design.association, between_traits=tuple(map(tuple, rows)))
    with pytest.raises(SpecificationError, match="not positive definite"):
        check_design(replace(design, association=impossible))
