"""Score random answers with the open awell-score library, to compare ours with.

Writes one file per instrument: the answers, one character each (hexadecimal, ``.`` for missing), in
the order of the instrument's items, and what the other library made of them.

The library is at github.com/awell-health/awell-score (commit c37843e, version 1.1.10-rc.0, ISC).
Its sources beside scores.ts, bundle with::

    npm install esbuild zod@3 lodash@4 date-fns@4 showdown
    npx esbuild scores.ts --bundle --platform=node --outfile=bundle.js

Then run ``python make.py path/to/bundle.js`` (node 20).
"""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from outcomes.instruments import find

HERE = Path(__file__).resolve().parent
N_RECORDS = 1000

# Our key, their key, their outputs by our scale, chance that an item is missing, and where their
# items are in another order, our items by their places.
KOOS = [f"koos_p{n}" for n in range(1, 10)]
KOOS += ["koos_s6", "koos_s7", "koos_s1", "koos_s2", "koos_s3", "koos_s4", "koos_s5"]
KOOS += [f"koos_a{n}" for n in range(1, 18)] + [f"koos_sp{n}" for n in range(1, 6)]
KOOS += [f"koos_q{n}" for n in range(1, 5)]
COMPARISONS = (
    ("odi", "oswestry", {"total": "OSWESTRY"}, 0.0, None),
    ("ndi", "ndi", {"percent": "NDI"}, 0.0, None),
    (
        "pcs",
        "pcs",
        {
            "total": "TOTAL",
            "rumination": "RUMINATION",
            "magnification": "MAGNIFICATION",
            "helplessness": "HELPLESSNESS",
        },
        0.0,
        None,
    ),
    ("tsk", "tampa", {"total": "TAMPA"}, 0.0, None),
    ("phq9", "phq_9", {"total": "PHQ9_SCORE"}, 0.0, None),
    ("gad7", "gad_7", {"total": "GAD7_SCORE"}, 0.0, None),
    ("hads", "hads", {"anxiety": "FEAR", "depression": "DEPRESSION"}, 0.0, None),
    ("isi", "isi", {"total": "ISI_TOTAL_SCORE"}, 0.0, None),
    ("quickdash", "quickdash", {"total": "QUICKDASH_SCORE"}, 0.1, None),
    (
        "koos",
        "koos",
        {
            "symptoms": "SYMPTOMS",
            "pain": "PAIN",
            "adl": "ADL_FUNCTION",
            "sport": "SPORT_AND_RECREATION_FUNCTION",
            "qol": "QUALITY_OF_LIFE",
        },
        0.4,
        KOOS,
    ),
    (
        "hoos",
        "hoos_extended",
        {"symptoms": "S", "pain": "P", "adl": "ADL", "sport": "SP", "qol": "QOL"},
        0.0,
        None,
    ),
    (
        "womac_likert",
        "womac",
        {
            "pain": "WOMAC_PAIN_SCORE",
            "stiffness": "WOMAC_STIFFNESS_SCORE",
            "function": "WOMAC_DIFFICULTY_SCORE",
            "total": "WOMAC_TOTAL_SCORE",
        },
        0.0,
        None,
    ),
    ("dn4", "dn4", {"total": "PATIENT_TOTAL_SCORE"}, 0.0, None),
    ("pdi", "pdi", {"total": "PDI_INDEX"}, 0.0, None),
    (
        "sf12_v1",
        "sf12",
        {"physical": "PHYSICAL_COMPONENT_SCORE", "mental": "MENTAL_COMPONENT_SCORE"},
        0.0,
        None,
    ),
    (
        "rand36",
        "sf36",
        {
            "physical_functioning": "PHYSICAL_FUNCTIONING",
            "role_physical": "ROLE_LIMITATIONS_PHYSICAL_HEALTH",
            "role_emotional": "ROLE_LIMITATIONS_EMOTIONAL_PROBLEMS",
            "energy_fatigue": "ENERGY_FATIGUE",
            "emotional_wellbeing": "EMOTIONAL_WELLBEING",
            "social_functioning": "SOCIAL_FUNCTIONING",
            "pain": "PAIN",
            "general_health": "GENERAL_HEALTH",
        },
        0.0,
        [f"rand36_{n}" for n in range(1, 37)],
    ),
)


def draw(key, chance, rng):
    """Random allowed answers, some of them missing."""
    items = find(key).items
    answers = np.column_stack([rng.choice(item.responses.values, N_RECORDS) for item in items])
    answers[rng.random(answers.shape) < chance] = np.nan
    return {item.key: answers[:, place] for place, item in enumerate(items)}


def theirs(columns, order):
    """Answers as the other library numbers them; item 2 of the SF-36 is in no scale."""
    placed = order or list(columns)
    blank = np.full(N_RECORDS, 3.0)
    rows = np.column_stack([columns.get(name, blank) for name in placed])
    return [[None if np.isnan(answer) else int(answer) for answer in row] for row in rows]


def main(bundle):
    """Draw, score and write."""
    rng = np.random.default_rng(20261123)
    drawn = {key: draw(key, chance, rng) for key, _, _, chance, _ in COMPARISONS}
    job = {other: theirs(drawn[key], order) for key, other, _, _, order in COMPARISONS}
    command = ["node", str(HERE / "score.js"), str(Path(bundle).resolve())]
    done = subprocess.run(
        command, input=json.dumps(job), capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    for key, other, outputs, _, _ in COMPARISONS:
        with (HERE / f"{key}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["answers", *outputs])
            for row, scores in zip(
                zip(*drawn[key].values(), strict=True), found[other], strict=True
            ):
                text = "".join("." if np.isnan(answer) else f"{int(answer):x}" for answer in row)
                values = [scores.get(name) for name in outputs.values()]
                writer.writerow([text, *("" if value is None else value for value in values)])
    print(found["milliseconds"])


if __name__ == "__main__":
    main(sys.argv[1])
