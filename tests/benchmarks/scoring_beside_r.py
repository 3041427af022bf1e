"""Time `score` on a large trial, and the scorers of R's psych beside it in the same run.

Usage: python scoring_beside_r.py [--r RSCRIPT]. Prints processor seconds of one core, medians of
five calls after one to warm up, and the ratios.
"""

import argparse
import subprocess
import time
from pathlib import Path

import numpy as np

from outcomes.instruments import score
from tests.benchmarks.test_scoring_speed import trial


def ours(repeats: int = 5) -> float:
    """Median processor seconds of the whole call, checks of answers, columns and ids included."""
    responses = trial()
    score(responses, "rmdq")
    used = []
    for _ in range(repeats):
        started = time.process_time()
        score(responses, "rmdq")
        used.append(time.process_time() - started)
    return float(np.median(used))


def theirs(rscript: str) -> dict[str, float]:
    """Median processor seconds of each scorer of psych."""
    script = Path(__file__).with_suffix(".R")
    done = subprocess.run([rscript, script], capture_output=True, text=True, check=True)
    return {name: float(used) for name, used in map(str.split, done.stdout.splitlines())}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--r", default="Rscript")
    seconds = ours()
    print(f"score {seconds:.2f}")
    for scorer, used in theirs(parser.parse_args().r).items():
        print(f"{scorer} {used:.2f}, ratio {used / seconds:.2f}")
