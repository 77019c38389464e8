"""The stages on a real session."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import small
from pyspark.ml import Pipeline, PipelineModel, Transformer
from pyspark.ml.util import DefaultParamsReadable, DefaultParamsWritable
from pyspark.sql import DataFrame, SparkSession

import palimpsest
from palimpsest import PalimpsestError
from palimpsest._runs import snapshot_of
from palimpsest.pipeline import (
    DenoisingPretrainer,
    EncoderDecoderModel,
    ReconstructionEvaluator,
    Seq2SeqFineTuner,
    TextCorruptor,
)

DAMAGED = ["a <mask> of the family", "the act of <mask>"]


class FirstWord(Transformer, DefaultParamsReadable, DefaultParamsWritable):
    """A stage in Python."""

    def _transform(self, dataset: DataFrame) -> DataFrame:
        return dataset.withColumn("first", dataset["text"].substr(1, 1))


def damaged(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame([(text,) for text in DAMAGED], ["text"])


def test_a_fit_learns_and_keeps_its_history(trained: EncoderDecoderModel) -> None:
    history = trained.summary
    assert history.ending == "finished"
    assert history.totalIterations == 12
    assert len(history.objectiveHistory) == history.metrics().count() > 0
    assert [row["step"] for row in history.evaluations().collect()] == [6, 12]


def test_the_newest_evaluation_restored_texts(trained: EncoderDecoderModel) -> None:
    samples = palimpsest.watch(trained.summary.runDir).samples
    assert len(samples) == 3
    assert any("<mask>" in sample.damaged for sample in samples)
    assert all(sample.original and "<mask>" not in sample.original for sample in samples)


def test_the_same_fit_again_returns_at_once(trained: EncoderDecoderModel, texts: DataFrame) -> None:
    again = small(Path(trained.summary.runDir)).fit(texts)
    assert again.restore(DAMAGED) == trained.restore(DAMAGED)


def test_other_texts_are_refused(trained: EncoderDecoderModel, texts: DataFrame) -> None:
    with pytest.raises(PalimpsestError, match="was prepared from other data") as error:
        small(Path(trained.summary.runDir)).fit(texts.limit(10))
    assert error.value.kind == "INPUT"
    assert error.value.__cause__ is None


def test_a_missing_column_is_named(texts: DataFrame, tmp_path: Path) -> None:
    with pytest.raises(PalimpsestError, match="body"):
        small(tmp_path / "run", textCol="body").fit(texts)


def test_too_few_slots_are_refused(texts: DataFrame, tmp_path: Path) -> None:
    pretrainer = small(tmp_path / "run", numWorkers=5, batchBlocks=10)
    with pytest.raises(PalimpsestError) as error:
        pretrainer.fit(texts)
    assert error.value.kind == "CLUSTER"


def test_restored_texts_come_in_their_order(
    trained: EncoderDecoderModel, spark: SparkSession
) -> None:
    restored = trained.transform(damaged(spark)).collect()
    assert [row["restored"] for row in restored] == trained.restore(DAMAGED)


def test_null_and_empty_texts_have_a_reason(
    trained: EncoderDecoderModel, spark: SparkSession
) -> None:
    bad = spark.createDataFrame([(None,), ("",)], "text string")
    rows = trained.copy({trained.errorCol: "why"}).transform(bad).collect()
    assert [row["restored"] for row in rows] == [None, None]
    assert all(row["why"] for row in rows)


def test_a_text_of_a_megabyte_has_a_reason(
    trained: EncoderDecoderModel, spark: SparkSession
) -> None:
    long = spark.createDataFrame([("word " * 200_000,), (DAMAGED[0],)], ["text"])
    rows = trained.copy({trained.errorCol: "why"}).transform(long).collect()
    assert rows[0]["restored"] is None and "shorten it" in rows[0]["why"]
    assert rows[1]["restored"] == trained.restore(DAMAGED[:1])[0]


def test_a_fit_takes_null_empty_and_long_texts(
    texts: DataFrame, spark: SparkSession, tmp_path: Path
) -> None:
    odd = [("n", None), ("e", ""), ("l", "word " * 200_000)]
    all_texts = texts.limit(60).union(spark.createDataFrame(odd, "id string, text string"))
    assert small(tmp_path / "run", maxSteps=2).fit(all_texts).summary.totalIterations == 2


def test_a_saved_model_restores_the_same(trained: EncoderDecoderModel, tmp_path: Path) -> None:
    folder = str(tmp_path / "model")
    trained.save(folder)
    loaded = EncoderDecoderModel.load(folder)
    assert loaded.restore(DAMAGED) == trained.restore(DAMAGED)
    assert loaded.summary.totalIterations == 12
    assert EncoderDecoderModel.pretrained(folder).restore(DAMAGED) == trained.restore(DAMAGED)


def test_estimators_are_saved_with_their_params(spark: SparkSession, tmp_path: Path) -> None:
    folder = str(tmp_path / "estimator")
    small(tmp_path / "run", learningRate=0.25).save(folder)
    loaded = DenoisingPretrainer.load(folder)
    assert loaded.getLearningRate() == 0.25
    assert loaded.getSettings() == ["corpus.lanes=4"]
    assert not loaded.isDefined(loaded.timeLimit)


def test_a_pipeline_with_a_python_stage_loads_in_a_new_process(
    trained: EncoderDecoderModel, spark: SparkSession, tmp_path: Path
) -> None:
    folder = str(tmp_path / "pipeline")
    Pipeline(stages=[trained, FirstWord()]).fit(damaged(spark)).write().overwrite().save(folder)
    program = (
        "import sys; from conftest import spark_settings; import palimpsest, test_pipeline\n"
        "from pyspark.ml import PipelineModel\n"
        "spark = palimpsest.session('local[1]', memory='1g', conf=spark_settings())\n"
        "rows = PipelineModel.load(sys.argv[1]).transform(test_pipeline.damaged(spark))\n"
        "print('RESTORED', [r['restored'] for r in rows.collect()], rows.columns)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, folder],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        timeout=120,
    )
    expected = f"RESTORED {trained.restore(DAMAGED)} ['text', 'restored', 'first']"
    assert expected in run.stdout, run.stderr
    assert PipelineModel.load(folder).transform(damaged(spark)).count() == 2


def test_corruption_has_the_columns_that_were_asked_for(
    trained: EncoderDecoderModel, texts: DataFrame
) -> None:
    corruptor = TextCorruptor(
        objective="t5", tokenizerPath=trained.summary.runDir, lostTokensCol="lost"
    )
    rows = corruptor.transform(texts.limit(20)).collect()
    assert all(row["source"] and row["target"] for row in rows)
    assert sum(row["lost"] for row in rows) > 0


def test_a_preview_is_a_page(trained: EncoderDecoderModel, texts: DataFrame) -> None:
    page = palimpsest.preview(texts, "bart", tokenizer=trained.summary.runDir, rows=2)
    assert repr(page).count("source  ") == 2
    assert "<" in page._repr_html_()


def test_doctor_reports_each_check(texts: DataFrame, tmp_path: Path) -> None:
    report = repr(palimpsest.doctor(small(tmp_path / "run", numWorkers=9, batchBlocks=9)))
    assert "fail" in report and "ok" in report


def test_scores_of_equal_texts_are_perfect(spark: SparkSession) -> None:
    rows = spark.createDataFrame([("a b", "a b")], ["restored", "text"])
    assert ReconstructionEvaluator(metricName="exactMatch").evaluate(rows) == 1.0


def test_scores_without_a_text_are_refused_in_a_sentence(spark: SparkSession) -> None:
    rows = spark.createDataFrame([(None, "a b")], "restored string, text string")
    with pytest.raises(PalimpsestError, match="check predictionCol and referenceCol"):
        ReconstructionEvaluator().evaluate(rows)


def test_a_missing_input_column_is_named(trained: EncoderDecoderModel, spark: SparkSession) -> None:
    with pytest.raises(PalimpsestError, match="text"):
        trained.transform(spark.createDataFrame([("a",)], ["body"]))


def test_a_folder_without_a_model_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(PalimpsestError, match=r"config\.json"):
        EncoderDecoderModel.load(str(tmp_path))


def test_a_model_is_not_saved_over_another(trained: EncoderDecoderModel, tmp_path: Path) -> None:
    trained.save(str(tmp_path / "model"))
    with pytest.raises(Exception, match="already exists"):
        trained.save(str(tmp_path / "model"))


def test_fine_tuning_begins_with_a_fitted_model(
    trained: EncoderDecoderModel, texts: DataFrame, tmp_path: Path
) -> None:
    pairs = texts.limit(200).selectExpr("lower(text) source", "text target")
    tuner = Seq2SeqFineTuner(
        runDir=str(tmp_path / "run"),
        fromModel=trained.summary.runDir,
        maxSteps=4,
        warmUpSteps=1,
        numWorkers=1,
        batchBlocks=4,
        maxSourceTokens=32,
        maxTargetTokens=32,
    )
    assert tuner.fit(pairs).summary.totalIterations == 4


def test_pre_training_begins_with_a_fitted_model(
    trained: EncoderDecoderModel, texts: DataFrame, tmp_path: Path
) -> None:
    pretrainer = DenoisingPretrainer(
        runDir=str(tmp_path / "run"),
        fromModel=trained.summary.runDir,
        objective="t5",
        maxSteps=4,
        warmUpSteps=1,
        numWorkers=1,
        batchBlocks=4,
        blockSize=32,
    )
    assert pretrainer.fit(texts).summary.totalIterations == 4


def test_a_stopped_fit_has_a_model_and_goes_on(texts: DataFrame, tmp_path: Path) -> None:
    pretrainer = small(tmp_path / "run", maxSteps=400)
    training = pretrainer.fit_async(texts)
    while training.snapshot().step < 3 and not training.wait(0.1):
        pass
    training.stop()
    assert training.wait(25)
    stopped = training.model()
    assert stopped.summary.ending == "stopped"
    assert 0 < stopped.summary.totalIterations < 400
    assert snapshot_of(str(tmp_path / "run")).state == "stopped"
    again = small(tmp_path / "run", maxSteps=400, timeLimit="1s").fit(texts)
    assert again.summary.totalIterations > stopped.summary.totalIterations


def test_an_interrupt_stops_a_fit_and_leaves_no_job(
    texts: DataFrame, tmp_path: Path, spark: SparkSession
) -> None:
    def interrupt() -> None:
        while palimpsest.last_training().snapshot().step < 3:
            time.sleep(0.1)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    pretrainer = small(tmp_path / "run", maxSteps=400)
    training = pretrainer.fit_async(texts)
    threading.Thread(target=interrupt, daemon=True).start()
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        training.show()
    assert time.monotonic() - begin < 60
    assert training.model().summary.ending == "stopped"
    # The tracker learns of a job's end a moment later.
    end = time.monotonic() + 5
    while spark.sparkContext.statusTracker().getActiveJobsIds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_second_fit_in_the_same_folder_is_refused(texts: DataFrame, tmp_path: Path) -> None:
    first = small(tmp_path / "run", maxSteps=400).fit_async(texts)
    while first.snapshot().step < 1 and not first.wait(0.1):
        pass
    try:
        with pytest.raises(PalimpsestError, match="run"):
            small(tmp_path / "run", maxSteps=400).fit(texts)
    finally:
        first.cancel()
        assert first.wait(30)
