"""The process of one run, started by `outcomes.workflow.process` with its request as JSON.

Its lease is held before anything slow is imported, so that it can end at any time.
"""

from __future__ import annotations

import json
import sys
import threading

from outcomes.workflow.environment import skip_slow_import
from outcomes.workflow.lease import end_with_lease


def main() -> int:
    """Make the report that the command line asks for."""
    threading.Thread(target=end_with_lease, daemon=True).start()
    skip_slow_import()
    from outcomes.workflow.making import make_report

    return 0 if make_report(json.loads(sys.argv[1])) else 1


if __name__ == "__main__":
    sys.exit(main())
