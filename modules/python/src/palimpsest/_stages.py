"""What all stages share."""

from __future__ import annotations

from typing import Any

from pyspark.sql import DataFrame

from palimpsest._calls import PACKAGE, calls
from palimpsest._errors import palimpsest_errors


class Sentences:
    """Failures of a stage as `PalimpsestError`, in whatever way it is called."""

    def _transform(self, dataset: DataFrame) -> DataFrame:
        with palimpsest_errors():
            frame: DataFrame = super()._transform(dataset)  # type: ignore[misc]
            return frame

    def write(self) -> Any:
        """Begins to save: ``write().overwrite().save(path)``."""
        writer: Any = super().write()  # type: ignore[misc]
        save = writer.save

        def told(path: str) -> None:
            with palimpsest_errors():
                save(path)

        writer.save = told
        return writer

    @classmethod
    def load(cls, path: str) -> Any:
        """Reads what was saved."""
        with palimpsest_errors():
            return super().load(path)  # type: ignore[misc]


def begin(stage: Any, given: dict[str, Any]) -> None:
    """Makes the Java object of a stage, and sets the params that were given."""
    calls()
    stage._java_obj = stage._new_java_obj(f"{PACKAGE}.{type(stage).__name__}", stage.uid)
    stage._set_defaults()
    stage._set(**given)
