"""The session that the functions of this package use."""

from __future__ import annotations

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from palimpsest._errors import PalimpsestError


def current_session() -> SparkSession:
    """The active session of this process, classic or of Spark Connect.

    Raises:
        PalimpsestError: of kind CONFIGURATION if none runs.
    """
    try:
        return SparkSession.active()
    except (PySparkException, RuntimeError):
        raise PalimpsestError(
            "No Spark session runs in this process: begin one with palimpsest.session().",
            "CONFIGURATION",
        ) from None
