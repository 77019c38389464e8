"""The stages of Spark ML pipelines: train, restore, corrupt, and score text.

Example:
    >>> from palimpsest.pipeline import DenoisingPretrainer  # doctest: +SKIP
    >>> model = DenoisingPretrainer(runDir="runs/notes", modelPreset="small", maxSteps=1000).fit(df)
    >>> model.transform(damaged).select("restored").show()
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack, cast

from pyspark.ml.evaluation import JavaEvaluator
from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaTransformer
from pyspark.sql import DataFrame
from pyspark.sql.utils import is_remote

from palimpsest._calls import PACKAGE, active_jvm, calls
from palimpsest._connect import ConnectFit
from palimpsest._current import current_session
from palimpsest._errors import palimpsest_errors
from palimpsest._history import HistoryFiles, TrainingHistory
from palimpsest._params import (
    DenoisingPretrainerArguments,
    DenoisingPretrainerParams,
    EncoderDecoderModelArguments,
    EncoderDecoderModelParams,
    ReconstructionEvaluatorArguments,
    ReconstructionEvaluatorParams,
    Seq2SeqFineTunerArguments,
    Seq2SeqFineTunerParams,
    TextCorruptorArguments,
    TextCorruptorParams,
    TrainingParams,
)
from palimpsest._stages import Sentences, begin
from palimpsest._training import Training

# PySpark derives the name of the Java class from that of the Python class, and back.
_PACKAGE = PACKAGE


class _TrainingEstimator(Sentences, JavaEstimator["EncoderDecoderModel"], TrainingParams):
    """What both estimators share: a fit is a run that can be watched and stopped."""

    def _create_model(self, java_model: Any) -> EncoderDecoderModel:
        return EncoderDecoderModel(java_model)

    def fit_async(self, dataset: DataFrame) -> Training:
        """Begins a fit, and returns while it runs.

        Args:
            dataset: the texts or pairs.

        Returns:
            the training, which shows its progress, stops, and gives the model at its end.
        """
        if is_remote():
            calls()
            return Training(self._remote(dataset), self._name(), lambda model: model)
        jvm = active_jvm()
        with palimpsest_errors():
            self._transfer_params_to_java()
            java = jvm.org.palimpsest.pipeline.Trainings.start(self._java_obj, dataset._jdf)
            return Training(java, self._name(), self._model)

    def _remote(self, dataset: DataFrame) -> ConnectFit:
        """A fit on the server of Spark Connect."""
        run = self._known_run()

        def fit() -> EncoderDecoderModel:
            model = super(_TrainingEstimator, self)._fit(dataset)
            model._files = HistoryFiles(run, is_saved=False) if run else None
            return model

        steps = self.getMaxSteps() if self.isDefined(self.maxSteps) else 0
        return ConnectFit(dataset.sparkSession, fit, run, steps)

    def _known_run(self) -> str | None:
        """The folder of the run, if its param says it."""
        run = self._name()
        return run if self.isDefined(self.runDir) and "{" not in run else None

    def _name(self) -> str:
        return str(self.getRunDir()) if self.isDefined(self.runDir) else type(self).__name__

    def _model(self, java_model: Any) -> EncoderDecoderModel:
        return self._copyValues(self._create_model(java_model))

    def _fit(self, dataset: DataFrame) -> EncoderDecoderModel:
        training = self.fit_async(dataset)
        training.show()
        return training.model()


class DenoisingPretrainer(
    _TrainingEstimator,
    DenoisingPretrainerParams,
    JavaMLReadable["DenoisingPretrainer"],
    JavaMLWritable,
):
    """Pre-trains a model by denoising, on a DataFrame of texts.

    A fit shows its loss live. It continues from the newest checkpoint in `runDir`; an interrupt
    stops it at a checkpoint, and the same fit goes on from there. Other texts in the same `runDir`
    are refused.

    Raises:
        PalimpsestError: from `fit`, in a sentence that says what to do.

    Example:
        >>> pretrainer = DenoisingPretrainer(  # doctest: +SKIP
        ...     runDir="runs/notes", textCol="text", modelPreset="small", maxSteps=1000)
        >>> model = pretrainer.fit(texts)
        >>> model.summary.metrics().toPandas()
    """

    __module__ = _PACKAGE

    def __init__(self, **params: Unpack[DenoisingPretrainerArguments]) -> None:
        super().__init__()
        begin(self, dict(params))

    def prepare(self, dataset: DataFrame) -> str:
        """Prepares the corpus without training: the tokenizer, and the texts in blocks.

        Returns:
            the folder of the run.
        """
        return calls().prepare(self, dataset)


class Seq2SeqFineTuner(
    _TrainingEstimator, Seq2SeqFineTunerParams, JavaMLReadable["Seq2SeqFineTuner"], JavaMLWritable
):
    """Fine-tunes a model on a DataFrame of pairs of texts.

    Example:
        >>> tuner = Seq2SeqFineTuner(  # doctest: +SKIP
        ...     runDir="runs/corrector", fromModel="runs/notes", sourceCol="typed",
        ...     targetCol="meant", maxSteps=300)
        >>> corrector = tuner.fit(pairs)
    """

    __module__ = _PACKAGE

    def __init__(self, **params: Unpack[Seq2SeqFineTunerArguments]) -> None:
        super().__init__()
        begin(self, dict(params))


class EncoderDecoderModel(
    Sentences,
    JavaModel,
    EncoderDecoderModelParams,
    JavaMLReadable["EncoderDecoderModel"],
    JavaMLWritable,
):
    """A trained model that restores texts.

    Saving writes one folder that `EncoderDecoderModel.load`, a `PipelineModel`, and
    ``from_pretrained`` of transformers read.

    Example:
        >>> model = EncoderDecoderModel.pretrained("models/notes")  # doctest: +SKIP
        >>> model.restore(["A small <mask> that lives in water."])
        ['A small animal that lives in water.']
    """

    __module__ = _PACKAGE

    _files: HistoryFiles | None = None

    def __init__(self, java_model: Any = None) -> None:
        super().__init__(java_model)
        self._set_defaults()

    @classmethod
    def load(cls, path: str) -> EncoderDecoderModel:
        """Reads a saved model, or any model folder that `pretrained` reads."""
        model: EncoderDecoderModel = super().load(path)
        model._files = HistoryFiles(path, is_saved=True)
        return model

    @staticmethod
    def pretrained(
        path: str, **params: Unpack[EncoderDecoderModelArguments]
    ) -> EncoderDecoderModel:
        """The model of a Hugging Face folder (BART, mBART, T5) on any Hadoop file system."""
        if is_remote():
            return EncoderDecoderModel.load(path).setParams(**params)
        jvm = active_jvm()
        with palimpsest_errors():
            java = jvm.org.palimpsest.pipeline.EncoderDecoderModel.pretrained(path)
            model = EncoderDecoderModel(java)
        return model.setParams(**params)

    @property
    def summary(self) -> TrainingHistory:
        """How the training went; of a loaded model too.

        Raises:
            PalimpsestError: if the model was not trained here, but loaded by `pretrained`.
        """
        if is_remote():
            return self._remote_summary()
        with palimpsest_errors():
            return TrainingHistory(self._call_java("summary"))

    def _remote_summary(self) -> TrainingHistory:
        history: Any = TrainingHistory(f"{self._java_obj}.summary", self._files)
        # PySpark keeps the model on the server while its summary is in use, and reads the summary
        # again with a DataFrame if the server has dropped it.
        self._java_obj.add_ref()  # type: ignore[union-attr]
        history._remote_model_obj = self._java_obj
        history._summary_dataset = current_session().range(1)
        return cast(TrainingHistory, history)

    def restore(self, texts: Iterable[str]) -> list[str]:
        """Restores texts that contain ``<mask>``, in their order, on the executors."""
        session = current_session()
        column = self.getInputCol()
        rows = [(index, text) for index, text in enumerate(texts)]
        frame = session.createDataFrame(rows, f"`index` long, `{column}` string")
        with palimpsest_errors():
            restored = self.transform(frame).select("index", self.getOutputCol()).collect()
        return [row[1] for row in sorted(restored, key=lambda row: row[0])]


class TextCorruptor(
    Sentences,
    JavaTransformer,
    TextCorruptorParams,
    JavaMLReadable["TextCorruptor"],
    JavaMLWritable,
):
    """Corrupts texts as an objective does in training.

    Example:
        >>> corruptor = TextCorruptor(objective="t5", tokenizerPath="runs/notes")  # doctest: +SKIP
        >>> corruptor.transform(texts).select("source", "target").show()
    """

    __module__ = _PACKAGE

    def __init__(self, **params: Unpack[TextCorruptorArguments]) -> None:
        super().__init__()
        begin(self, dict(params))


class ReconstructionEvaluator(
    Sentences,
    JavaEvaluator,
    ReconstructionEvaluatorParams,
    JavaMLReadable["ReconstructionEvaluator"],
    JavaMLWritable,
):
    """Scores restored texts against the wanted ones.

    Example:
        >>> scores = ReconstructionEvaluator(metricName="rougeL")  # doctest: +SKIP
        >>> scores.evaluate(model.transform(damaged))
        0.71
    """

    __module__ = _PACKAGE

    def __init__(self, **params: Unpack[ReconstructionEvaluatorArguments]) -> None:
        super().__init__()
        begin(self, dict(params))

    def evaluate(self, dataset: DataFrame, params: Any = None) -> float:
        """The score of a DataFrame.

        Raises:
            PalimpsestError: if a column is missing, or no row has a text in both.
        """
        with palimpsest_errors():
            return float(super().evaluate(dataset, params))
