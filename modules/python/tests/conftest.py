"""One session for all tests, as a notebook begins it."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

import palimpsest
from palimpsest._session import _JAVA_OPTIONS
from palimpsest.pipeline import DenoisingPretrainer, EncoderDecoderModel

# Tests end before the second compiler pays.
FIRST_COMPILER = "-XX:TieredStopAtLevel=1"


def spark_settings() -> dict[str, str]:
    quick = f"{_JAVA_OPTIONS} {FIRST_COMPILER}"
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.driver.extraJavaOptions": quick,
        "spark.executor.extraJavaOptions": quick,
    }
    classpath = os.environ.get("PALIMPSEST_TEST_CLASSPATH")
    if classpath:
        settings |= {
            "spark.driver.extraClassPath": classpath,
            "spark.executor.extraClassPath": classpath,
        }
    return settings


def java_opens() -> str:
    """The options of a JVM that Spark's launcher adds by itself."""
    pom = (Path(__file__).parents[3] / "pom.xml").read_text()
    found = re.search(r"<java.opens>(.*?)</java.opens>", pom)
    assert found
    return found[1]


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    session = palimpsest.session("local[2]", memory="2g", conf=spark_settings())
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def texts(spark: SparkSession) -> DataFrame:
    return palimpsest.sample_texts().limit(600).cache()


def small(run: Path, **params: object) -> DenoisingPretrainer:
    """A pre-training of a few seconds."""
    given: dict[str, object] = {
        "runDir": str(run),
        "idCol": "id",
        "textCol": "text",
        "objective": "bart",
        "modelPreset": "tiny",
        "vocabularySize": 500,
        "blockSize": 32,
        "validationShare": 0.05,
        "numWorkers": 2,
        "batchBlocks": 8,
        "maxSteps": 12,
        "learningRate": 5e-3,
        "warmUpSteps": 2,
        "checkpointEvery": 6,
        "evaluationEvery": 6,
        "settings": ["corpus.lanes=4"],
    }
    return DenoisingPretrainer(**{**given, **params})  # type: ignore[typeddict-item]


@pytest.fixture(scope="session")
def trained(texts: DataFrame, tmp_path_factory: pytest.TempPathFactory) -> EncoderDecoderModel:
    return small(tmp_path_factory.mktemp("trained") / "run").fit(texts)
