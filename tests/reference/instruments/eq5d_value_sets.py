"""Write eq5d_value_sets.toml: states worked out from the published coefficients one by one.

Plain dictionaries and loops, sharing nothing with the package but the table of coefficients, which
was compared with independent tables of all states when it was collected.

Run from this folder: python eq5d_value_sets.py
"""

import csv
from itertools import product
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLE = HERE.parents[2] / "outcomes" / "instruments" / "tables" / "eq5d_value_sets.csv"
DIMENSIONS = ("MO", "SC", "UA", "PD", "AD")
CROSSWALKED = ("UK", "Germany", "Netherlands_2006", "Spain", "Denmark", "Japan", "France")
STATES = {"EQ-5D-5L": ("11111", "21232", "33443", "14521", "55555")}
STATES["EQ-5D-3L"] = ("11111", "11223", "21222", "12131", "33333")
HEADER = """[provenance]
kind = "computed"
citation = "published coefficients of each value set (DOIs in the package's table)"
program = "Python, eq5d_value_sets.py beside this file"
checked_by = "outcomes developers, term by term from the coefficients, 2026-11-23"
tolerance = 1e-9
tolerance_reason = "sums of a dozen printed decimals; only floating-point rounding is allowed"
"""


def value(terms, state):
    """Value of one state, for example ``"21232"``."""
    levels = [int(level) for level in state]
    total = terms["constant_full_health"]
    for dimension, level in zip(DIMENSIONS, levels, strict=True):
        total += terms.get(f"{dimension}{level}", 0.0)
        if level >= 4:
            total += terms.get(f"{dimension}45", 0.0)
    if state != "11111":
        total += terms.get("any_dimension_worse_than_1", 0.0)
    if "3" in state:
        total += terms.get("any_dimension_at_3_(N3)", 0.0)
    if "4" in state or "5" in state:
        total += terms.get("any_dimension_at_4_or_5_(N4)", 0.0)
    if "5" in state:
        total += terms.get("any_dimension_at_5_(N5)", 0.0)
    severe = state.count("4") + state.count("5")
    if severe >= 1:
        total += (
            terms.get("(count_of_dimensions_at_4_or_5_minus_1)_squared", 0.0) * (severe - 1) ** 2
        )
    impaired, twos, threes = 5 - state.count("1"), state.count("2"), state.count("3")
    total += terms.get("D1", 0.0) * max(impaired - 1, 0)
    total += terms.get("I2square", 0.0) * max(twos - 1, 0) ** 2
    total += terms.get("I3", 0.0) * max(threes - 1, 0)
    total += terms.get("I3square", 0.0) * max(threes - 1, 0) ** 2
    return total


def crosswalk(terms, probability, state):
    """Expected three-level value of a five-level state."""
    expected = 0.0
    for three in product("123", repeat=5):
        chance = 1.0
        for dimension, to, level in zip(DIMENSIONS, three, state, strict=True):
            chance *= probability.get(f"P({dimension}_3L={to}|5L={level})", 0.0)
        expected += chance * value(terms, "".join(three))
    return expected


def main():
    """Write the cases of every set and crosswalk."""
    sets, probability = {}, {}
    for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()):
        if row["value_set_type"] == "CW_probability":
            probability[row["term"]] = float(row["value"])
        else:
            terms = sets.setdefault((row["version"], row["country"]), {})
            terms[row["term"]] = float(row["value"])
    lines = [HEADER]
    for (version, country), terms in sets.items():
        key = f"eq5d{version[-2]}l_{country.lower()}"
        lines += [case(key, state, value(terms, state)) for state in STATES[version]]
    for country in CROSSWALKED:
        key = f"eq5d5l_crosswalk_{country.lower()}"
        terms = sets["EQ-5D-3L", country]
        expected = {state: crosswalk(terms, probability, state) for state in STATES["EQ-5D-5L"]}
        lines += [case(key, state, index) for state, index in expected.items()]
    (HERE / "eq5d_value_sets.toml").write_text("\n".join(lines), encoding="utf-8")


def case(key, state, expected):
    """One case of the reference file."""
    return (
        f'[[case]]\ninstrument = "{key}"\nid = "{key} {state}"\n'
        f"answers = [{', '.join(state)}]\nscores = {{ index = {expected!r} }}\n"
    )


if __name__ == "__main__":
    main()
