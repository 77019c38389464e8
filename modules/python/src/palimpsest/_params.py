"""The params of all stages. Written by tools/generate_params.py: do not edit."""

from __future__ import annotations

from typing import Any, Self, TypedDict, Unpack

from pyspark.ml.param import Param, Params, TypeConverters


class TrainingArguments(TypedDict, total=False):
    """Params of Training."""

    recipe: str
    """A recipe: HOCON text, or the path of a .conf file on any Hadoop file system. The other
    params override it."""
    settings: list[str]
    """Assignments such as training.precision=bf16, for the keys of a recipe that have no param.
    They override the recipe, and the other params override them."""
    runDir: str
    """Folder of the run (corpus, checkpoints, metrics) on any Hadoop file system. {params} and
    {data} in it stand for hashes of the params and of the data, so that each fit of a
    CrossValidator has its own folder."""
    resume: str
    """auto: a fit continues from the newest checkpoint in the folder of the run. fresh: a fit
    deletes the checkpoints and the data prepared there, and begins at step 0."""
    maxSteps: int
    """Global steps of the whole run, at least 1."""
    numWorkers: int
    """Number of replicas, each in its own Spark task, at least 1."""
    timeLimit: str
    """Training time after which a fit ends at a checkpoint, such as 30m or 2h. The next fit
    continues there."""
    engine: str
    """What computes the model: auto, torch or dl4j."""
    device: str
    """Where a replica computes: cpu, cuda or cuda:N."""
    precision: str
    """Precision of matrix products: fp32, tf32, or bf16."""
    transport: str
    """How workers exchange: collective (all workers start together and use their own sockets)
    or spark (one job per round)."""
    seed: int
    """Key of all randomness."""
    checkpointEvery: int
    """Steps between checkpoints, at least 1."""
    evaluationEvery: int
    """Steps between evaluations on held-out data, at least 1."""
    patience: int
    """Consecutive evaluations without a new best after which a fit ends early, at least 1."""
    batchBlocks: int
    """Blocks (in fine-tuning, pairs) in a global step, over all workers; at least 1 per
    worker."""
    microBatchBlocks: int
    """Blocks (in fine-tuning, pairs) that a replica computes at once, at least 1."""
    innerSteps: int
    """Steps of each worker between two aggregations, at least 1."""
    aggregate: str
    """What is aggregated: gradients or parameters."""
    learningRate: float
    """The highest learning rate."""
    warmUpSteps: int
    """Steps in which the learning rate rises to its highest value."""
    weightDecay: float
    """Decoupled weight decay."""


class TrainingParams(Params):
    """Params of Training."""

    recipe: Param[str] = Param(
        Params._dummy(), "recipe",
        "A recipe: HOCON text, or the path of a .conf file on any Hadoop file system. The "
        "other params override it.",
        TypeConverters.toString,
    )

    settings: Param[list[str]] = Param(
        Params._dummy(), "settings",
        "Assignments such as training.precision=bf16, for the keys of a recipe that have no"
        " param. They override the recipe, and the other params override them.",
        TypeConverters.toListString,
    )

    runDir: Param[str] = Param(
        Params._dummy(), "runDir",
        "Folder of the run (corpus, checkpoints, metrics) on any Hadoop file system. "
        "{params} and {data} in it stand for hashes of the params and of the data, so that "
        "each fit of a CrossValidator has its own folder.",
        TypeConverters.toString,
    )

    resume: Param[str] = Param(
        Params._dummy(), "resume",
        "auto: a fit continues from the newest checkpoint in the folder of the run. fresh: "
        "a fit deletes the checkpoints and the data prepared there, and begins at step 0.",
        TypeConverters.toString,
    )

    maxSteps: Param[int] = Param(
        Params._dummy(), "maxSteps",
        "Global steps of the whole run, at least 1.",
        TypeConverters.toInt,
    )

    numWorkers: Param[int] = Param(
        Params._dummy(), "numWorkers",
        "Number of replicas, each in its own Spark task, at least 1.",
        TypeConverters.toInt,
    )

    timeLimit: Param[str] = Param(
        Params._dummy(), "timeLimit",
        "Training time after which a fit ends at a checkpoint, such as 30m or 2h. The next "
        "fit continues there.",
        TypeConverters.toString,
    )

    engine: Param[str] = Param(
        Params._dummy(), "engine",
        "What computes the model: auto, torch or dl4j.",
        TypeConverters.toString,
    )

    device: Param[str] = Param(
        Params._dummy(), "device",
        "Where a replica computes: cpu, cuda or cuda:N.",
        TypeConverters.toString,
    )

    precision: Param[str] = Param(
        Params._dummy(), "precision",
        "Precision of matrix products: fp32, tf32, or bf16.",
        TypeConverters.toString,
    )

    transport: Param[str] = Param(
        Params._dummy(), "transport",
        "How workers exchange: collective (all workers start together and use their own "
        "sockets) or spark (one job per round).",
        TypeConverters.toString,
    )

    seed: Param[int] = Param(
        Params._dummy(), "seed",
        "Key of all randomness.",
        TypeConverters.toInt,
    )

    checkpointEvery: Param[int] = Param(
        Params._dummy(), "checkpointEvery",
        "Steps between checkpoints, at least 1.",
        TypeConverters.toInt,
    )

    evaluationEvery: Param[int] = Param(
        Params._dummy(), "evaluationEvery",
        "Steps between evaluations on held-out data, at least 1.",
        TypeConverters.toInt,
    )

    patience: Param[int] = Param(
        Params._dummy(), "patience",
        "Consecutive evaluations without a new best after which a fit ends early, at least "
        "1.",
        TypeConverters.toInt,
    )

    batchBlocks: Param[int] = Param(
        Params._dummy(), "batchBlocks",
        "Blocks (in fine-tuning, pairs) in a global step, over all workers; at least 1 per "
        "worker.",
        TypeConverters.toInt,
    )

    microBatchBlocks: Param[int] = Param(
        Params._dummy(), "microBatchBlocks",
        "Blocks (in fine-tuning, pairs) that a replica computes at once, at least 1.",
        TypeConverters.toInt,
    )

    innerSteps: Param[int] = Param(
        Params._dummy(), "innerSteps",
        "Steps of each worker between two aggregations, at least 1.",
        TypeConverters.toInt,
    )

    aggregate: Param[str] = Param(
        Params._dummy(), "aggregate",
        "What is aggregated: gradients or parameters.",
        TypeConverters.toString,
    )

    learningRate: Param[float] = Param(
        Params._dummy(), "learningRate",
        "The highest learning rate.",
        TypeConverters.toFloat,
    )

    warmUpSteps: Param[int] = Param(
        Params._dummy(), "warmUpSteps",
        "Steps in which the learning rate rises to its highest value.",
        TypeConverters.toInt,
    )

    weightDecay: Param[float] = Param(
        Params._dummy(), "weightDecay",
        "Decoupled weight decay.",
        TypeConverters.toFloat,
    )

    def _set_defaults(self) -> None:
        self._setDefault(resume='auto')

    def setParams(self, **params: Unpack[TrainingArguments]) -> Self:
        """Sets several params."""
        given: dict[str, Any] = dict(params)
        self._set(**given)
        return self

    def getRecipe(self) -> str:
        """The value of `recipe`."""
        value: str = self.getOrDefault(self.recipe)
        return value

    def setRecipe(self, value: str) -> Self:
        """A recipe: HOCON text, or the path of a .conf file on any Hadoop file system. The
        other params override it."""
        self._set(recipe=value)
        return self

    def getSettings(self) -> list[str]:
        """The value of `settings`."""
        value: list[str] = self.getOrDefault(self.settings)
        return value

    def setSettings(self, value: list[str]) -> Self:
        """Assignments such as training.precision=bf16, for the keys of a recipe that have
        no param. They override the recipe, and the other params override them."""
        self._set(settings=value)
        return self

    def getRunDir(self) -> str:
        """The value of `runDir`."""
        value: str = self.getOrDefault(self.runDir)
        return value

    def setRunDir(self, value: str) -> Self:
        """Folder of the run (corpus, checkpoints, metrics) on any Hadoop file system.
        {params} and {data} in it stand for hashes of the params and of the data, so that
        each fit of a CrossValidator has its own folder."""
        self._set(runDir=value)
        return self

    def getResume(self) -> str:
        """The value of `resume`."""
        value: str = self.getOrDefault(self.resume)
        return value

    def setResume(self, value: str) -> Self:
        """auto: a fit continues from the newest checkpoint in the folder of the run. fresh:
        a fit deletes the checkpoints and the data prepared there, and begins at step 0."""
        self._set(resume=value)
        return self

    def getMaxSteps(self) -> int:
        """The value of `maxSteps`."""
        value: int = self.getOrDefault(self.maxSteps)
        return value

    def setMaxSteps(self, value: int) -> Self:
        """Global steps of the whole run, at least 1."""
        self._set(maxSteps=value)
        return self

    def getNumWorkers(self) -> int:
        """The value of `numWorkers`."""
        value: int = self.getOrDefault(self.numWorkers)
        return value

    def setNumWorkers(self, value: int) -> Self:
        """Number of replicas, each in its own Spark task, at least 1."""
        self._set(numWorkers=value)
        return self

    def getTimeLimit(self) -> str:
        """The value of `timeLimit`."""
        value: str = self.getOrDefault(self.timeLimit)
        return value

    def setTimeLimit(self, value: str) -> Self:
        """Training time after which a fit ends at a checkpoint, such as 30m or 2h. The next
        fit continues there."""
        self._set(timeLimit=value)
        return self

    def getEngine(self) -> str:
        """The value of `engine`."""
        value: str = self.getOrDefault(self.engine)
        return value

    def setEngine(self, value: str) -> Self:
        """What computes the model: auto, torch or dl4j."""
        self._set(engine=value)
        return self

    def getDevice(self) -> str:
        """The value of `device`."""
        value: str = self.getOrDefault(self.device)
        return value

    def setDevice(self, value: str) -> Self:
        """Where a replica computes: cpu, cuda or cuda:N."""
        self._set(device=value)
        return self

    def getPrecision(self) -> str:
        """The value of `precision`."""
        value: str = self.getOrDefault(self.precision)
        return value

    def setPrecision(self, value: str) -> Self:
        """Precision of matrix products: fp32, tf32, or bf16."""
        self._set(precision=value)
        return self

    def getTransport(self) -> str:
        """The value of `transport`."""
        value: str = self.getOrDefault(self.transport)
        return value

    def setTransport(self, value: str) -> Self:
        """How workers exchange: collective (all workers start together and use their own
        sockets) or spark (one job per round)."""
        self._set(transport=value)
        return self

    def getSeed(self) -> int:
        """The value of `seed`."""
        value: int = self.getOrDefault(self.seed)
        return value

    def setSeed(self, value: int) -> Self:
        """Key of all randomness."""
        self._set(seed=value)
        return self

    def getCheckpointEvery(self) -> int:
        """The value of `checkpointEvery`."""
        value: int = self.getOrDefault(self.checkpointEvery)
        return value

    def setCheckpointEvery(self, value: int) -> Self:
        """Steps between checkpoints, at least 1."""
        self._set(checkpointEvery=value)
        return self

    def getEvaluationEvery(self) -> int:
        """The value of `evaluationEvery`."""
        value: int = self.getOrDefault(self.evaluationEvery)
        return value

    def setEvaluationEvery(self, value: int) -> Self:
        """Steps between evaluations on held-out data, at least 1."""
        self._set(evaluationEvery=value)
        return self

    def getPatience(self) -> int:
        """The value of `patience`."""
        value: int = self.getOrDefault(self.patience)
        return value

    def setPatience(self, value: int) -> Self:
        """Consecutive evaluations without a new best after which a fit ends early, at least
        1."""
        self._set(patience=value)
        return self

    def getBatchBlocks(self) -> int:
        """The value of `batchBlocks`."""
        value: int = self.getOrDefault(self.batchBlocks)
        return value

    def setBatchBlocks(self, value: int) -> Self:
        """Blocks (in fine-tuning, pairs) in a global step, over all workers; at least 1 per
        worker."""
        self._set(batchBlocks=value)
        return self

    def getMicroBatchBlocks(self) -> int:
        """The value of `microBatchBlocks`."""
        value: int = self.getOrDefault(self.microBatchBlocks)
        return value

    def setMicroBatchBlocks(self, value: int) -> Self:
        """Blocks (in fine-tuning, pairs) that a replica computes at once, at least 1."""
        self._set(microBatchBlocks=value)
        return self

    def getInnerSteps(self) -> int:
        """The value of `innerSteps`."""
        value: int = self.getOrDefault(self.innerSteps)
        return value

    def setInnerSteps(self, value: int) -> Self:
        """Steps of each worker between two aggregations, at least 1."""
        self._set(innerSteps=value)
        return self

    def getAggregate(self) -> str:
        """The value of `aggregate`."""
        value: str = self.getOrDefault(self.aggregate)
        return value

    def setAggregate(self, value: str) -> Self:
        """What is aggregated: gradients or parameters."""
        self._set(aggregate=value)
        return self

    def getLearningRate(self) -> float:
        """The value of `learningRate`."""
        value: float = self.getOrDefault(self.learningRate)
        return value

    def setLearningRate(self, value: float) -> Self:
        """The highest learning rate."""
        self._set(learningRate=value)
        return self

    def getWarmUpSteps(self) -> int:
        """The value of `warmUpSteps`."""
        value: int = self.getOrDefault(self.warmUpSteps)
        return value

    def setWarmUpSteps(self, value: int) -> Self:
        """Steps in which the learning rate rises to its highest value."""
        self._set(warmUpSteps=value)
        return self

    def getWeightDecay(self) -> float:
        """The value of `weightDecay`."""
        value: float = self.getOrDefault(self.weightDecay)
        return value

    def setWeightDecay(self, value: float) -> Self:
        """Decoupled weight decay."""
        self._set(weightDecay=value)
        return self


class DenoisingPretrainerArguments(TrainingArguments, total=False):
    """Params of DenoisingPretrainer."""

    textCol: str
    """Column of the texts, of type string."""
    idCol: str
    """Column that identifies a text. Without it, the text identifies itself."""
    objective: str
    """How text is corrupted and what is predicted: a preset such as bart or t5, a T5 name, or
    an object in HOCON."""
    modelPreset: str
    """Shape of the model: tiny, small, bart-base, t5-small and others."""
    fromModel: str
    """A model folder, or the folder of a run, with whose weights, shape and tokenizer training
    begins."""
    vocabularySize: int
    """Size of the vocabulary of a tokenizer that is trained on the texts."""
    tokenizerPath: str
    """A tokenizer.json, or a folder with one, instead of a tokenizer that is trained on the
    texts."""
    blockSize: int
    """Tokens in a block, at least 8."""
    validationShare: float
    """Share of the texts that is held out for evaluation, from 0 to below 1."""


class DenoisingPretrainerParams(TrainingParams):
    """Params of DenoisingPretrainer."""

    textCol: Param[str] = Param(
        Params._dummy(), "textCol",
        "Column of the texts, of type string.",
        TypeConverters.toString,
    )

    idCol: Param[str] = Param(
        Params._dummy(), "idCol",
        "Column that identifies a text. Without it, the text identifies itself.",
        TypeConverters.toString,
    )

    objective: Param[str] = Param(
        Params._dummy(), "objective",
        "How text is corrupted and what is predicted: a preset such as bart or t5, a T5 "
        "name, or an object in HOCON.",
        TypeConverters.toString,
    )

    modelPreset: Param[str] = Param(
        Params._dummy(), "modelPreset",
        "Shape of the model: tiny, small, bart-base, t5-small and others.",
        TypeConverters.toString,
    )

    fromModel: Param[str] = Param(
        Params._dummy(), "fromModel",
        "A model folder, or the folder of a run, with whose weights, shape and tokenizer "
        "training begins.",
        TypeConverters.toString,
    )

    vocabularySize: Param[int] = Param(
        Params._dummy(), "vocabularySize",
        "Size of the vocabulary of a tokenizer that is trained on the texts.",
        TypeConverters.toInt,
    )

    tokenizerPath: Param[str] = Param(
        Params._dummy(), "tokenizerPath",
        "A tokenizer.json, or a folder with one, instead of a tokenizer that is trained on "
        "the texts.",
        TypeConverters.toString,
    )

    blockSize: Param[int] = Param(
        Params._dummy(), "blockSize",
        "Tokens in a block, at least 8.",
        TypeConverters.toInt,
    )

    validationShare: Param[float] = Param(
        Params._dummy(), "validationShare",
        "Share of the texts that is held out for evaluation, from 0 to below 1.",
        TypeConverters.toFloat,
    )

    def _set_defaults(self) -> None:
        super()._set_defaults()
        self._setDefault()

    def setParams(self, **params: Unpack[DenoisingPretrainerArguments]) -> Self:
        """Sets several params."""
        given: dict[str, Any] = dict(params)
        self._set(**given)
        return self

    def getTextCol(self) -> str:
        """The value of `textCol`."""
        value: str = self.getOrDefault(self.textCol)
        return value

    def setTextCol(self, value: str) -> Self:
        """Column of the texts, of type string."""
        self._set(textCol=value)
        return self

    def getIdCol(self) -> str:
        """The value of `idCol`."""
        value: str = self.getOrDefault(self.idCol)
        return value

    def setIdCol(self, value: str) -> Self:
        """Column that identifies a text. Without it, the text identifies itself."""
        self._set(idCol=value)
        return self

    def getObjective(self) -> str:
        """The value of `objective`."""
        value: str = self.getOrDefault(self.objective)
        return value

    def setObjective(self, value: str) -> Self:
        """How text is corrupted and what is predicted: a preset such as bart or t5, a T5
        name, or an object in HOCON."""
        self._set(objective=value)
        return self

    def getModelPreset(self) -> str:
        """The value of `modelPreset`."""
        value: str = self.getOrDefault(self.modelPreset)
        return value

    def setModelPreset(self, value: str) -> Self:
        """Shape of the model: tiny, small, bart-base, t5-small and others."""
        self._set(modelPreset=value)
        return self

    def getFromModel(self) -> str:
        """The value of `fromModel`."""
        value: str = self.getOrDefault(self.fromModel)
        return value

    def setFromModel(self, value: str) -> Self:
        """A model folder, or the folder of a run, with whose weights, shape and tokenizer
        training begins."""
        self._set(fromModel=value)
        return self

    def getVocabularySize(self) -> int:
        """The value of `vocabularySize`."""
        value: int = self.getOrDefault(self.vocabularySize)
        return value

    def setVocabularySize(self, value: int) -> Self:
        """Size of the vocabulary of a tokenizer that is trained on the texts."""
        self._set(vocabularySize=value)
        return self

    def getTokenizerPath(self) -> str:
        """The value of `tokenizerPath`."""
        value: str = self.getOrDefault(self.tokenizerPath)
        return value

    def setTokenizerPath(self, value: str) -> Self:
        """A tokenizer.json, or a folder with one, instead of a tokenizer that is trained on
        the texts."""
        self._set(tokenizerPath=value)
        return self

    def getBlockSize(self) -> int:
        """The value of `blockSize`."""
        value: int = self.getOrDefault(self.blockSize)
        return value

    def setBlockSize(self, value: int) -> Self:
        """Tokens in a block, at least 8."""
        self._set(blockSize=value)
        return self

    def getValidationShare(self) -> float:
        """The value of `validationShare`."""
        value: float = self.getOrDefault(self.validationShare)
        return value

    def setValidationShare(self, value: float) -> Self:
        """Share of the texts that is held out for evaluation, from 0 to below 1."""
        self._set(validationShare=value)
        return self


class Seq2SeqFineTunerArguments(TrainingArguments, total=False):
    """Params of Seq2SeqFineTuner."""

    fromModel: str
    """The model to begin with: a Hugging Face folder, a saved EncoderDecoderModel, or the
    folder of a run."""
    sourceCol: str
    """Column of the sources, of type string."""
    targetCol: str
    """Column of the targets, of type string."""
    prefix: str
    """Text before every source."""
    maxSourceTokens: int
    """Longest source in tokens; longer ones are truncated."""
    maxTargetTokens: int
    """Longest target in tokens; longer ones are truncated."""
    validationShare: float
    """Share of the pairs that is held out for evaluation, from 0 to below 1."""


class Seq2SeqFineTunerParams(TrainingParams):
    """Params of Seq2SeqFineTuner."""

    fromModel: Param[str] = Param(
        Params._dummy(), "fromModel",
        "The model to begin with: a Hugging Face folder, a saved EncoderDecoderModel, or "
        "the folder of a run.",
        TypeConverters.toString,
    )

    sourceCol: Param[str] = Param(
        Params._dummy(), "sourceCol",
        "Column of the sources, of type string.",
        TypeConverters.toString,
    )

    targetCol: Param[str] = Param(
        Params._dummy(), "targetCol",
        "Column of the targets, of type string.",
        TypeConverters.toString,
    )

    prefix: Param[str] = Param(
        Params._dummy(), "prefix",
        "Text before every source.",
        TypeConverters.toString,
    )

    maxSourceTokens: Param[int] = Param(
        Params._dummy(), "maxSourceTokens",
        "Longest source in tokens; longer ones are truncated.",
        TypeConverters.toInt,
    )

    maxTargetTokens: Param[int] = Param(
        Params._dummy(), "maxTargetTokens",
        "Longest target in tokens; longer ones are truncated.",
        TypeConverters.toInt,
    )

    validationShare: Param[float] = Param(
        Params._dummy(), "validationShare",
        "Share of the pairs that is held out for evaluation, from 0 to below 1.",
        TypeConverters.toFloat,
    )

    def _set_defaults(self) -> None:
        super()._set_defaults()
        self._setDefault()

    def setParams(self, **params: Unpack[Seq2SeqFineTunerArguments]) -> Self:
        """Sets several params."""
        given: dict[str, Any] = dict(params)
        self._set(**given)
        return self

    def getFromModel(self) -> str:
        """The value of `fromModel`."""
        value: str = self.getOrDefault(self.fromModel)
        return value

    def setFromModel(self, value: str) -> Self:
        """The model to begin with: a Hugging Face folder, a saved EncoderDecoderModel, or
        the folder of a run."""
        self._set(fromModel=value)
        return self

    def getSourceCol(self) -> str:
        """The value of `sourceCol`."""
        value: str = self.getOrDefault(self.sourceCol)
        return value

    def setSourceCol(self, value: str) -> Self:
        """Column of the sources, of type string."""
        self._set(sourceCol=value)
        return self

    def getTargetCol(self) -> str:
        """The value of `targetCol`."""
        value: str = self.getOrDefault(self.targetCol)
        return value

    def setTargetCol(self, value: str) -> Self:
        """Column of the targets, of type string."""
        self._set(targetCol=value)
        return self

    def getPrefix(self) -> str:
        """The value of `prefix`."""
        value: str = self.getOrDefault(self.prefix)
        return value

    def setPrefix(self, value: str) -> Self:
        """Text before every source."""
        self._set(prefix=value)
        return self

    def getMaxSourceTokens(self) -> int:
        """The value of `maxSourceTokens`."""
        value: int = self.getOrDefault(self.maxSourceTokens)
        return value

    def setMaxSourceTokens(self, value: int) -> Self:
        """Longest source in tokens; longer ones are truncated."""
        self._set(maxSourceTokens=value)
        return self

    def getMaxTargetTokens(self) -> int:
        """The value of `maxTargetTokens`."""
        value: int = self.getOrDefault(self.maxTargetTokens)
        return value

    def setMaxTargetTokens(self, value: int) -> Self:
        """Longest target in tokens; longer ones are truncated."""
        self._set(maxTargetTokens=value)
        return self

    def getValidationShare(self) -> float:
        """The value of `validationShare`."""
        value: float = self.getOrDefault(self.validationShare)
        return value

    def setValidationShare(self, value: float) -> Self:
        """Share of the pairs that is held out for evaluation, from 0 to below 1."""
        self._set(validationShare=value)
        return self


class EncoderDecoderModelArguments(TypedDict, total=False):
    """Params of EncoderDecoderModel."""

    inputCol: str
    """Column of the texts to restore, of type string; <mask> stands for missing words."""
    outputCol: str
    """Column to add: the restored text."""
    spansCol: str
    """Column to add: the text for each <mask>, an array of strings."""
    alternativesCol: str
    """Column to add: the best restored texts, best first, an array of strings; their number is
    best."""
    embeddingCol: str
    """Column to add: the mean of the encoder's output over the text's tokens, an array of
    floats. With it, texts are only restored if another column is set."""
    lossCol: str
    """Column to add: the loss of the text in referenceCol, in nats per token."""
    referenceCol: str
    """Column of the wanted texts, for lossCol."""
    errorCol: str
    """Column to add: why a text was not restored; null if it was."""
    onBadText: str
    """What happens to a text that the model cannot restore, such as a null or a text that is
    too long: null (its result is null) or fail (the job fails)."""
    beams: int
    """Width of the beam search; 1 is greedy. Without it, as the model's generation_config.json
    says, otherwise as many as best."""
    best: int
    """Number of alternatives: at most beams, or that many samples."""
    temperature: float
    """Samples tokens instead of taking the best; logits are divided by it. Above 0."""
    topK: int
    """Samples from this many most probable tokens."""
    topP: float
    """Samples from the fewest tokens whose probabilities add up to this, above 0 up to 1."""
    maxLength: int
    """Longest output in tokens. Without it, as the model's generation_config.json says,
    otherwise the number of the model's positions."""
    batchRows: int
    """Texts that are restored at once, at least 1."""
    engine: str
    """What computes the model: auto, torch or dl4j."""
    device: str
    """Where the model computes: cpu, cuda or cuda:N. With Spark's GPU resources, the GPU that
    Spark assigned to the task."""
    seed: int
    """Key of the random choice of tokens."""


class EncoderDecoderModelParams(Params):
    """Params of EncoderDecoderModel."""

    inputCol: Param[str] = Param(
        Params._dummy(), "inputCol",
        "Column of the texts to restore, of type string; <mask> stands for missing words.",
        TypeConverters.toString,
    )

    outputCol: Param[str] = Param(
        Params._dummy(), "outputCol",
        "Column to add: the restored text.",
        TypeConverters.toString,
    )

    spansCol: Param[str] = Param(
        Params._dummy(), "spansCol",
        "Column to add: the text for each <mask>, an array of strings.",
        TypeConverters.toString,
    )

    alternativesCol: Param[str] = Param(
        Params._dummy(), "alternativesCol",
        "Column to add: the best restored texts, best first, an array of strings; their "
        "number is best.",
        TypeConverters.toString,
    )

    embeddingCol: Param[str] = Param(
        Params._dummy(), "embeddingCol",
        "Column to add: the mean of the encoder's output over the text's tokens, an array "
        "of floats. With it, texts are only restored if another column is set.",
        TypeConverters.toString,
    )

    lossCol: Param[str] = Param(
        Params._dummy(), "lossCol",
        "Column to add: the loss of the text in referenceCol, in nats per token.",
        TypeConverters.toString,
    )

    referenceCol: Param[str] = Param(
        Params._dummy(), "referenceCol",
        "Column of the wanted texts, for lossCol.",
        TypeConverters.toString,
    )

    errorCol: Param[str] = Param(
        Params._dummy(), "errorCol",
        "Column to add: why a text was not restored; null if it was.",
        TypeConverters.toString,
    )

    onBadText: Param[str] = Param(
        Params._dummy(), "onBadText",
        "What happens to a text that the model cannot restore, such as a null or a text "
        "that is too long: null (its result is null) or fail (the job fails).",
        TypeConverters.toString,
    )

    beams: Param[int] = Param(
        Params._dummy(), "beams",
        "Width of the beam search; 1 is greedy. Without it, as the model's "
        "generation_config.json says, otherwise as many as best.",
        TypeConverters.toInt,
    )

    best: Param[int] = Param(
        Params._dummy(), "best",
        "Number of alternatives: at most beams, or that many samples.",
        TypeConverters.toInt,
    )

    temperature: Param[float] = Param(
        Params._dummy(), "temperature",
        "Samples tokens instead of taking the best; logits are divided by it. Above 0.",
        TypeConverters.toFloat,
    )

    topK: Param[int] = Param(
        Params._dummy(), "topK",
        "Samples from this many most probable tokens.",
        TypeConverters.toInt,
    )

    topP: Param[float] = Param(
        Params._dummy(), "topP",
        "Samples from the fewest tokens whose probabilities add up to this, above 0 up to "
        "1.",
        TypeConverters.toFloat,
    )

    maxLength: Param[int] = Param(
        Params._dummy(), "maxLength",
        "Longest output in tokens. Without it, as the model's generation_config.json says, "
        "otherwise the number of the model's positions.",
        TypeConverters.toInt,
    )

    batchRows: Param[int] = Param(
        Params._dummy(), "batchRows",
        "Texts that are restored at once, at least 1.",
        TypeConverters.toInt,
    )

    engine: Param[str] = Param(
        Params._dummy(), "engine",
        "What computes the model: auto, torch or dl4j.",
        TypeConverters.toString,
    )

    device: Param[str] = Param(
        Params._dummy(), "device",
        "Where the model computes: cpu, cuda or cuda:N. With Spark's GPU resources, the GPU"
        " that Spark assigned to the task.",
        TypeConverters.toString,
    )

    seed: Param[int] = Param(
        Params._dummy(), "seed",
        "Key of the random choice of tokens.",
        TypeConverters.toInt,
    )

    def _set_defaults(self) -> None:
        self._setDefault(inputCol='text', outputCol='restored', onBadText='null', best=1,
            batchRows=16, engine='auto', device='cpu', seed=1)

    def setParams(self, **params: Unpack[EncoderDecoderModelArguments]) -> Self:
        """Sets several params."""
        given: dict[str, Any] = dict(params)
        self._set(**given)
        return self

    def getInputCol(self) -> str:
        """The value of `inputCol`."""
        value: str = self.getOrDefault(self.inputCol)
        return value

    def setInputCol(self, value: str) -> Self:
        """Column of the texts to restore, of type string; <mask> stands for missing
        words."""
        self._set(inputCol=value)
        return self

    def getOutputCol(self) -> str:
        """The value of `outputCol`."""
        value: str = self.getOrDefault(self.outputCol)
        return value

    def setOutputCol(self, value: str) -> Self:
        """Column to add: the restored text."""
        self._set(outputCol=value)
        return self

    def getSpansCol(self) -> str:
        """The value of `spansCol`."""
        value: str = self.getOrDefault(self.spansCol)
        return value

    def setSpansCol(self, value: str) -> Self:
        """Column to add: the text for each <mask>, an array of strings."""
        self._set(spansCol=value)
        return self

    def getAlternativesCol(self) -> str:
        """The value of `alternativesCol`."""
        value: str = self.getOrDefault(self.alternativesCol)
        return value

    def setAlternativesCol(self, value: str) -> Self:
        """Column to add: the best restored texts, best first, an array of strings; their
        number is best."""
        self._set(alternativesCol=value)
        return self

    def getEmbeddingCol(self) -> str:
        """The value of `embeddingCol`."""
        value: str = self.getOrDefault(self.embeddingCol)
        return value

    def setEmbeddingCol(self, value: str) -> Self:
        """Column to add: the mean of the encoder's output over the text's tokens, an array
        of floats. With it, texts are only restored if another column is set."""
        self._set(embeddingCol=value)
        return self

    def getLossCol(self) -> str:
        """The value of `lossCol`."""
        value: str = self.getOrDefault(self.lossCol)
        return value

    def setLossCol(self, value: str) -> Self:
        """Column to add: the loss of the text in referenceCol, in nats per token."""
        self._set(lossCol=value)
        return self

    def getReferenceCol(self) -> str:
        """The value of `referenceCol`."""
        value: str = self.getOrDefault(self.referenceCol)
        return value

    def setReferenceCol(self, value: str) -> Self:
        """Column of the wanted texts, for lossCol."""
        self._set(referenceCol=value)
        return self

    def getErrorCol(self) -> str:
        """The value of `errorCol`."""
        value: str = self.getOrDefault(self.errorCol)
        return value

    def setErrorCol(self, value: str) -> Self:
        """Column to add: why a text was not restored; null if it was."""
        self._set(errorCol=value)
        return self

    def getOnBadText(self) -> str:
        """The value of `onBadText`."""
        value: str = self.getOrDefault(self.onBadText)
        return value

    def setOnBadText(self, value: str) -> Self:
        """What happens to a text that the model cannot restore, such as a null or a text
        that is too long: null (its result is null) or fail (the job fails)."""
        self._set(onBadText=value)
        return self

    def getBeams(self) -> int:
        """The value of `beams`."""
        value: int = self.getOrDefault(self.beams)
        return value

    def setBeams(self, value: int) -> Self:
        """Width of the beam search; 1 is greedy. Without it, as the model's
        generation_config.json says, otherwise as many as best."""
        self._set(beams=value)
        return self

    def getBest(self) -> int:
        """The value of `best`."""
        value: int = self.getOrDefault(self.best)
        return value

    def setBest(self, value: int) -> Self:
        """Number of alternatives: at most beams, or that many samples."""
        self._set(best=value)
        return self

    def getTemperature(self) -> float:
        """The value of `temperature`."""
        value: float = self.getOrDefault(self.temperature)
        return value

    def setTemperature(self, value: float) -> Self:
        """Samples tokens instead of taking the best; logits are divided by it. Above 0."""
        self._set(temperature=value)
        return self

    def getTopK(self) -> int:
        """The value of `topK`."""
        value: int = self.getOrDefault(self.topK)
        return value

    def setTopK(self, value: int) -> Self:
        """Samples from this many most probable tokens."""
        self._set(topK=value)
        return self

    def getTopP(self) -> float:
        """The value of `topP`."""
        value: float = self.getOrDefault(self.topP)
        return value

    def setTopP(self, value: float) -> Self:
        """Samples from the fewest tokens whose probabilities add up to this, above 0 up to
        1."""
        self._set(topP=value)
        return self

    def getMaxLength(self) -> int:
        """The value of `maxLength`."""
        value: int = self.getOrDefault(self.maxLength)
        return value

    def setMaxLength(self, value: int) -> Self:
        """Longest output in tokens. Without it, as the model's generation_config.json says,
        otherwise the number of the model's positions."""
        self._set(maxLength=value)
        return self

    def getBatchRows(self) -> int:
        """The value of `batchRows`."""
        value: int = self.getOrDefault(self.batchRows)
        return value

    def setBatchRows(self, value: int) -> Self:
        """Texts that are restored at once, at least 1."""
        self._set(batchRows=value)
        return self

    def getEngine(self) -> str:
        """The value of `engine`."""
        value: str = self.getOrDefault(self.engine)
        return value

    def setEngine(self, value: str) -> Self:
        """What computes the model: auto, torch or dl4j."""
        self._set(engine=value)
        return self

    def getDevice(self) -> str:
        """The value of `device`."""
        value: str = self.getOrDefault(self.device)
        return value

    def setDevice(self, value: str) -> Self:
        """Where the model computes: cpu, cuda or cuda:N. With Spark's GPU resources, the
        GPU that Spark assigned to the task."""
        self._set(device=value)
        return self

    def getSeed(self) -> int:
        """The value of `seed`."""
        value: int = self.getOrDefault(self.seed)
        return value

    def setSeed(self, value: int) -> Self:
        """Key of the random choice of tokens."""
        self._set(seed=value)
        return self


class TextCorruptorArguments(TypedDict, total=False):
    """Params of TextCorruptor."""

    inputCol: str
    """Column of the texts to corrupt, of type string."""
    objective: str
    """How text is corrupted: a preset such as bart or t5, a T5 name, or an object in HOCON."""
    tokenizerPath: str
    """A tokenizer.json, or a folder with one, such as a model, a corpus, or the folder of a
    run."""
    seed: int
    """Key of the noise."""
    epoch: int
    """Pass over the data; each one corrupts a text differently."""
    maxTokens: int
    """Longest text in tokens; longer ones are truncated."""
    sourceCol: str
    """Column to add: what the encoder reads, as text."""
    targetCol: str
    """Column to add: what the decoder must predict, as text."""
    sourceIdsCol: str
    """Column to add: token ids of the source, an array of integers."""
    targetIdsCol: str
    """Column to add: token ids of the target, an array of integers."""
    rolesCol: str
    """Column to add: the role of each target position, an array of integers: 0 kept, 1
    corrupted, 2 moved, 3 a special token."""
    lostTokensCol: str
    """Column to add: the number of target tokens that the noise removed or replaced in the
    source."""
    htmlCol: str
    """Column to add: source and target as HTML that shows the corruption in colors."""


class TextCorruptorParams(Params):
    """Params of TextCorruptor."""

    inputCol: Param[str] = Param(
        Params._dummy(), "inputCol",
        "Column of the texts to corrupt, of type string.",
        TypeConverters.toString,
    )

    objective: Param[str] = Param(
        Params._dummy(), "objective",
        "How text is corrupted: a preset such as bart or t5, a T5 name, or an object in "
        "HOCON.",
        TypeConverters.toString,
    )

    tokenizerPath: Param[str] = Param(
        Params._dummy(), "tokenizerPath",
        "A tokenizer.json, or a folder with one, such as a model, a corpus, or the folder "
        "of a run.",
        TypeConverters.toString,
    )

    seed: Param[int] = Param(
        Params._dummy(), "seed",
        "Key of the noise.",
        TypeConverters.toInt,
    )

    epoch: Param[int] = Param(
        Params._dummy(), "epoch",
        "Pass over the data; each one corrupts a text differently.",
        TypeConverters.toInt,
    )

    maxTokens: Param[int] = Param(
        Params._dummy(), "maxTokens",
        "Longest text in tokens; longer ones are truncated.",
        TypeConverters.toInt,
    )

    sourceCol: Param[str] = Param(
        Params._dummy(), "sourceCol",
        "Column to add: what the encoder reads, as text.",
        TypeConverters.toString,
    )

    targetCol: Param[str] = Param(
        Params._dummy(), "targetCol",
        "Column to add: what the decoder must predict, as text.",
        TypeConverters.toString,
    )

    sourceIdsCol: Param[str] = Param(
        Params._dummy(), "sourceIdsCol",
        "Column to add: token ids of the source, an array of integers.",
        TypeConverters.toString,
    )

    targetIdsCol: Param[str] = Param(
        Params._dummy(), "targetIdsCol",
        "Column to add: token ids of the target, an array of integers.",
        TypeConverters.toString,
    )

    rolesCol: Param[str] = Param(
        Params._dummy(), "rolesCol",
        "Column to add: the role of each target position, an array of integers: 0 kept, 1 "
        "corrupted, 2 moved, 3 a special token.",
        TypeConverters.toString,
    )

    lostTokensCol: Param[str] = Param(
        Params._dummy(), "lostTokensCol",
        "Column to add: the number of target tokens that the noise removed or replaced in "
        "the source.",
        TypeConverters.toString,
    )

    htmlCol: Param[str] = Param(
        Params._dummy(), "htmlCol",
        "Column to add: source and target as HTML that shows the corruption in colors.",
        TypeConverters.toString,
    )

    def _set_defaults(self) -> None:
        self._setDefault(inputCol='text', objective='bart', seed=1, epoch=0, maxTokens=512,
            sourceCol='source', targetCol='target')

    def setParams(self, **params: Unpack[TextCorruptorArguments]) -> Self:
        """Sets several params."""
        given: dict[str, Any] = dict(params)
        self._set(**given)
        return self

    def getInputCol(self) -> str:
        """The value of `inputCol`."""
        value: str = self.getOrDefault(self.inputCol)
        return value

    def setInputCol(self, value: str) -> Self:
        """Column of the texts to corrupt, of type string."""
        self._set(inputCol=value)
        return self

    def getObjective(self) -> str:
        """The value of `objective`."""
        value: str = self.getOrDefault(self.objective)
        return value

    def setObjective(self, value: str) -> Self:
        """How text is corrupted: a preset such as bart or t5, a T5 name, or an object in
        HOCON."""
        self._set(objective=value)
        return self

    def getTokenizerPath(self) -> str:
        """The value of `tokenizerPath`."""
        value: str = self.getOrDefault(self.tokenizerPath)
        return value

    def setTokenizerPath(self, value: str) -> Self:
        """A tokenizer.json, or a folder with one, such as a model, a corpus, or the folder
        of a run."""
        self._set(tokenizerPath=value)
        return self

    def getSeed(self) -> int:
        """The value of `seed`."""
        value: int = self.getOrDefault(self.seed)
        return value

    def setSeed(self, value: int) -> Self:
        """Key of the noise."""
        self._set(seed=value)
        return self

    def getEpoch(self) -> int:
        """The value of `epoch`."""
        value: int = self.getOrDefault(self.epoch)
        return value

    def setEpoch(self, value: int) -> Self:
        """Pass over the data; each one corrupts a text differently."""
        self._set(epoch=value)
        return self

    def getMaxTokens(self) -> int:
        """The value of `maxTokens`."""
        value: int = self.getOrDefault(self.maxTokens)
        return value

    def setMaxTokens(self, value: int) -> Self:
        """Longest text in tokens; longer ones are truncated."""
        self._set(maxTokens=value)
        return self

    def getSourceCol(self) -> str:
        """The value of `sourceCol`."""
        value: str = self.getOrDefault(self.sourceCol)
        return value

    def setSourceCol(self, value: str) -> Self:
        """Column to add: what the encoder reads, as text."""
        self._set(sourceCol=value)
        return self

    def getTargetCol(self) -> str:
        """The value of `targetCol`."""
        value: str = self.getOrDefault(self.targetCol)
        return value

    def setTargetCol(self, value: str) -> Self:
        """Column to add: what the decoder must predict, as text."""
        self._set(targetCol=value)
        return self

    def getSourceIdsCol(self) -> str:
        """The value of `sourceIdsCol`."""
        value: str = self.getOrDefault(self.sourceIdsCol)
        return value

    def setSourceIdsCol(self, value: str) -> Self:
        """Column to add: token ids of the source, an array of integers."""
        self._set(sourceIdsCol=value)
        return self

    def getTargetIdsCol(self) -> str:
        """The value of `targetIdsCol`."""
        value: str = self.getOrDefault(self.targetIdsCol)
        return value

    def setTargetIdsCol(self, value: str) -> Self:
        """Column to add: token ids of the target, an array of integers."""
        self._set(targetIdsCol=value)
        return self

    def getRolesCol(self) -> str:
        """The value of `rolesCol`."""
        value: str = self.getOrDefault(self.rolesCol)
        return value

    def setRolesCol(self, value: str) -> Self:
        """Column to add: the role of each target position, an array of integers: 0 kept, 1
        corrupted, 2 moved, 3 a special token."""
        self._set(rolesCol=value)
        return self

    def getLostTokensCol(self) -> str:
        """The value of `lostTokensCol`."""
        value: str = self.getOrDefault(self.lostTokensCol)
        return value

    def setLostTokensCol(self, value: str) -> Self:
        """Column to add: the number of target tokens that the noise removed or replaced in
        the source."""
        self._set(lostTokensCol=value)
        return self

    def getHtmlCol(self) -> str:
        """The value of `htmlCol`."""
        value: str = self.getOrDefault(self.htmlCol)
        return value

    def setHtmlCol(self, value: str) -> Self:
        """Column to add: source and target as HTML that shows the corruption in colors."""
        self._set(htmlCol=value)
        return self


class ReconstructionEvaluatorArguments(TypedDict, total=False):
    """Params of ReconstructionEvaluator."""

    predictionCol: str
    """Column of the texts to score, of type string."""
    referenceCol: str
    """Column of the wanted texts, of type string."""
    metricName: str
    """The score: exactMatch, tokenF1, rougeL (each from 0 to 1), or bleu (0 to 100)."""


class ReconstructionEvaluatorParams(Params):
    """Params of ReconstructionEvaluator."""

    predictionCol: Param[str] = Param(
        Params._dummy(), "predictionCol",
        "Column of the texts to score, of type string.",
        TypeConverters.toString,
    )

    referenceCol: Param[str] = Param(
        Params._dummy(), "referenceCol",
        "Column of the wanted texts, of type string.",
        TypeConverters.toString,
    )

    metricName: Param[str] = Param(
        Params._dummy(), "metricName",
        "The score: exactMatch, tokenF1, rougeL (each from 0 to 1), or bleu (0 to 100).",
        TypeConverters.toString,
    )

    def _set_defaults(self) -> None:
        self._setDefault(predictionCol='restored', referenceCol='text', metricName='tokenF1')

    def setParams(self, **params: Unpack[ReconstructionEvaluatorArguments]) -> Self:
        """Sets several params."""
        given: dict[str, Any] = dict(params)
        self._set(**given)
        return self

    def getPredictionCol(self) -> str:
        """The value of `predictionCol`."""
        value: str = self.getOrDefault(self.predictionCol)
        return value

    def setPredictionCol(self, value: str) -> Self:
        """Column of the texts to score, of type string."""
        self._set(predictionCol=value)
        return self

    def getReferenceCol(self) -> str:
        """The value of `referenceCol`."""
        value: str = self.getOrDefault(self.referenceCol)
        return value

    def setReferenceCol(self, value: str) -> Self:
        """Column of the wanted texts, of type string."""
        self._set(referenceCol=value)
        return self

    def getMetricName(self) -> str:
        """The value of `metricName`."""
        value: str = self.getOrDefault(self.metricName)
        return value

    def setMetricName(self, value: str) -> Self:
        """The score: exactMatch, tokenF1, rougeL (each from 0 to 1), or bleu (0 to 100)."""
        self._set(metricName=value)
        return self
