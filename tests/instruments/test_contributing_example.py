"""The instrument that CONTRIBUTING.md shows is one, and its cases hold."""

import importlib.util
import re
import tomllib

import pytest

from outcomes.errors import ResponseError
from outcomes.instruments import score
from tests.conftest import ROOT
from tests.instruments.reference_cases import frame

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
(DECLARATION,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
(CASES,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    path = tmp_path_factory.mktemp("family") / "example.py"
    path.write_text(DECLARATION, encoding="utf-8")
    specification = importlib.util.spec_from_file_location("example", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.EXAMPLE


@pytest.mark.parametrize("case", tomllib.loads(CASES)["case"], ids=lambda case: case["id"])
def test_the_example_and_its_cases_agree(example, case):
    answers = frame(example, case["answers"])
    if "rejected" in case:
        with pytest.raises(ResponseError, match=case["rejected"]):
            score(answers, example)
        return
    found = score(answers, example).set_index("scale")["score"]
    assert found[found.notna()].to_dict() == pytest.approx(case.get("scores", {}))
    assert found.index[found.isna()].tolist() == case.get("missing", [])
