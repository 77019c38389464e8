"""Spark Connect's own interrupts end a run at a checkpoint."""

from pathlib import Path

import pytest
from test_connect import client


@pytest.mark.notebooks
def test_interrupt_all_stops_the_run_at_a_checkpoint(tmp_path: Path) -> None:
    said = client(
        tmp_path,
        """
        training = small(run / "run", maxSteps=40_000).fit_async(texts)
        while training.snapshot().step < 6:
            time.sleep(0.2)
        begin = time.monotonic()
        print("interrupted =", len(spark.interruptAll()) > 0)
        print("ended =", training.wait(60))
        watched = palimpsest.watch(str(run / "run"))
        print("state =", watched.state)
        print("in time =", time.monotonic() - begin < 40)
        stopped = watched.step
        more = small(run / "run", maxSteps=stopped + 6).fit(texts)
        print("more =", more.summary.totalIterations - stopped)
        """,
    )
    assert said == {
        "interrupted": "True",
        "ended": "True",
        "state": "stopped",
        "in time": "True",
        "more": "6",
    }
