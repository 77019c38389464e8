"""What a training shows of itself at one moment."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

_ACTIVE = ("preparing", "training", "stopping")


@dataclass(frozen=True)
class Evaluation:
    """The loss of a checkpoint on held-out text.

    Attributes:
        step: global step of the checkpoint.
        loss: nats per target token.
    """

    step: int
    loss: float


@dataclass(frozen=True)
class Sample:
    """A held-out text that a checkpoint restored.

    Attributes:
        damaged: the corrupted text.
        restored: what the model wrote.
        original: the uncorrupted text.
    """

    damaged: str
    restored: str
    original: str


@dataclass(frozen=True)
class Snapshot:
    """The state of a training at one moment.

    Attributes:
        state: ``preparing``, ``training``, ``stopping``, or how it ended: ``finished``,
            ``time-limit``, ``stopped``, ``early``, ``failed``.
        message: why it failed, in one sentence; empty if it did not.
        run_dir: the folder of the run; empty while it is not known.
        checkpoint: path of the newest checkpoint; None before the first.
        step: global steps done.
        total_steps: global step at which the run ends; 0 while it is not known.
        loss: nats per target token over the last second or so; None before the first round.
        tokens_per_second: target tokens; 0 before the first round.
        seconds_left: until the last step or the time limit; None before the first round.
        curve: pairs of step and loss, of at most some hundred points.
        evaluations: by step.
        samples: restored by the newest evaluation.
        warnings: one sentence each.
    """

    state: str
    message: str = ""
    run_dir: str = ""
    checkpoint: str | None = None
    step: int = 0
    total_steps: int = 0
    loss: float | None = None
    tokens_per_second: float = 0.0
    seconds_left: float | None = None
    curve: list[tuple[int, float]] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether the training has ended, well or not."""
        return self.state not in _ACTIVE

    @property
    def best(self) -> Evaluation | None:
        """The evaluation of the lowest loss."""
        return min(self.evaluations, key=lambda e: e.loss, default=None)

    @staticmethod
    def of(text: str) -> Snapshot:
        """Reads the JSON of the Java side."""
        fields: dict[str, Any] = json.loads(text)
        error: dict[str, Any] = fields.get("error") or {}
        return Snapshot(
            state=fields["state"],
            message=error.get("message", ""),
            run_dir=fields.get("runDir") or "",
            checkpoint=fields.get("checkpoint"),
            step=fields.get("step") or 0,
            total_steps=fields.get("totalSteps") or 0,
            loss=fields.get("loss"),
            tokens_per_second=fields.get("tokensPerSecond") or 0.0,
            seconds_left=fields.get("secondsLeft"),
            curve=[(int(step), float(loss)) for step, loss in fields.get("curve", [])],
            evaluations=[Evaluation(e["step"], e["loss"]) for e in fields.get("evaluations", [])],
            samples=[Sample(**sample) for sample in fields.get("samples", [])],
            warnings=list(fields.get("warnings", [])),
        )
