"""The versions of package, jar, and Spark fit each other, or a sentence says which does not."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from py4j.java_gateway import JavaPackage

from palimpsest import PalimpsestError, _version
from palimpsest._jars import check_jvm, jar

POM = Path(__file__).parents[3] / "pom.xml"


def maven(path: str) -> str:
    names = {"m": "http://maven.apache.org/POM/4.0.0"}
    found = ElementTree.parse(POM).getroot().findtext(path, namespaces=names)
    assert found
    return found


def session(build: Any = None, spark: str = "4.2.0", jar: str = "", line: str = "") -> Any:
    built = build or SimpleNamespace(version=lambda: jar, sparkLine=lambda: line)
    pipeline = SimpleNamespace(pipeline=SimpleNamespace(PipelineBuild=built))
    jvm = SimpleNamespace(org=SimpleNamespace(palimpsest=pipeline))
    return SimpleNamespace(version=spark, _jvm=jvm)


def refused(session: Any, sentence: str) -> None:
    with pytest.raises(PalimpsestError, match=sentence) as error:
        check_jvm(session)
    assert error.value.kind == "CONFIGURATION"


def test_the_package_has_the_version_of_the_build() -> None:
    version = maven("m:version")
    assert version == _version.JAR_VERSION
    assert _version.__version__ == version.replace("-SNAPSHOT", ".dev0")


def test_the_package_is_for_the_spark_of_the_build() -> None:
    assert maven("m:properties/m:spark.line") == _version.SPARK_LINE


def test_versions_that_fit_are_accepted() -> None:
    check_jvm(session(jar=_version.JAR_VERSION, line="4.2"))
    check_jvm(session(spark="4.2.7"))


def test_a_session_without_the_jar_is_refused() -> None:
    missing = JavaPackage("org.palimpsest.pipeline.PipelineBuild", None)
    refused(session(missing), "does not contain Palimpsest's jar: begin the session with")


def test_a_jar_of_another_version_is_refused() -> None:
    sentence = "of version 0.1.0-SNAPSHOT, the jar in the session of version 0.2.0: install"
    refused(session(jar="0.2.0"), sentence)


def test_a_jar_for_another_spark_is_refused() -> None:
    sentence = "is for Spark 3.5, the session is of Spark 4.2.0: use the jar for Spark 4.2"
    refused(session(jar=_version.JAR_VERSION, line="3.5"), sentence)


def test_a_session_of_another_spark_is_refused() -> None:
    refused(session(spark="4.1.3"), "is for Spark 4.2, the session is of Spark 4.1.3: use")


def test_without_a_jar_the_package_says_where_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PALIMPSEST_JAR")
    with pytest.raises(PalimpsestError, match="contains no jar: install its wheel, or set"):
        jar()


def test_a_named_jar_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALIMPSEST_JAR", "/nowhere/x.jar")
    with pytest.raises(PalimpsestError, match="names /nowhere/x"):
        jar()
