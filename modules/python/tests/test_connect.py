"""The stages over Spark Connect, on a server in this machine.

A process is either a classic client or one of Spark Connect, so each server has its own process.
"""

import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyspark
import pytest
from jupyter_kernels import free_port, until

HERE = Path(__file__).parent

BEGIN = """
import sys, threading, time, signal, os
from pathlib import Path
import palimpsest
from palimpsest import PalimpsestError
from palimpsest.pipeline import *
from conftest import small, spark_settings
run = Path(sys.argv[1])
settings = spark_settings() if sys.argv[2].startswith("local") else {}
spark = palimpsest.session(remote=sys.argv[2], memory="2g", conf=settings)
texts = palimpsest.sample_texts().limit(600)
damaged = spark.createDataFrame([("a <mask> of the family",), ("the act of <mask>",)], ["text"])
"""


def client(run: Path, program: str, seconds: int = 150, remote: str = "local[2]") -> dict[str, str]:
    """Runs a client; returns what it printed as NAME = VALUE."""
    ran = subprocess.run(
        [sys.executable, "-c", BEGIN + textwrap.dedent(program), str(run), remote],
        cwd=HERE,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr[-3000:]
    lines = [line.split(" = ", 1) for line in ran.stdout.splitlines() if " = " in line]
    return {name: value for name, value in lines}


def test_a_client_fits_transforms_saves_and_loads(tmp_path: Path) -> None:
    said = client(
        tmp_path,
        """
        print("doctor =", "ok" in repr(palimpsest.doctor(small(run / "run"))))
        model = small(run / "run").fit(texts)
        print("steps =", model.summary.totalIterations)
        print("curve =", len(model.summary.objectiveHistory) > 0)
        print("ending =", model.summary.ending)
        print("metrics =", model.summary.metrics().count() > 0)
        print("evaluated =", [row["step"] for row in model.summary.evaluations().collect()])
        def restored_by(model):
            return [row["restored"] for row in model.transform(damaged).collect()]

        restored = restored_by(model)
        print("columns =", model.transform(damaged).columns)
        listed = model.restore([row["text"] for row in damaged.collect()])
        print("listed =", listed == restored)
        model.write().overwrite().save(str(run / "model"))
        loaded = EncoderDecoderModel.load(str(run / "model"))
        print("loaded =", restored_by(loaded) == restored)
        print("history =", loaded.summary.ending, loaded.summary.totalIterations)
        page = palimpsest.preview(texts, "t5", tokenizer=str(run / "run"), rows=2)
        print("preview =", repr(page).count("source  "))
        scores = spark.createDataFrame([("a b", "a b")], ["restored", "text"])
        print("score =", ReconstructionEvaluator(metricName="exactMatch").evaluate(scores))
        print("state =", palimpsest.watch(str(run / "run")).state)
        try:
            small(run / "run").fit(texts.limit(10))
        except PalimpsestError as error:
            print("refused =", error)
            print("kind =", error.kind, error.exit_code)
        try:
            loaded.setOnBadText("fail").restore([""])
        except PalimpsestError as error:
            print("bad text =", error.kind, error)
        try:
            EncoderDecoderModel.load(str(run / "none"))
        except PalimpsestError as error:
            print("missing =", error.kind)
        print("samples =", len(palimpsest.watch(str(run / "run")).samples))
        """,
    )
    assert said.pop("refused").startswith("The corpus")
    assert said.pop("bad text").startswith("INPUT A text cannot be restored: The text to restore")
    assert said == {
        "doctor": "True",
        "steps": "12",
        "curve": "True",
        "ending": "finished",
        "metrics": "True",
        "evaluated": "[6, 12]",
        "columns": "['text', 'restored']",
        "listed": "True",
        "loaded": "True",
        "history": "finished 12",
        "preview": "2",
        "score": "1.0",
        "state": "finished",
        "kind": "INPUT 3",
        "missing": "INPUT",
        "samples": "3",
    }


@pytest.mark.notebooks
def test_an_interrupted_client_stops_the_fit_and_goes_on_later(tmp_path: Path) -> None:
    said = client(
        tmp_path,
        """
        def interrupt():
            while palimpsest.last_training().snapshot().step < 6:
                time.sleep(0.2)
            os.kill(os.getpid(), signal.SIGINT)

        training = small(run / "run", maxSteps=40_000).fit_async(texts)
        threading.Thread(target=interrupt, daemon=True).start()
        begin = time.monotonic()
        try:
            training.show()
        except KeyboardInterrupt:
            print("interrupted =", time.monotonic() - begin < 60)
        stopped = training.model().summary
        print("ending =", stopped.ending)
        more = small(run / "run", maxSteps=stopped.totalIterations + 6).fit(texts)
        print("more =", more.summary.totalIterations - stopped.totalIterations)

        training = small(run / "other", maxSteps=40_000).fit_async(texts)
        while training.snapshot().step < 6:
            time.sleep(0.2)
        training.cancel()
        print("ended =", training.wait(30))
        try:
            training.model()
        except PalimpsestError as error:
            print("cancelled =", "fit again to go on" in str(error))
        print("alive =", spark.range(5).count())
        """,
    )
    assert said == {
        "interrupted": "True",
        "ending": "stopped",
        "more": "6",
        "ended": "True",
        "cancelled": "True",
        "alive": "5",
    }


@pytest.mark.notebooks
def test_a_server_keeps_what_one_client_trained_for_the_next(tmp_path: Path) -> None:
    with server(tmp_path) as remote:
        first = client(
            tmp_path,
            """
            print("steps =", small(run / "run").fit(texts).summary.totalIterations)
            """,
            remote=remote,
        )
        second = client(
            tmp_path,
            """
            print("state =", palimpsest.watch(str(run / "run")).state)
            again = small(run / "run").fit(texts)
            print("restored =", len(again.restore(["a <mask> of the family"])))
            """,
            remote=remote,
        )
    assert first == {"steps": "12"}
    assert second == {"state": "finished", "restored": "1"}


@pytest.mark.notebooks
def test_a_server_without_the_jar_is_named(tmp_path: Path) -> None:
    with server(tmp_path, jar=False) as remote:
        program = """
        import sys, palimpsest
        palimpsest.session(remote=sys.argv[1])
        try:
            palimpsest.sample_texts()
        except palimpsest.PalimpsestError as error:
            print(error)
        """
        ran = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program), remote],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert "does not contain Palimpsest's jar" in ran.stdout, ran.stderr


@contextmanager
def server(folder: Path, jar: bool = True) -> Iterator[str]:
    """A server in a process of its own; gives its address."""
    home = Path(pyspark.__file__).parent
    port = free_port()
    ours = os.environ.get("PALIMPSEST_TEST_CLASSPATH") or os.environ["PALIMPSEST_JAR"]
    command = [
        *[str(home / "bin" / "spark-submit"), "--master", "local[2]", "--driver-memory", "2g"],
        *(["--driver-class-path", ours] if jar else []),
        *["--conf", f"spark.connect.grpc.binding.port={port}"],
        *["--conf", "spark.ui.enabled=false", "--conf", "spark.sql.shuffle.partitions=4"],
        *["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"],
    ]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env=os.environ | {"SPARK_HOME": str(home), "OMP_WAIT_POLICY": "passive"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: listens(port), 90, "the server does not listen")
        yield f"sc://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
