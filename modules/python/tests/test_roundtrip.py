"""Variants of models that transformers made: imported and equal, or refused with the reason."""

import os
from pathlib import Path

import pyspark
import pytest


def classpath() -> str:
    """The jars of Palimpsest and of Spark."""
    jars = Path(pyspark.__file__).parent / "jars" / "*"
    return f"{os.environ['PALIMPSEST_TEST_CLASSPATH']}:{jars}"


@pytest.mark.peers
def test_every_variant_is_the_same_or_refused(tmp_path: Path) -> None:
    from roundtrip import outcomes
    from variants import REFUSED

    rows = list(outcomes(classpath(), tmp_path))
    for name, outcome, worst in rows:
        print(f"{name} | {outcome} | {worst:.1e}")
    refused = {name: text for name, text, _ in rows if text.startswith("refused: ")}
    different = {name: text for name, text, _ in rows if name not in refused and text != "same"}

    assert different == {}
    assert sorted(refused) == sorted(REFUSED)
    for name, reason in REFUSED.items():
        assert reason in refused[name]
