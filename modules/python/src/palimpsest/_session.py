"""Spark sessions with what the Java side needs."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pyspark.sql import SparkSession

from palimpsest._errors import PalimpsestError
from palimpsest._jars import jar

_MARK = "spark.palimpsest.session"

# LibTorch's threads wait instead of spinning; the tokenizer library sends no usage data. The
# libraries read both when they are loaded.
_ENVIRONMENT = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0", "OPT_OUT_TRACKING": "true"}

# By default JavaCPP fails above three times the heap size.
_JAVA_OPTIONS = "-Dorg.bytedeco.javacpp.maxbytes=0 -Dorg.bytedeco.javacpp.maxphysicalbytes=0"


def configure(
    builder: SparkSession.Builder, *, memory: str = "4g", conf: Mapping[str, str] | None = None
) -> SparkSession.Builder:
    """Adds to a session's builder what training needs, and returns it.

    Call it before the first session of the process begins: a running JVM does not change its
    class path or its heap.

    Args:
        builder: of a session that has not begun.
        memory: heap of the driver, which also trains with a ``local`` master, as in ``4g``.
        conf: further settings of Spark; they win over those of this function.

    Raises:
        PalimpsestError: of kind CONFIGURATION if no jar is found or a session runs already.

    Example:
        >>> builder = SparkSession.builder.master("spark://master:7077")
        >>> spark = palimpsest.configure(builder).getOrCreate()  # doctest: +SKIP
    """
    if SparkSession.getActiveSession() is not None:
        raise PalimpsestError(
            "A Spark session runs in this process already: restart the kernel, or stop the session"
            " with spark.stop(), before palimpsest configures one.",
            "CONFIGURATION",
        )
    remote = _remote_of(builder)
    if remote is not None and not remote.startswith("local"):
        return _with(builder, conf or {})  # The server has its own settings.
    os.environ.update({k: v for k, v in _ENVIRONMENT.items() if k not in os.environ})
    settings = {
        "spark.driver.memory": memory,
        "spark.driver.extraJavaOptions": _JAVA_OPTIONS,
        "spark.executor.extraJavaOptions": _JAVA_OPTIONS,
        "spark.plugins": "org.palimpsest.training.PalimpsestPlugin",
        "spark.locality.wait": "0",
        "spark.ui.showConsoleProgress": "false",
        **{f"spark.executorEnv.{name}": value for name, value in _ENVIRONMENT.items()},
    }
    path = jar()
    if path is not None:
        settings["spark.jars"] = path
    return _with(builder, {**settings, **(conf or {})})


def _remote_of(builder: SparkSession.Builder) -> str | None:
    """The address of a Spark Connect server; None if the session is a classic one."""
    options: dict[str, str] = getattr(builder, "_options", {})
    return options.get("spark.remote", os.environ.get("SPARK_REMOTE"))


def _with(builder: SparkSession.Builder, settings: Mapping[str, str]) -> SparkSession.Builder:
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder


def session(
    master: str | None = None,
    *,
    remote: str | None = None,
    memory: str = "4g",
    app_name: str = "Palimpsest",
    conf: Mapping[str, str] | None = None,
) -> SparkSession:
    """Begins a Spark session that can train.

    What its JVM prints to standard output is discarded.

    Args:
        master: of the cluster, as in ``spark://host:7077`` or ``yarn``; by default that of the
            Spark installation, or this machine with all its cores.
        remote: a Spark Connect server instead, as in ``sc://host:15002``, which was started with
            the jar; or ``local[2]`` to start one on this machine.
        memory: heap of the driver, which also trains with a ``local`` master.
        app_name: what Spark's pages call the session.
        conf: further settings of Spark.

    Returns:
        the session; the same as the one before if that still runs and came from this function.

    Raises:
        PalimpsestError: of kind CONFIGURATION if no jar is found or another session runs.

    Example:
        >>> spark = palimpsest.session("local[2]", memory="2g")  # doctest: +SKIP
    """
    active = SparkSession.getActiveSession()
    if active is not None and active.conf.get(_MARK, "false") == "true":
        return active
    builder = SparkSession.Builder().appName(app_name)
    if remote is not None:
        builder = builder.remote(remote)
    elif master is not None:
        builder = builder.master(master)
    builder = configure(builder, memory=memory, conf={_MARK: "true", **(conf or {})})
    with warnings.catch_warnings(), _native_output_discarded():
        # A Connect session sets everything once more on the server that it has just started.
        warnings.filterwarnings("ignore", message="Failed to set spark")
        return builder.getOrCreate()


@contextmanager
def _native_output_discarded() -> Iterator[None]:
    """Gives the JVM that begins meanwhile no standard output, to which LibTorch prints."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # This process has none either.
        yield
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nothing)
