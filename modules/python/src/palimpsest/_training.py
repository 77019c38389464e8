"""A training that runs in the driver's JVM while Python watches it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from palimpsest._connect import ConnectFit
from palimpsest._display import Display, display_for
from palimpsest._errors import PalimpsestError, palimpsest_errors
from palimpsest._snapshot import Snapshot

if TYPE_CHECKING:
    from palimpsest.pipeline import EncoderDecoderModel

_POLL_SECONDS = 0.5
_last: Training | None = None


class Training:
    """One invocation of a run, as `DenoisingPretrainer.fit_async` begins it.

    Example:
        >>> training = pretrainer.fit_async(texts)  # doctest: +SKIP
        >>> training.show()  # a live curve until it ends
        >>> model = training.model()
    """

    def __init__(
        self, java: Any, name: str, model_of: Callable[[Any], EncoderDecoderModel]
    ) -> None:
        global _last
        self._java = java
        self._name = name
        self._model_of = model_of
        self._poller = _Poller(java)
        _last = self

    def snapshot(self) -> Snapshot:
        """The state at this moment."""
        with palimpsest_errors():
            return Snapshot.of(self._java.snapshot())

    def stop(self) -> None:
        """Asks the training to stop at a checkpoint, and returns at once.

        It ends within ``training.stop-timeout`` (20 s by default); fitting again goes on from
        there.
        """
        with palimpsest_errors():
            self._java.stop()

    def cancel(self) -> None:
        """Ends the training at once; its last published checkpoint stands."""
        with palimpsest_errors():
            self._java.cancel()

    def wait(self, seconds: float = float("inf")) -> bool:
        """Waits until the training has ended, at most for some seconds.

        Returns:
            whether it has ended.
        """
        end = time.monotonic() + seconds
        while not self._poller.is_over and time.monotonic() < end:
            time.sleep(min(0.1, max(0.0, end - time.monotonic())))
        return self._poller.is_over

    def show(self, display: Display | None = None) -> None:
        """Shows the training until it ends.

        The first interrupt (the stop button of a notebook, or Ctrl-C) stops the training at a
        checkpoint, waits for that, and raises KeyboardInterrupt; a second one cancels it at once.
        """
        shown = display or display_for(self._name)
        with _plain_interrupts():
            try:
                self._watch(shown)
            except KeyboardInterrupt:
                self._interrupted(shown)
                raise
            finally:
                shown.close(self._poller.newest)

    def _watch(self, display: Display) -> None:
        while not self.wait(_POLL_SECONDS):
            display.update(self._poller.newest)

    def _interrupted(self, display: Display) -> None:
        self.stop()
        try:
            self._watch(display)
        except KeyboardInterrupt:
            self.cancel()
            self._watch(display)

    def model(self) -> EncoderDecoderModel:
        """The model of the newest checkpoint, once the training has ended.

        Raises:
            PalimpsestError: if the training failed, with the reason; or if it still runs.
        """
        if not self._poller.is_over:
            raise PalimpsestError(
                f"The training {self._name} still runs: wait for its end, or stop it."
            )
        with palimpsest_errors():
            return self._model_of(self._java.model())


def last_training() -> Training:
    """The training that began last in this process.

    Raises:
        PalimpsestError: if there was none.

    Example:
        >>> model = palimpsest.last_training().model()  # after an interrupt # doctest: +SKIP
    """
    if _last is None:
        raise PalimpsestError("No training has begun in this process: call fit first.")
    return _last


class _Poller:
    """Asks the JVM for snapshots on a thread of its own.

    An interrupt reaches the main thread only. Were it to arrive there within a call to the JVM, the
    reply to that call would later be taken for the reply to another.
    """

    def __init__(self, java: Any) -> None:
        self._java = java
        self._over = threading.Event()
        self.newest = Snapshot("preparing")
        threading.Thread(target=self._poll, name="palimpsest-watch", daemon=True).start()

    @property
    def is_over(self) -> bool:
        return self._over.is_set()

    def _poll(self) -> None:
        try:
            over = False
            while not over:
                over = bool(_java_await(self._java, int(_POLL_SECONDS * 1000)))
                self.newest = Snapshot.of(self._java.snapshot())
        except Exception as error:  # The JVM is gone: the main thread must not wait for ever.
            self.newest = Snapshot("failed", message=f"The JVM does not answer: {error}")
        finally:
            self._over.set()


@contextmanager
def _plain_interrupts() -> Iterator[None]:
    """Python's own reaction to an interrupt; PySpark's would cancel the jobs first."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _java_await(java: Any, milliseconds: int) -> bool:
    if isinstance(java, ConnectFit):
        return java.ended(milliseconds)
    return bool(getattr(java, "await")(milliseconds))  # A keyword of Python.
