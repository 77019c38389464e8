"""A run on a real MLflow server, and the next invocation that continues it."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_kernels import free_port, until

pytestmark = pytest.mark.peers

PROGRAM = """
import sys
import palimpsest
from conftest import small, spark_settings
spark = palimpsest.session("local[2]", memory="1500m", conf=spark_settings())
texts = palimpsest.sample_texts().limit(300)
for steps in (6, 12):
    small(sys.argv[1], maxSteps=steps).fit(texts)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    address = f"http://127.0.0.1:{free_port()}"
    command = shutil.which("mlflow")
    assert command, "mlflow is not installed"
    log = (tmp_path / "server.log").open("wb")
    process = subprocess.Popen(
        [
            *[command, "server", "--workers", "1", "--host", "127.0.0.1"],
            *["--port", address.rsplit(":", 1)[1]],
            *["--backend-store-uri", f"sqlite:///{tmp_path}/mlflow.db"],
            *["--artifacts-destination", str(tmp_path / "artifacts")],
        ],
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        until(lambda: answers(address), 90, "the server does not answer")
        yield address
    finally:
        process.terminate()
        process.wait(30)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def get(address: str, call: str) -> Any:
    with urllib.request.urlopen(f"{address}/api/2.0/mlflow/{call}", timeout=30) as answer:
        return json.load(answer)


def test_a_continued_run_is_one_run_on_the_server(server: str, tmp_path: Path) -> None:
    run = tmp_path / "run"
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(run)],
        cwd=Path(__file__).parent,
        env=os.environ | {"MLFLOW_TRACKING_URI": server, "MLFLOW_EXPERIMENT_NAME": "notes"},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stderr
    remembered = json.loads((run / "mlflow.json").read_text())["runId"]
    experiment = get(server, "experiments/get-by-name?experiment_name=notes")["experiment"]
    request = urllib.request.Request(
        f"{server}/api/2.0/mlflow/runs/search",
        json.dumps({"experiment_ids": [experiment["experiment_id"]]}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        runs = json.load(answer)["runs"]
    assert [found["info"]["run_id"] for found in runs] == [remembered]
    assert runs[0]["info"]["status"] == "FINISHED"
    params = {param["key"]: param["value"] for param in runs[0]["data"]["params"]}
    assert params["model.preset"] == "tiny"
    history = get(server, f"metrics/get-history?run_id={remembered}&metric_key=held_out_loss")[
        "metrics"
    ]
    assert [point["step"] for point in history] == [6, 12]
    losses = get(server, f"metrics/get-history?run_id={remembered}&metric_key=loss")["metrics"]
    assert losses[-1]["step"] == 12
