"""The notebooks run from top to bottom."""

import re
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
from conftest import spark_settings
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"
SECONDS = 240


def session_cell(master: str) -> str:
    """Begins the session that the notebook then gets, with the jars of the tests."""
    begin = f"palimpsest.session({master!r}, memory='2g', conf={spark_settings()!r})"
    return f"\nimport palimpsest\n{begin}"


def executed(name: str, **parameters: Any) -> Any:
    """Runs a notebook with other parameters, and keeps it beside the test's reports."""
    notebook = jupytext.read(NOTEBOOKS / f"{name}.py")
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    cell.source = "\n".join(f"{key} = {value!r}" for key, value in parameters.items())
    cell.source += session_cell(parameters["master"])
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3").execute()
    target = Path(__file__).parents[1] / "target" / "notebooks"
    target.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target / f"{name}.ipynb")
    return notebook


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def pictures(notebook: Any) -> list[str]:
    """The types of what a notebook shows as a picture or a page."""
    shown = [set(output.get("data", {})) for output in outputs(notebook)]
    return [kind for data in shown for kind in data if kind in ("image/png", "text/html")]


def refuse_traces(notebook: Any) -> None:
    for output in outputs(notebook):
        assert output["output_type"] != "error", output
        assert not re.search(r"^\s+at [\w.$]+\(", str(output.get("text", "")), re.MULTILINE), output


def test_look_at_damage(tmp_path: Path) -> None:
    notebook = executed(
        "1-look-at-damage", master="local[2]", run_dir=str(tmp_path / "run"), texts_to_use=500
    )
    refuse_traces(notebook)
    assert pictures(notebook).count("text/html") >= 3
    assert "image/png" in pictures(notebook)


@pytest.mark.notebooks
def test_pretrain_and_restore(tmp_path: Path) -> None:
    notebook = executed(
        "2-pretrain-and-restore",
        master="local[2]",
        run_dir=str(tmp_path / "run"),
        model_dir=str(tmp_path / "model"),
        max_steps=400,
    )
    refuse_traces(notebook)
    assert any("<polyline" in str(o.get("data", {}).get("text/html")) for o in outputs(notebook))
    assert "image/png" in pictures(notebook)
    assert any("stopped" in str(o.get("data", {}).get("text/plain")) for o in outputs(notebook))
