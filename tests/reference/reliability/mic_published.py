"""Compare with the figures printed in the documentation of the authors' R package MiCT.

Its example data are not distributed here: save them as a CSV file with columns change
(second sum minus first) and improved (0 or 1), and run from the folder of the checkout

    python tests/reference/reliability/mic_published.py example.csv

which prints ours beside the printed values of `values.toml` and fails where they differ.
"""

import sys
import tomllib
from pathlib import Path

import pandas as pd

from outcomes.models.important_change import mic_predictive, mic_roc

published = tomllib.loads(Path(__file__).with_name("values.toml").read_text())["mic_published"]
frame = pd.read_csv(sys.argv[1])
change, improved = frame["change"].to_numpy(float), frame["improved"].to_numpy() == 1
reliability = published["anchor_reliability"]
found = {
    "predictive": mic_predictive(change, improved).estimate,
    "roc": mic_roc(change, improved).estimate,
    "adjusted": mic_predictive(change, improved, anchor_reliability=reliability).estimate,
}
for name, value in found.items():
    print(f"{name}: {value:.7f}, published {published[name]}")
sys.exit(
    any(abs(value - published[name]) > published["tolerance"] for name, value in found.items())
)
