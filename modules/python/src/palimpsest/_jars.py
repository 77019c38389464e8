"""Where the jar of the Java side is, and whether it fits this package."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from py4j.java_gateway import JavaPackage
from pyspark.sql import SparkSession

from palimpsest._errors import PalimpsestError
from palimpsest._version import JAR_VERSION, SPARK_LINE

JAR_VARIABLE = "PALIMPSEST_JAR"
_PROVIDED = "provided"


def jar() -> str | None:
    """The jar for ``spark.jars``; None if the cluster's class path contains it.

    The environment variable ``PALIMPSEST_JAR`` comes first: a path, or ``provided`` if the jar is
    on the class path of driver and executors. Then comes the jar within this package.

    Raises:
        PalimpsestError: of kind CONFIGURATION if there is none.
    """
    named = os.environ.get(JAR_VARIABLE)
    if named == _PROVIDED:
        return None
    if named:
        if "://" not in named and not Path(named).is_file():
            raise PalimpsestError(
                f"{JAR_VARIABLE} names {named}, which is not a file: set it to the one jar of the"
                " build.",
                "CONFIGURATION",
            )
        return named
    packaged = sorted((Path(__file__).parent / "jars").glob("palimpsest-*.jar"))
    if packaged:
        return str(packaged[-1])
    raise PalimpsestError(
        "This installation of the package palimpsest contains no jar: install its wheel, or set"
        f" {JAR_VARIABLE} to the one jar of the build.",
        "CONFIGURATION",
    )


def check_jvm(session: SparkSession) -> None:
    """Compares the versions of the jar in a classic session, of its Spark, and of this package.

    Raises:
        PalimpsestError: of kind CONFIGURATION if they do not fit, with what to do.
    """
    jvm: Any = session._jvm
    build = jvm.org.palimpsest.pipeline.PipelineBuild
    if isinstance(build, JavaPackage):
        check_build(session.version, None)
    else:
        check_build(session.version, (build.version(), build.sparkLine()))


def check_build(spark: str, jar: tuple[str, str] | None) -> None:
    """Compares the versions of a session.

    Args:
        spark: of the session.
        jar: of the jar, and the line of Spark that it is for; None if the session has no jar.

    Raises:
        PalimpsestError: of kind CONFIGURATION if they do not fit, with what to do.
    """
    if _line(spark) != SPARK_LINE:
        raise _misfit(
            f"The package palimpsest is for Spark {SPARK_LINE}, the session is of Spark {spark}:"
            f" use a Spark {SPARK_LINE}, with the same version of pyspark."
        )
    if jar is None:
        raise _misfit(
            "The Spark session does not contain Palimpsest's jar: begin the session with"
            " palimpsest.session(), or set spark.jars before it (or its Connect server) begins."
        )
    version, line = jar
    if version not in ("", JAR_VERSION):
        raise _misfit(
            f"The package palimpsest is of version {JAR_VERSION}, the jar in the session of"
            f" version {version}: install the same version of both."
        )
    if line not in ("", SPARK_LINE):
        raise _misfit(
            f"The jar in the session is for Spark {line}, the session is of Spark {spark}: use the"
            f" jar for Spark {SPARK_LINE}."
        )


def _line(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _misfit(sentence: str) -> PalimpsestError:
    return PalimpsestError(sentence, "CONFIGURATION")
