"""Cross-validation over objectives: each fit has a folder of its own."""

from pathlib import Path

import pytest
from conftest import small
from pyspark.ml.tuning import CrossValidator, CrossValidatorModel, ParamGridBuilder
from pyspark.sql import DataFrame

from palimpsest.pipeline import EncoderDecoderModel, ReconstructionEvaluator

pytestmark = pytest.mark.notebooks


def test_objectives_are_compared_by_cross_validation(texts: DataFrame, tmp_path: Path) -> None:
    pretrainer = small(tmp_path / "{params}-{data}", maxSteps=4, numWorkers=1, validationShare=0.0)
    pretrainer.clear(pretrainer.evaluationEvery)
    grid = (
        ParamGridBuilder().addGrid(pretrainer.objective, ["bart", "sentence-permutation"]).build()
    )
    validator = CrossValidator(
        estimator=pretrainer,
        estimatorParamMaps=grid,
        evaluator=ReconstructionEvaluator(metricName="tokenF1"),
        numFolds=2,
        seed=1,
    )
    found = validator.fit(texts.limit(80).cache())
    assert len(found.avgMetrics) == 2
    assert all(0 <= score <= 1 for score in found.avgMetrics)
    # Two objectives on two folds, and the better one on all texts.
    assert len([run for run in tmp_path.iterdir() if (run / "checkpoints").is_dir()]) == 5
    assert isinstance(found.bestModel, EncoderDecoderModel)

    found.write().overwrite().save(str(tmp_path / "saved"))
    loaded = CrossValidatorModel.load(str(tmp_path / "saved"))
    question = ["a <mask> of the family"]
    assert loaded.bestModel.restore(question) == found.bestModel.restore(question)
