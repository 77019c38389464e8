"""Failures of the JVM as one Python exception with one sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

Kind = Literal["OTHER", "CONFIGURATION", "INPUT", "DIVERGED", "CLUSTER", "TIME_LIMIT"]

_EXIT_CODES: dict[Kind, int] = {
    "OTHER": 1,
    "CONFIGURATION": 2,
    "INPUT": 3,
    "DIVERGED": 4,
    "CLUSTER": 5,
    "TIME_LIMIT": 6,
}

_JAVA_CLASS = "org.palimpsest.base.PalimpsestException"

# The Java classes of failures that users meet are named after their kinds.
_NAMED = "org.palimpsest.pipeline.failure.NamedFailures$"
_KINDS: dict[str, Kind] = {
    "Configuration": "CONFIGURATION",
    "Input": "INPUT",
    "Diverged": "DIVERGED",
    "Cluster": "CLUSTER",
    "TimeLimit": "TIME_LIMIT",
}

# Spark Connect tells the class and the message, with the stack trace in later lines.
_CLASS = rf"(?:{re.escape(_JAVA_CLASS)}|{re.escape(_NAMED)}(\w+))"
_REMOTE = re.compile(rf"(?:\({_CLASS}\)|{_CLASS}:) (.+)")


class PalimpsestError(Exception):
    """A failure that a user can do something about.

    Its text is one sentence that says what is wrong and what to do. With the environment variable
    ``PALIMPSEST_TRACE`` set, the Java stack trace follows as the cause.

    Attributes:
        kind: why the work stopped: ``CONFIGURATION`` (a setting cannot work), ``INPUT`` (data or a
            model is missing or damaged), ``DIVERGED``, ``CLUSTER``, ``TIME_LIMIT``, or ``OTHER``.
        exit_code: the exit code of the command line for this kind.

    Example:
        >>> raise PalimpsestError("The column text does not exist: set textCol.", "INPUT")
        Traceback (most recent call last):
        ...
        palimpsest._errors.PalimpsestError: The column text does not exist: set textCol.
    """

    def __init__(self, message: str, kind: Kind = "OTHER") -> None:
        super().__init__(message)
        self.kind: Kind = kind
        self.exit_code = _EXIT_CODES[kind]


@contextmanager
def palimpsest_errors() -> Iterator[None]:
    """Turns the failures of Java calls within the block into `PalimpsestError`."""
    try:
        yield
    except (Py4JJavaError, PySparkException) as error:
        known = _known(error.java_exception) if isinstance(error, Py4JJavaError) else _told(error)
        if known is None:
            raise
        raise known from (error if os.environ.get("PALIMPSEST_TRACE") else None)


def _told(error: Exception) -> PalimpsestError | None:
    """A failure of ours of which only the text arrived."""
    found = _REMOTE.search(str(error))
    if found is None:
        return None
    return PalimpsestError(found[3], _KINDS.get(found[1] or found[2] or "", "OTHER"))


def _known(java_exception: Any) -> PalimpsestError | None:
    """The first failure of ours among an exception and its causes."""
    while java_exception is not None:
        if java_exception.getClass().getName().startswith((_JAVA_CLASS, _NAMED)):
            return PalimpsestError(java_exception.getMessage(), java_exception.kind().name())
        java_exception = java_exception.getCause()
    return None
