"""The notebooks run from top to bottom."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pyspark
import pytest
from conftest import FIRST_COMPILER, java_opens, spark_settings
from jupyter_kernels import free_port, until
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"
SECONDS = 240

LOGS_ON_STDERR = """
rootLogger.level = info
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %p %c{1}: %m%n
"""


def session_cell(master: str, **conf: str) -> str:
    """Begins the session that the notebook then gets, with the jars of the tests."""
    settings = spark_settings() | {key.replace("_", "."): value for key, value in conf.items()}
    begin = f"palimpsest.session({master!r}, memory='2g', conf={settings!r})"
    return f"\nimport palimpsest\n{begin}"


def executed(name: str, begin: str = "", language: str = "python", **parameters: Any) -> Any:
    """Runs a notebook with other parameters, and keeps it beside the test's reports."""
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    given = [assignment(language, key, value) for key, value in parameters.items()]
    assert {line.split("=")[0] for line in given} == {
        line.split("=")[0] for line in cell.source.splitlines()
    }, "the notebook has other parameters"
    cell.source = "\n".join(given) + begin
    kernel = {"python": "python3", "java": "java"}[language]
    try:
        NotebookClient(notebook, timeout=SECONDS, kernel_name=kernel).execute()
    finally:
        target = Path(__file__).parents[1] / "target" / "notebooks"
        target.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, target / f"{name}.ipynb")
    return notebook


def assignment(language: str, key: str, value: Any) -> str:
    if language == "python":
        return f"{key} = {value!r}"
    kind = "String" if isinstance(value, str) else "long"
    return f"{kind} {key} = {json.dumps(value)};"


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def pictures(notebook: Any) -> list[str]:
    """The types of what a notebook shows as a picture or a page."""
    shown = [set(output.get("data", {})) for output in outputs(notebook)]
    return [kind for data in shown for kind in data if kind in ("image/png", "text/html")]


def refuse_traces(notebook: Any) -> None:
    for output in outputs(notebook):
        assert "[Gloo]" not in str(output.get("text", "")), "output of a native library"
        assert output["output_type"] != "error", output
        assert not re.search(r"^\s+at [\w.$]+\(", str(output.get("text", "")), re.MULTILINE), output


def test_look_at_damage(tmp_path: Path) -> None:
    notebook = executed(
        "1-look-at-damage",
        session_cell("local[2]"),
        master="local[2]",
        run_dir=str(tmp_path / "run"),
        texts_to_use=500,
    )
    refuse_traces(notebook)
    assert pictures(notebook).count("text/html") >= 3
    assert "image/png" in pictures(notebook)


@pytest.mark.notebooks
def test_pretrain_and_restore(tmp_path: Path) -> None:
    notebook = executed(
        "2-pretrain-and-restore",
        session_cell("local[2]"),
        master="local[2]",
        run_dir=str(tmp_path / "run"),
        model_dir=str(tmp_path / "model"),
        max_steps=500,
    )
    refuse_traces(notebook)
    assert any("<polyline" in str(o.get("data", {}).get("text/html")) for o in outputs(notebook))
    assert "image/png" in pictures(notebook)
    assert any("stopped" in str(o.get("data", {}).get("text/plain")) for o in outputs(notebook))
    assert any(
        "<th>restored</th>" in str(o.get("data", {}).get("text/html")) for o in outputs(notebook)
    )


@pytest.mark.notebooks
def test_fine_tune_a_corrector(tmp_path: Path) -> None:
    notebook = executed(
        "3-fine-tune-a-corrector",
        session_cell("local[2]"),
        master="local[2]",
        run_dir=str(tmp_path),
        texts_to_use=20_000,
        base_steps=200,
        steps=400,
    )
    refuse_traces(notebook)
    shown = [str(o.get("data", {}).get("text/plain")) for o in outputs(notebook)]
    f1 = next(line.split() for text in shown for line in text.splitlines() if "tokenF1 " in line)
    assert float(f1[2]) > float(f1[1])
    assert "image/png" in pictures(notebook)
    assert any("<polyline" in str(o.get("data", {}).get("text/html")) for o in outputs(notebook))
    assert (tmp_path / "model" / "model.safetensors").is_file()


@pytest.mark.notebooks
def test_on_a_cluster(tmp_path: Path) -> None:
    with standalone(tmp_path / "cluster", workers=2) as master:
        notebook = executed(
            "4-on-a-cluster",
            session_cell(
                master,
                spark_executor_memory="1500m",
                spark_executor_cores="1",
                spark_driver_host="127.0.0.1",
                spark_driver_bindAddress="127.0.0.1",
            ),
            master=master,
            run_dir=str(tmp_path / "run"),
            model_dir=str(tmp_path / "model"),
            workers=2,
            max_steps=40,
        )
    refuse_traces(notebook)
    assert "image/png" in pictures(notebook)
    assert any("<polyline" in str(o.get("data", {}).get("text/html")) for o in outputs(notebook))
    assert any(o.get("data", {}).get("text/plain") == "200" for o in outputs(notebook))
    assert (tmp_path / "model" / "model.safetensors").is_file()


@pytest.mark.notebooks
def test_in_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    classpath = os.environ.get("PALIMPSEST_TEST_CLASSPATH") or os.environ["PALIMPSEST_JAR"]
    spark = Path(pyspark.__file__).parent / "jars" / "*.jar"
    monkeypatch.setenv("JJAVA_CLASSPATH", f"{spark}{os.pathsep}{classpath}")
    log4j = tmp_path / "log4j2.properties"
    log4j.write_text(LOGS_ON_STDERR.replace("= info", "= error"))
    options = f"-Xmx2g -Dlog4j2.configurationFile={log4j} {java_opens()}"
    monkeypatch.setenv("JJAVA_JVM_OPTS", options)
    notebook = executed(
        "5-in-java",
        language="java",
        master="local[2]",
        runDir=str(tmp_path / "run"),
        modelDir=str(tmp_path / "model"),
        maxSteps=100,
    )
    refuse_traces(notebook)
    printed = "".join(str(output.get("text", "")) for output in outputs(notebook))
    assert re.search(r"^finished, step 100 of 100, loss \d", printed, re.MULTILINE), printed
    assert any("<polyline" in str(o.get("data", {}).get("text/html")) for o in outputs(notebook))
    assert (tmp_path / "model" / "model.safetensors").is_file()


@pytest.mark.notebooks
def test_the_lines_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (NOTEBOOKS.parent / "README.md").read_text()
    section = readme[readme.index("## In a notebook") :]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found
    lines = [line for line in found[1].splitlines() if line]
    assert len(lines) == 8
    monkeypatch.chdir(tmp_path)
    notebook = nbformat.v4.new_notebook()
    cells = [session_cell("local[2]"), *"\n".join(lines).split("\nspark =")]
    cells[2] = "spark =" + cells[2]
    notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3").execute()
    refuse_traces(notebook)
    assert outputs(notebook)[-1]["data"]["text/plain"].startswith("['")


@contextmanager
def standalone(folder: Path, workers: int) -> Iterator[str]:
    """A standalone cluster on this machine; gives the address of its master."""
    home = Path(pyspark.__file__).parent
    port = free_port()
    started = [daemon(home, folder / "master", "Master", "--port", str(port), "--webui-port", "0")]
    master = f"spark://127.0.0.1:{port}"
    try:
        until(lambda: "Starting Spark master" in log(folder / "master"), 60, "no master")
        for number in range(workers):
            place = folder / f"worker-{number}"
            arguments = ["--cores", "1", "--memory", "2g", "--webui-port", "0", "-d", str(place)]
            started.append(daemon(home, place, "Worker", *arguments, master))
        for number in range(workers):
            place = folder / f"worker-{number}"
            until(lambda place=place: "Successfully registered" in log(place), 60, "no worker")
        yield master
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


def daemon(home: Path, place: Path, name: str, *arguments: str) -> subprocess.Popen[bytes]:
    place.mkdir(parents=True)
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name.lower()}.{name}"]
    settings = {"SPARK_HOME": str(home), "SPARK_DAEMON_MEMORY": "512m"}
    log4j = place / "log4j2.properties"
    log4j.write_text(LOGS_ON_STDERR)
    settings["SPARK_DAEMON_JAVA_OPTS"] = f"-Dlog4j2.configurationFile={log4j} {FIRST_COMPILER}"
    with (place / "log").open("wb") as output:
        return subprocess.Popen(
            [*command, "--host", "127.0.0.1", *arguments],
            env=os.environ | settings,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def log(place: Path) -> str:
    return (place / "log").read_text()
