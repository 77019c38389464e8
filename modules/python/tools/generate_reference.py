"""Writes docs/reference/python.md from the docstrings of the package.

    python tools/generate_reference.py [--check]

With --check it writes nothing, and fails if the page differs.
"""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

import palimpsest
from palimpsest import pipeline

TARGET = Path(__file__).parents[3] / "docs" / "reference" / "python.md"

STAGES = (
    "DenoisingPretrainer",
    "Seq2SeqFineTuner",
    "EncoderDecoderModel",
    "TextCorruptor",
    "ReconstructionEvaluator",
)

HEADER = """# Python package

The package `palimpsest` over PySpark 4.2. The [guide](../guides/notebooks.md#python) shows how to
use it. The stages take the [params of the Java stages](pipeline.md) as keyword arguments, and have
`getX` and `setX` for each; [over Spark Connect](../guides/notebooks.md#spark-connect) some things
differ. This page is generated from the docstrings.
"""


def function(name: str, found: Any, level: int) -> str:
    return heading(f"{name}{signature(found)}", level) + text(found)


def heading(title: str, level: int) -> str:
    return f"{'#' * level} `{title}`\n\n"


def signature(found: Any) -> str:
    shown = []
    star = False
    for parameter in inspect.signature(found).parameters.values():
        if parameter.name == "self" or parameter.name.startswith("java"):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            shown.append("*")
            star = True
        stars = "**" if parameter.kind is parameter.VAR_KEYWORD else ""
        word = f"{stars}{parameter.name}"
        if parameter.default is not parameter.empty:
            word += f"={parameter.default!r}"
        shown.append(word)
    return f"({', '.join(shown)})"


def text(found: Any) -> str:
    doc = inspect.getdoc(found)
    assert doc, found
    parts = re.split(r"^(Args|Returns|Raises|Attributes|Example):$\n", doc, flags=re.MULTILINE)
    rendered = [inline(parts[0].strip())]
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        rendered.append(section(title, textwrap.dedent(body).strip()))
    return "\n\n".join(rendered) + "\n\n"


def section(title: str, body: str) -> str:
    if title == "Example":
        lines = [re.sub(r"\s*# doctest: \+SKIP$", "", line) for line in body.splitlines()]
        return "```python\n" + "\n".join(lines) + "\n```"
    if title in ("Args", "Attributes"):
        entries = re.split(r"\n(?=\S)", body)
        return "\n".join(entry(*e.split(":", 1)) for e in entries)
    return f"**{title}** {inline(' '.join(body.split()))}"


def entry(name: str, meaning: str) -> str:
    return f"- `{name}`: {inline(' '.join(meaning.split()))}"


def inline(words: str) -> str:
    plain = words.replace("``", "`")
    return re.sub(r"(?<!`)(<mask>)(?!`)", r"`\1`", plain)


def members(owner: type, level: int) -> str:
    parts = []
    for name, member in vars(owner).items():
        if name.startswith("_"):
            continue
        if isinstance(member, property):
            parts.append(heading(name, level) + text(member))
        elif isinstance(member, (staticmethod, classmethod)):
            parts.append(function(name, getattr(owner, name), level))
        elif inspect.isfunction(member):
            parts.append(function(name, member, level))
    return "".join(parts)


def page() -> str:
    names = [name for name in palimpsest.__all__ if not name.startswith("_")]
    functions = [name for name in names if inspect.isfunction(getattr(palimpsest, name))]
    classes = [name for name in names if inspect.isclass(getattr(palimpsest, name))]
    parts = ["## Functions\n\n"]
    parts += [function(name, getattr(palimpsest, name), 3) for name in functions]
    parts.append("## Stages of `palimpsest.pipeline`\n\n")
    for name in STAGES:
        stage = getattr(pipeline, name)
        parts += [heading(name, 3), text(stage)]
        if issubclass(stage, pipeline._TrainingEstimator):
            parts.append(function("fit_async", stage.fit_async, 4))
        parts.append(members(stage, 4))
    history = pipeline.TrainingHistory
    parts += [heading("TrainingHistory", 3), text(history), members(history, 4)]
    parts.append("## Classes\n\n")
    for name in classes:
        found = getattr(palimpsest, name)
        parts += [heading(name, 3), text(found), members(found, 4)]
    return (
        re.sub(r"\n{3,}", "\n\n", "\n".join(parts[:1]) + "\n" + "".join(parts[1:])).rstrip() + "\n"
    )


def main(arguments: list[str]) -> int:
    written = page()
    if "--check" not in arguments:
        TARGET.write_text(written, encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != written:
        print(f"{TARGET} differs from the docstrings: run {sys.argv[0]}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
