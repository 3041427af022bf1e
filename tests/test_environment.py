"""environment.yml, pyproject.toml and the lock say the same."""

import re
import tomllib

from ruamel.yaml import YAML

CONDA_NAMES = {"ruamel.yaml": "ruamel-yaml", "matplotlib-base": "matplotlib"}


def requirement(text: str) -> tuple[str, str]:
    """Name and version range of a requirement line."""
    name, versions = re.fullmatch(r"([\w.-]+?)\s*([<>=!~].*)?", text).groups()
    return CONDA_NAMES.get(name, name), versions or ""


def declared(root) -> dict[str, str]:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    return dict(map(requirement, project["dependencies"] + project["optional-dependencies"]["dev"]))


def test_environment_lists_the_packages_and_ranges_of_pyproject(root):
    entries = YAML(typ="safe").load(root / "environment.yml")["dependencies"]
    names = [e for e in entries if isinstance(e, str) and e != "pip"]
    through_pip = next(e["pip"] for e in entries if isinstance(e, dict))
    conda = dict(map(requirement, names + through_pip))
    assert conda.pop("python") == ">=3.11"
    assert conda == declared(root)


def test_every_declared_package_is_locked_with_hashes_and_without_an_index(root):
    lock = (root / "requirements.lock").read_text()
    locked = set(re.findall(r"^([\w.-]+)==", lock, flags=re.M))
    assert set(declared(root)) <= locked
    assert "--index" not in lock
    assert "://" not in lock
    pins = re.findall(r"^[\w.-]+==.*?(?=^[\w.-]+==|\Z)", lock, flags=re.M | re.S)
    assert all("--hash=sha256:" in pin for pin in pins)


def test_the_names_the_owner_fixed_stand_at_the_top_level(root):
    fixed = ["outcomes", "notebooks", "data/sample", "reports", "tests", "environment.yml"]
    assert [name for name in [*fixed, "README.md"] if not (root / name).exists()] == []


def test_the_packages_the_owner_fixed_are_declared(root):
    fixed = {"statsmodels", "pandas", "scipy", "lifelines", "pingouin", "jupyterlab", "papermill"}
    assert fixed <= set(declared(root))
