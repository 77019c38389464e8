"""Writes src/palimpsest/_params.py from the table of params of the Java side.

    python tools/generate_params.py TABLE [--check]

TABLE is modules/pipeline/src/main/resources/org/palimpsest/pipeline/params.json. With --check it
writes nothing, and fails if the file differs.
"""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "src" / "palimpsest" / "_params.py"

# Of a type of the table: the type in Python, and PySpark's converter.
TYPES = {
    "string": ("str", "toString"),
    "long": ("int", "toInt"),
    "double": ("float", "toFloat"),
    "strings": ("list[str]", "toListString"),
}

# The estimators: one base has their common params.
ESTIMATORS = ("DenoisingPretrainer", "Seq2SeqFineTuner")
BASE = "Training"

HEADER = '''"""The params of all stages. Written by tools/generate_params.py: do not edit."""

from __future__ import annotations

from typing import Any, Self, TypedDict, Unpack

from pyspark.ml.param import Param, Params, TypeConverters
'''


def wrapped(text: str, indent: int) -> str:
    pad = " " * indent
    return textwrap.fill(text, 100 - indent, initial_indent=pad, subsequent_indent=pad)


def literal(text: str, indent: int) -> str:
    """A string as Python source, in lines of at most 100 characters."""
    lines = textwrap.wrap(text, 90 - indent, drop_whitespace=False)
    return "\n".join(" " * indent + json.dumps(line, ensure_ascii=False) for line in lines)


def keywords(stage: str, base: str, params: list[dict[str, Any]]) -> str:
    """A dictionary type with the arguments of a constructor."""
    parent = f"{base}Arguments" if base else "TypedDict"
    lines = [f"class {stage}Arguments({parent}, total=False):", f'    """Params of {stage}."""', ""]
    for param in params:
        lines.append(f"    {param['name']}: {TYPES[param['type']][0]}")
        lines.append(wrapped('"""' + param["doc"] + '"""', 4))
    return "\n".join(lines)


def declaration(param: dict[str, Any]) -> str:
    kind, converter = TYPES[param["type"]]
    return "\n".join(
        [
            f"    {param['name']}: Param[{kind}] = Param(",
            f'        Params._dummy(), "{param["name"]}",',
            f"{literal(param['doc'], 8)},",
            f"        TypeConverters.{converter},",
            "    )",
        ]
    )


def accessors(param: dict[str, Any]) -> str:
    name, (kind, _) = param["name"], TYPES[param["type"]]
    suffix = name[0].upper() + name[1:]
    return "\n".join(
        [
            f"    def get{suffix}(self) -> {kind}:",
            f'        """The value of `{name}`."""',
            f"        value: {kind} = self.getOrDefault(self.{name})",
            "        return value",
            "",
            f"    def set{suffix}(self, value: {kind}) -> Self:",
            wrapped(f'"""{param["doc"]}"""', 8),
            f"        self._set({name}=value)",
            "        return self",
        ]
    )


def stage_class(stage: str, base: str, params: list[dict[str, Any]]) -> str:
    parent = f"{base}Params" if base else "Params"
    defaults = ", ".join(f"{p['name']}={p['default']!r}" for p in params if "default" in p)
    inherited = "        super()._set_defaults()\n" if base else ""
    parts = [f'class {stage}Params({parent}):\n    """Params of {stage}."""']
    parts += [declaration(param) for param in params]
    parts.append(
        f"    def _set_defaults(self) -> None:\n{inherited}"
        + textwrap.fill(
            f"self._setDefault({defaults})", 96, initial_indent=" " * 8, subsequent_indent=" " * 12
        )
    )
    parts.append(
        f"    def setParams(self, **params: Unpack[{stage}Arguments]) -> Self:\n"
        '        """Sets several params."""\n'
        "        given: dict[str, Any] = dict(params)\n"
        "        self._set(**given)\n"
        "        return self"
    )
    parts += [accessors(param) for param in params]
    return "\n\n".join(parts)


def generated(table: dict[str, list[dict[str, Any]]]) -> str:
    first, second = (table[stage] for stage in ESTIMATORS)
    common = [param for param in first if param in second]
    parts = [HEADER.rstrip(), keywords(BASE, "", common), stage_class(BASE, "", common)]
    for stage, params in table.items():
        base = BASE if stage in ESTIMATORS else ""
        own = [param for param in params if not (base and param in common)]
        parts += [keywords(stage, base, own), stage_class(stage, base, own)]
    return "\n\n\n".join(parts) + "\n"


def main(arguments: list[str]) -> int:
    text = generated(json.loads(Path(arguments[0]).read_text(encoding="utf-8")))
    if "--check" not in arguments:
        TARGET.write_text(text, encoding="utf-8")
    elif TARGET.read_text(encoding="utf-8") != text:
        print(f"{TARGET} differs from the table: run tools/generate_params.py.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
