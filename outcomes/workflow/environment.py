"""Settings every run starts from, whatever the machine's are."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType

#: Results must depend neither on the number of jobs nor on the machine's language or time zone.
#: The libraries read these when they are imported, so they are set before the kernel starts.
FIXED_ENVIRONMENT: Mapping[str, str] = MappingProxyType(
    {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "BLIS_NUM_THREADS": "1",
        "VECLIB_MAXIMUM_THREADS": "1",
        "NUMEXPR_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
)


def skip_slow_import() -> None:
    """Keep jsonschema from building a grammar of web addresses, two seconds in every process.

    nbformat imports jsonschema, which takes this optional package where it is installed; notebooks
    are checked without it. Only for processes of our own, before nbformat is imported.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
