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
    rows = [dict(zip(keys, row, strict=True)) for row in answers]
    ids = [{"subject": str(number), "visit": "week 4"} for number in range(1, len(rows) + 1)]
    return pd.DataFrame([one | two for one, two in zip(ids, rows, strict=True)])
