"""Live displays of a training: a picture in notebooks, lines elsewhere."""

from __future__ import annotations

import html
import sys
import threading
import time
from typing import Any, Protocol, TextIO

from palimpsest._chart import loss_chart
from palimpsest._snapshot import Sample, Snapshot

_LINE_SECONDS = 10.0
_PICTURE_SECONDS = 1.0


class Display(Protocol):
    """Shows the snapshots of one training."""

    def update(self, snapshot: Snapshot) -> None:
        """Shows a snapshot, unless the one before is too recent."""

    def close(self, snapshot: Snapshot) -> None:
        """Shows the last snapshot."""


def display_for(name: str) -> Display:
    """A display that suits the process: a picture in the main thread of a notebook."""
    shell = _notebook_shell()
    if shell is not None and threading.current_thread() is threading.main_thread():
        return NotebookDisplay(name)
    return LineDisplay(name)


def _notebook_shell() -> Any:
    get_shell = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = get_shell() if get_shell is not None else None
    return shell if hasattr(shell, "kernel") else None


class LineDisplay:
    """Prints a line every ten seconds, and one at the end."""

    def __init__(self, name: str, stream: TextIO | None = None) -> None:
        self._name = name
        self._stream = stream
        self._due = time.monotonic()
        self._warnings = 0

    def update(self, snapshot: Snapshot) -> None:
        self._print_warnings(snapshot)
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _LINE_SECONDS
            self._print(status_line(snapshot))

    def close(self, snapshot: Snapshot) -> None:
        self._print_warnings(snapshot)
        self._print(status_line(snapshot))

    def _print_warnings(self, snapshot: Snapshot) -> None:
        for warning in snapshot.warnings[self._warnings :]:
            self._print(f"warning: {warning}")
        self._warnings = len(snapshot.warnings)

    def _print(self, line: str) -> None:
        print(f"{self._name}: {line}", file=self._stream or sys.stderr, flush=True)


class NotebookDisplay:
    """Updates one output of a cell once a second; the last picture stays in the saved notebook."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._due = 0.0
        self._handle: Any = None

    def update(self, snapshot: Snapshot) -> None:
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _PICTURE_SECONDS
            self._show(snapshot)

    def close(self, snapshot: Snapshot) -> None:
        self._show(snapshot)

    def _show(self, snapshot: Snapshot) -> None:
        from IPython.display import HTML, display

        page = HTML(page_of(self._name, snapshot))
        if self._handle is None:
            self._handle = display(page, display_id=True)
        else:
            self._handle.update(page)


def status_line(snapshot: Snapshot) -> str:
    """A snapshot in a line of text.

    Example:
        >>> status_line(Snapshot("training", step=20, total_steps=80, loss=5.5))
        'step 20 of 80, loss 5.5000'
    """
    parts = [] if snapshot.state == "training" else [snapshot.state]
    if snapshot.total_steps:
        parts.append(f"step {snapshot.step:,} of {snapshot.total_steps:,}")
    if snapshot.loss is not None:
        parts.append(f"loss {snapshot.loss:.4f}")
    if snapshot.best is not None:
        parts.append(f"best held-out loss {snapshot.best.loss:.4f} at step {snapshot.best.step:,}")
    if snapshot.tokens_per_second:
        parts.append(f"{snapshot.tokens_per_second:,.0f} tokens/s")
    if snapshot.seconds_left is not None and not snapshot.is_over:
        parts.append(f"{_time(snapshot.seconds_left)} left")
    if snapshot.message:
        parts.append(snapshot.message)
    return ", ".join(parts)


def _time(seconds: float) -> str:
    if seconds == float("inf"):
        return "unknown time"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def page_of(name: str, snapshot: Snapshot) -> str:
    """A snapshot as HTML: bar, figures, curve, restored texts, warnings."""
    share = snapshot.step / snapshot.total_steps if snapshot.total_steps else 0.0
    parts = [
        '<div style="font-family:sans-serif;max-width:640px">',
        f"<div><b>{html.escape(name)}</b> {html.escape(status_line(snapshot))}</div>",
        '<div style="background:rgba(128,128,128,.25);height:6px;margin:6px 0">'
        f'<div style="background:#3b7dd8;height:6px;width:{100 * share:.1f}%"></div></div>',
        loss_chart(snapshot.curve, snapshot.evaluations, snapshot.total_steps),
        _samples(snapshot.samples),
    ]
    parts += [f"<div>⚠ {html.escape(warning)}</div>" for warning in snapshot.warnings[-3:]]
    return "".join(parts) + "</div>"


def _samples(samples: list[Sample]) -> str:
    if not samples:
        return ""
    rows = "".join(
        f"<tr><td>{html.escape(s.damaged)}</td><td>{html.escape(s.restored)}</td>"
        f"<td>{html.escape(s.original)}</td></tr>"
        for s in samples
    )
    return (
        '<table style="font-size:12px;text-align:left"><tr><th>corrupted</th><th>restored</th>'
        f"<th>original</th></tr>{rows}</table>"
    )
