"""The calls of the Java class Trainings: by py4j, or as transformers of a Spark Connect server."""

from __future__ import annotations

import json
from typing import Any, Protocol

from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.wrapper import JavaTransformer
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.utils import is_remote

from palimpsest._current import current_session
from palimpsest._errors import PalimpsestError, palimpsest_errors
from palimpsest._jars import check_build, check_jvm

PACKAGE = "org.palimpsest.pipeline"
"""PySpark derives the name of a Java class from that of the Python class, and back."""


class Calls(Protocol):
    """What the Java side does beside the stages of Spark ML."""

    def samples(self) -> DataFrame:
        """The texts that the jar brings along."""

    def doctor(self, estimator: Any) -> str:
        """The findings as JSON."""

    def prepare(self, estimator: Any, dataset: DataFrame) -> str:
        """The folder of the run."""

    def snapshot(self, run: str) -> str:
        """The state of a run by its files, as JSON."""

    def stop(self, run: str) -> bool:
        """Stops a run through its folder, and waits for its end; false if none is active."""


def calls() -> Calls:
    """The calls to the active session, whose jar fits this package."""
    session = current_session()
    return _ConnectCalls(session) if is_remote() else _JvmCalls(session)


def active_jvm() -> Any:
    """The view of the JVM of the active session, whose jar fits this package."""
    session = current_session()
    check_jvm(session)
    return session._jvm


class _JvmCalls:
    def __init__(self, session: SparkSession) -> None:
        self._session = session
        check_jvm(session)
        jvm: Any = session._jvm
        self._java = getattr(jvm, PACKAGE)

    def samples(self) -> DataFrame:
        with palimpsest_errors():
            return DataFrame(
                self._java.SampleTexts.read(self._session._jsparkSession), self._session
            )

    def doctor(self, estimator: Any) -> str:
        with palimpsest_errors():
            estimator._transfer_params_to_java()
            return str(
                self._java.Trainings.doctor(estimator._java_obj, self._session._jsparkSession)
            )

    def prepare(self, estimator: Any, dataset: DataFrame) -> str:
        with palimpsest_errors():
            estimator._transfer_params_to_java()
            return str(self._java.Trainings.prepare(estimator._java_obj, dataset._jdf))

    def snapshot(self, run: str) -> str:
        with palimpsest_errors():
            return str(self._java.Trainings.snapshot(self._session._jsparkSession, run))

    def stop(self, run: str) -> bool:
        with palimpsest_errors():
            return bool(self._java.Trainings.stop(self._session._jsparkSession, run))


class TrainingsCall(JavaTransformer):
    """A call as the transformer that makes it on the server."""

    __module__ = PACKAGE

    call: Param[str] = Param(Params._dummy(), "call", "What is called.", TypeConverters.toString)
    argument: Param[str] = Param(
        Params._dummy(), "argument", "What it is called with.", TypeConverters.toString
    )

    def __init__(self, call: str, argument: str) -> None:
        super().__init__()
        self._java_obj = self._new_java_obj(f"{PACKAGE}.TrainingsCall", self.uid)
        self._set(call=call, argument=argument)


class _ConnectCalls:
    _fitting: str | None = None
    """The server's session that was found to fit this package."""

    def __init__(self, session: Any) -> None:
        self._session = session
        if _ConnectCalls._fitting != session.session_id:
            self._check()
            _ConnectCalls._fitting = session.session_id

    def _check(self) -> None:
        try:
            version, line = self._answer("version").split("|")
        except PalimpsestError:
            raise
        except Exception as error:
            if "TrainingsCall" in str(error):
                check_build(self._session.version, None)
            raise
        check_build(self._session.version, (version, line))

    def _frame(self, call: str, argument: str, dataset: DataFrame | None) -> DataFrame:
        data = dataset if dataset is not None else self._session.range(1)
        return TrainingsCall(call, argument).transform(data)

    def _answer(self, call: str, argument: str = "", dataset: DataFrame | None = None) -> str:
        with palimpsest_errors():
            return str(self._frame(call, argument, dataset).collect()[0][0])

    def samples(self) -> DataFrame:
        return self._frame("samples", "", None)

    def doctor(self, estimator: Any) -> str:
        return self._answer("doctor", _params(estimator))

    def prepare(self, estimator: Any, dataset: DataFrame) -> str:
        return self._answer("prepare", _params(estimator), dataset)

    def snapshot(self, run: str) -> str:
        return self._answer("snapshot", run)

    def stop(self, run: str) -> bool:
        return self._answer("stop", run) == "true"


def _params(estimator: Any) -> str:
    return json.dumps({param.name: value for param, value in estimator._paramMap.items()})
