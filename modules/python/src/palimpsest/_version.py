"""The version of this package, which is that of the jar."""

__version__ = "0.1.0.dev0"
"""In the form of Python's packages: 0.1.0-SNAPSHOT is 0.1.0.dev0."""

JAR_VERSION = "0.1.0-SNAPSHOT"
"""As Maven writes it."""

SPARK_LINE = "4.2"
"""Of the jar, of pyspark, and of the cluster."""
