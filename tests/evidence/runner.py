"""Long evidence: resumable runs whose committed output carries a hash of the code it covers.

A study is a module of this folder with

- ``COVERS``: the files and folders whose behaviour it shows,
- ``N_CHUNKS`` and ``CHUNK_SIZE``: how many replicates it runs, and how they are cut,
- ``chunk(rng, size)``: replicates as a dict of lists of numbers,
- ``summarise(replicates)``: the numbers a reader wants,
- ``complaints(summary)``: what contradicts theory, given the Monte Carlo error, if anything.

``python -m tests.evidence.runner`` runs what is missing or older than its code (`make evidence`).
"""

from __future__ import annotations

import hashlib
import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
RESULTS = FOLDER / "results"
PARTIAL = FOLDER / "partial"
SEED = 20261123


def studies() -> list[str]:
    """Names of the evidence studies."""
    own = {"runner", "test_evidence"}
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in own)


def study(name: str) -> ModuleType:
    """Import the study of this name."""
    return import_module(f"tests.evidence.{name}")


def code_hash(name: str) -> str:
    """SHA-256 of the study and of every Python file it covers."""
    covered = [ROOT / place for place in study(name).COVERS]
    files = [f for place in covered for f in ([place] if place.is_file() else place.rglob("*.py"))]
    digest = hashlib.sha256()
    for file in sorted({*files, FOLDER / f"{name}.py"}):
        digest.update(file.relative_to(ROOT).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def replicates(name: str, index: int, size: int) -> dict[str, list[float]]:
    """One chunk of replicates; its stream depends on the study's name and the chunk only."""
    salt = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    rng = np.random.default_rng([SEED, salt, index])
    return {key: [float(v) for v in values] for key, values in study(name).chunk(rng, size).items()}


def run(name: str) -> dict[str, object]:
    """Run a study, taking up finished chunks of the same code, and write its result."""
    module, code = study(name), code_hash(name)
    folder = PARTIAL / name / code
    folder.mkdir(parents=True, exist_ok=True)
    chunks = []
    for index in range(module.N_CHUNKS):
        path = folder / f"{index}.json"
        if not path.exists():
            path.with_suffix(".tmp").write_text(
                json.dumps(replicates(name, index, module.CHUNK_SIZE))
            )
            path.with_suffix(".tmp").rename(path)
            print(f"{name}: {index + 1} of {module.N_CHUNKS}", flush=True)
        chunks.append(json.loads(path.read_text()))
    joined = {key: [v for chunk in chunks for v in chunk[key]] for key in chunks[0]}
    result = {
        "study": name,
        "about": module.__doc__.strip(),
        "code": code,
        "seed": SEED,
        "replicates": module.N_CHUNKS * module.CHUNK_SIZE,
        "summary": module.summarise(joined),
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n")
    return result


def stored(name: str) -> dict[str, object] | None:
    """Read the committed result of a study, None where there is none."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def main() -> int:
    """Run every study that is missing or older than its code; 1 where one contradicts theory."""
    status = 0
    for name in sys.argv[1:] or studies():
        known = stored(name)
        result = known if known and known["code"] == code_hash(name) else run(name)
        found = study(name).complaints(result["summary"])
        print(f"{name}: {'; '.join(found) or 'as theory says'}")
        status |= bool(found)
    return status


if __name__ == "__main__":
    sys.exit(main())
