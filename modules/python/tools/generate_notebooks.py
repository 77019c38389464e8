"""Writes the notebooks of the folder notebooks/, each from the text file of the same name.

    python tools/generate_notebooks.py [--check]

With --check it writes nothing, and fails if a notebook differs or has outputs.
"""

from __future__ import annotations

import sys
from pathlib import Path

import jupytext
import nbformat

FOLDER = Path(__file__).parents[3] / "notebooks"
SUFFIXES = (".py", ".java")


def notebook_of(text: Path) -> str:
    """The notebook of a text file, in the same bytes each time."""
    notebook = jupytext.read(text)
    found = notebook.metadata
    notebook.metadata = nbformat.NotebookNode(
        jupytext={"formats": found["jupytext"]["formats"]}, kernelspec=found["kernelspec"]
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"] = f"cell-{number}"
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def main(arguments: list[str]) -> int:
    texts = sorted(path for path in FOLDER.iterdir() if path.suffix in SUFFIXES)
    differing = []
    for text in texts:
        target = text.with_suffix(".ipynb")
        notebook = notebook_of(text)
        if "--check" not in arguments:
            target.write_text(notebook, encoding="utf-8")
        elif not target.exists() or target.read_text(encoding="utf-8") != notebook:
            differing.append(target.name)
    if differing:
        print(
            f"{', '.join(differing)} in {FOLDER} differ from their text files: run {sys.argv[0]}.",
            file=sys.stderr,
        )
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
