"""Reading the reference files, and the frames they become."""

import tomllib
from pathlib import Path

import pandas as pd

from outcomes.instruments.registry import REGISTRY
from outcomes.instruments.spec import Instrument

FOLDER = Path(__file__).resolve().parent.parent / "reference" / "instruments"
FILES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.toml")
}
# A file is named after its instrument unless its cases name theirs.
CASES = [
    {"instrument": stem, "tolerance": content["provenance"]["tolerance"], **case}
    for stem, content in FILES.items()
    for case in content["case"]
]
SCALES = [(instrument, scale) for instrument in REGISTRY.values() for scale in instrument.scales]


def frame(instrument: Instrument, *answers: list[float]) -> pd.DataFrame:
    """Administrations of one instrument, with answers in the order of its items."""
    keys = [item.key for item in instrument.items]
    ids = {"subject": [str(number) for number in range(1, len(answers) + 1)], "visit": "week 4"}
    return pd.concat([pd.DataFrame(ids), pd.DataFrame(list(answers), columns=keys)], axis=1)
