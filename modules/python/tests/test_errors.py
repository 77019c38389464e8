"""What becomes of a failure of which only the text arrives."""

import pytest
from pyspark.errors import PySparkException

from palimpsest._errors import PalimpsestError, palimpsest_errors

FAILURE = "org.palimpsest.pipeline.failure.NamedFailures$"
TEXTS = {
    f"({FAILURE}Input) A sentence.\n\nJVM stacktrace:\n\tat A.b(A.java:1)": "INPUT",
    f"({FAILURE}TimeLimit) A sentence.": "TIME_LIMIT",
    f"Job aborted: {FAILURE}Configuration: A sentence.\n\tat A.b(A.java:1)": "CONFIGURATION",
    "(org.palimpsest.base.PalimpsestException) A sentence.": "OTHER",
    "caused by org.palimpsest.base.PalimpsestException: A sentence.": "OTHER",
}


@pytest.mark.parametrize(("text", "kind"), TEXTS.items())
def test_a_remote_failure_has_its_sentence_and_kind(text: str, kind: str) -> None:
    with pytest.raises(PalimpsestError) as error, palimpsest_errors():
        raise PySparkException(text)
    assert (str(error.value), error.value.kind) == ("A sentence.", kind)


def test_a_failure_of_spark_stays_as_it_is() -> None:
    with pytest.raises(PySparkException, match="something else"), palimpsest_errors():
        raise PySparkException("something else")
