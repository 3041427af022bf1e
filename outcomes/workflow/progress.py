"""What a batch says while it runs: a progress bar or plain lines, and a log for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Reporter:
    """Tells people through the console and programs through ``batch.log.jsonl``."""

    progress: Progress
    log: Path

    def event(self, name: str, **details: Any) -> None:
        """Append one event to the log."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"time": time, "event": name, **details}) + "\n")

    def ended(self, slug: str, result: str, seconds: float, cause: str = "") -> None:
        """Say that a run has ended."""
        self.event(
            result, run=slug, seconds=round(seconds, 2), **({"cause": cause} if cause else {})
        )
        self.say(f"{result:6} {slug}  {seconds:.1f} s")
        if cause:
            self.say(f"       {cause}")
        self.progress.advance(self.progress.task_ids[0])

    def say(self, line: str) -> None:
        """Print one line, above the progress bar where there is one."""
        self.progress.console.print(Text(line), soft_wrap=True)


@contextmanager
def reporter(total: int, log: Path) -> Iterator[Reporter]:
    """Report on `total` runs; the bar is off where nobody watches."""
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal)
    with bar:
        bar.add_task("reports", total=total)
        yield Reporter(progress=bar, log=log)
