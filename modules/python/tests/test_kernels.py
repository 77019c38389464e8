"""What becomes of a training when its notebook is interrupted, killed, or opened twice."""

from pathlib import Path

import pytest
from jupyter_kernels import Kernel, kernel, lives, until

pytestmark = pytest.mark.notebooks

FIT = "model = small({run!r}, maxSteps=40_000).fit(texts)"


def has_checkpoint(run: Path) -> bool:
    return any(run.glob("checkpoints/step-*"))


def fitting(notebook: Kernel, run: Path) -> None:
    """Begins a fit, and waits until it has a checkpoint."""
    notebook.begin(FIT.format(run=str(run)))
    until(lambda: has_checkpoint(run), 90, f"no checkpoint: {notebook.said}")


def test_an_interrupt_ends_the_cell_and_the_cell_goes_on_later(tmp_path: Path) -> None:
    with kernel() as notebook:
        fitting(notebook, tmp_path)
        notebook.manager.interrupt_kernel()
        until(lambda: notebook.said, 25, "the interrupt did not reach the cell")
        assert "ERROR KeyboardInterrupt" in notebook.said[0]
        until(lambda: notebook.active_jobs() == "[]", 5, "a job is still active")
        step = "palimpsest.last_training().model().summary.totalIterations"
        stopped = int(notebook.value(step))
        # The lease is free: the same cell trains on, and is not refused.
        notebook.run(f"model = small({str(tmp_path)!r}, maxSteps={stopped + 6}).fit(texts)")
        assert notebook.value("model.summary.ending") == "finished"
        assert notebook.value("model.summary.totalIterations") == str(stopped + 6)


def test_a_killed_kernel_takes_its_jvm_along_and_a_new_one_goes_on(tmp_path: Path) -> None:
    with kernel() as notebook:
        fitting(notebook, tmp_path)
        notebook.manager.shutdown_kernel(now=True)
        until(lambda: not lives(notebook.jvm), 20, "the JVM outlived its kernel")
    saved = max(int(p.name.split("-")[1]) for p in tmp_path.glob("checkpoints/step-*"))
    with kernel() as notebook:
        notebook.run(f"model = small({str(tmp_path)!r}, maxSteps={saved + 6}).fit(texts)")
        assert notebook.value("model.summary.totalIterations") == str(saved + 6)
        assert notebook.value("model.summary.metrics().first().step") != str(saved + 1)


def test_a_second_notebook_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with kernel() as first, kernel() as second:
        fitting(first, tmp_path)
        said = second.run(FIT.format(run=str(tmp_path)))
        assert "ERROR PalimpsestError" in said
        assert str(tmp_path) in said and "\tat " not in said
        first.manager.interrupt_kernel()
        until(lambda: first.said, 25, "the interrupt did not reach the cell")
