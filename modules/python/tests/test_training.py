"""How interrupts reach a training; a stand-in takes the place of the JVM."""

import json
import os
import signal
import threading
import time

import pytest

from palimpsest import _training
from palimpsest._errors import PalimpsestError
from palimpsest._snapshot import Snapshot
from palimpsest._training import Training, last_training


class FakeJava:
    """Runs for some time, or until it is stopped and some time more."""

    def __init__(self, seconds: float, seconds_to_stop: float = 0.0) -> None:
        self.calls: list[str] = []
        self._end = time.monotonic() + seconds
        self._to_stop = seconds_to_stop
        self._state = "finished"

    def snapshot(self) -> str:
        over = time.monotonic() >= self._end
        return json.dumps({"state": self._state if over else "training", "step": 1})

    def stop(self) -> None:
        self.calls.append("stop")
        self._state = "stopped"
        self._end = time.monotonic() + self._to_stop

    def cancel(self) -> None:
        self.calls.append("cancel")
        self._state = "stopped"
        self._end = time.monotonic()

    def model(self) -> str:
        return "model"


def _await(java: FakeJava, milliseconds: int) -> bool:
    end = time.monotonic() + milliseconds / 1000
    while time.monotonic() < min(end, java._end):
        time.sleep(0.01)
    return time.monotonic() >= java._end


setattr(FakeJava, "await", _await)


class Silent:
    def __init__(self) -> None:
        self.last: Snapshot | None = None

    def update(self, snapshot: Snapshot) -> None:
        pass

    def close(self, snapshot: Snapshot) -> None:
        self.last = snapshot


def training_of(java: FakeJava) -> Training:
    return Training(java, "books", lambda model: model)


def interrupt_after(seconds: float) -> None:
    threading.Timer(seconds, lambda: os.kill(os.getpid(), signal.SIGINT)).start()


def test_show_returns_at_the_end_and_the_model_is_there() -> None:
    training = training_of(FakeJava(0.3))
    display = Silent()
    training.show(display)
    assert training.model() == "model"
    assert display.last is not None and display.last.state == "finished"
    assert last_training() is training


def test_the_first_interrupt_stops_and_waits_before_it_is_raised() -> None:
    java = FakeJava(60, seconds_to_stop=0.5)
    training = training_of(java)
    display = Silent()
    interrupt_after(0.3)
    with pytest.raises(KeyboardInterrupt):
        training.show(display)
    assert java.calls == ["stop"]
    assert display.last is not None and display.last.state == "stopped"
    assert training.model() == "model"


def test_a_second_interrupt_cancels() -> None:
    java = FakeJava(60, seconds_to_stop=60)
    interrupt_after(0.3)
    interrupt_after(0.8)
    with pytest.raises(KeyboardInterrupt):
        training_of(java).show(Silent())
    assert java.calls == ["stop", "cancel"]


def test_the_handler_of_before_is_back_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    training_of(FakeJava(0.1)).show(Silent())
    assert signal.getsignal(signal.SIGINT) is before


def test_a_running_training_has_no_model() -> None:
    training = training_of(FakeJava(1))
    with pytest.raises(PalimpsestError, match="still runs: wait for its end, or stop it"):
        training.model()
    training.wait()


def test_without_a_training_there_is_no_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_training, "_last", None)
    with pytest.raises(PalimpsestError, match="call fit first"):
        last_training()


def test_a_jvm_that_is_gone_ends_the_wait() -> None:
    java = FakeJava(60)

    def gone() -> str:
        raise ConnectionError("refused")

    java.snapshot = gone  # type: ignore[method-assign]
    training = training_of(java)
    assert training.wait(5)
