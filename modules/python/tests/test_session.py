"""Sessions, in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def said(program: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", "import palimpsest\nfrom conftest import *\n" + program],
        cwd=HERE,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_without_a_session_the_package_says_how_to_begin_one() -> None:
    program = """
try:
    palimpsest.sample_texts()
except palimpsest.PalimpsestError as error:
    print(error.kind, error)
"""
    assert said(program).startswith(
        "CONFIGURATION No Spark session runs in this process: begin one"
    )


def test_a_session_is_kept_sets_what_training_needs_and_prints_nothing() -> None:
    program = """
spark = palimpsest.session("local[1]", memory="700m", conf=spark_settings())
print(spark is palimpsest.session("local[1]"))
spark._jvm.java.lang.System.out.println("native output")
print(spark.conf.get("spark.plugins"), os.environ["OMP_WAIT_POLICY"])
print(spark._jvm.java.lang.Runtime.getRuntime().maxMemory() < 800_000_000)
try:
    palimpsest.configure(SparkSession.builder)
except palimpsest.PalimpsestError as error:
    print(error)
"""
    lines = said(program).splitlines()
    assert lines[:3] == ["True", "org.palimpsest.training.PalimpsestPlugin passive", "True"]
    assert lines[3].startswith("A Spark session runs in this process already: restart the kernel")
    assert len(lines) == 4
