"""A loss curve as an SVG picture, which a saved notebook keeps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from palimpsest._snapshot import Evaluation

_WIDTH, _HEIGHT = 560, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 12, 30, 30


@dataclass(frozen=True)
class _Axis:
    """Maps values to pixels, and names round values between its ends."""

    low: float
    high: float
    first: float
    last: float

    def at(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.first + share * (self.last - self.first)

    def ticks(self, count: int) -> list[float]:
        span = self.high - self.low
        if span <= 0:
            return [self.low]
        power = 10.0 ** math.floor(math.log10(span / count))
        width = next(w * power for w in (1, 2, 5, 10) if w * power >= span / count)
        first = math.ceil(self.low / width)
        return [i * width for i in range(first, math.floor(self.high / width + 1e-9) + 1)]


def loss_chart(
    curve: Sequence[tuple[int, float]], evaluations: Sequence[Evaluation], total_steps: int
) -> str:
    """The training loss as a line and the held-out losses as points, over the steps.

    Args:
        curve: pairs of step and loss in nats per target token.
        evaluations: of checkpoints on held-out text.
        total_steps: at which the axis of steps ends; 0 if it is not known.

    Returns:
        an ``<svg>`` element; empty text if there are fewer than two points to show.
    """
    points = [(step, loss) for step, loss in curve if math.isfinite(loss)]
    if len(points) < 2:
        return ""
    losses = [loss for _, loss in points] + [e.loss for e in evaluations]
    x = _Axis(0, max(total_steps, points[-1][0]), _LEFT, _WIDTH - _RIGHT)
    y = _Axis(min(losses), max(losses), _HEIGHT - _BOTTOM, _TOP)
    parts = [_grid(x, y), _line(points, x, y)]
    parts += [_dot(e, x, y) for e in evaluations]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-label="Loss by step" style="max-width:{_WIDTH}px;font:11px sans-serif">'
        + "".join(parts)
        + "</svg>"
    )


def _grid(x: _Axis, y: _Axis) -> str:
    lines = [
        f'<path d="M{_LEFT} {y.at(v):.1f}H{_WIDTH - _RIGHT}" stroke="currentColor" opacity=".15"/>'
        f'<text x="{_LEFT - 6}" y="{y.at(v) + 4:.1f}" text-anchor="end" fill="currentColor">'
        f"{v:.4g}</text>"
        for v in y.ticks(4)
    ]
    steps = [
        f'<text x="{x.at(v):.1f}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle"'
        f' fill="currentColor">{v:,.0f}</text>'
        for v in x.ticks(5)
    ]
    unit = (
        f'<text x="{_LEFT + 4}" y="12" fill="currentColor" opacity=".7">'
        "loss (nats per target token) by step; points: held-out text</text>"
    )
    return "".join(lines + steps) + unit


def _line(points: Sequence[tuple[int, float]], x: _Axis, y: _Axis) -> str:
    path = " ".join(f"{x.at(step):.1f},{y.at(loss):.1f}" for step, loss in points)
    return f'<polyline points="{path}" fill="none" stroke="#3b7dd8" stroke-width="1.5"/>'


def _dot(evaluation: Evaluation, x: _Axis, y: _Axis) -> str:
    at = f'cx="{x.at(evaluation.step):.1f}" cy="{y.at(evaluation.loss):.1f}"'
    return (
        f'<circle {at} r="3.5" fill="#d8643b"><title>step {evaluation.step:,}: held-out loss'
        f" {evaluation.loss:.4f}</title></circle>"
    )
