package org.palimpsest.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.HasTrainingSummary;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.evaluation.inference.Generation;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.pipeline.failure.NamedFailures;
import org.palimpsest.pipeline.restore.Output;
import org.palimpsest.pipeline.restore.RestoreStage;
import org.palimpsest.training.config.Recipe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * A trained encoder-decoder model. {@link #transform} adds the texts that it restores or generates
 * to a DataFrame, also to a stream.
 *
 * <p>A saved model is a Hugging Face folder too: {@code from_pretrained} of transformers loads it.
 */
public final class EncoderDecoderModel extends DecodingParams
    implements MLWritable, HasTrainingSummary<TrainingHistory> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(EncoderDecoderModel.class);

  /** Params and history, generously. */
  private static final long STAGE_BYTES = 1 << 20;

  private final transient Optional<TrainedModel> model;
  private transient Option<TrainingHistory> history;

  /** Creates a model without parameters, which only says what columns it will add. */
  public EncoderDecoderModel() {
    this(Uids.random(STAGE));
  }

  /** As {@link #EncoderDecoderModel()}, for readers. */
  public EncoderDecoderModel(String uid) {
    this(uid, Optional.empty(), Option.empty());
  }

  EncoderDecoderModel(String uid, Optional<TrainedModel> model, Option<TrainingHistory> history) {
    super(uid);
    this.model = model;
    this.history = history;
  }

  /**
   * The model in a Hugging Face folder of BART, T5 or their relatives, on any Hadoop file system.
   *
   * @throws PalimpsestException of kind INPUT if there is none, or another kind of model
   */
  public static EncoderDecoderModel pretrained(String path) {
    Configuration hadoop = SparkSession.active().sparkContext().hadoopConfiguration();
    return new EncoderDecoderModel(
        Uids.random(STAGE),
        Optional.of(NamedFailures.of(() -> TrainedModel.folder(new Path(path), hadoop))),
        Option.empty());
  }

  /** This model as the child of the estimator that trained it. */
  EncoderDecoderModel of(TrainingEstimator<?> estimator, Recipe recipe) {
    setInputCol(estimator.inputColumn(recipe));
    return setParent(estimator);
  }

  /** This model with another one's parameters. */
  EncoderDecoderModel loaded(TrainedModel other, Option<TrainingHistory> summary) {
    EncoderDecoderModel loaded = new EncoderDecoderModel(uid(), Optional.of(other), summary);
    return copyValues(loaded, ParamMap.empty());
  }

  TrainedModel trained() {
    return model.orElseThrow(
        () ->
            PalimpsestException.configuration(
                "This EncoderDecoderModel has no parameters: get one from fit, load or"
                    + " pretrained."));
  }

  @Override
  EncoderDecoderModel with(String name, Object value) {
    set(params.param(name), value);
    return this;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    return NamedFailures.of(() -> restored(data));
  }

  private Dataset<Row> restored(Dataset<?> data) {
    StructType schema = transformSchema(data.schema());
    TrainedModel trained = trained();
    RestoreStage stage =
        RestoreStage.of(
            trained,
            settings(generation(trained)),
            data.schema().fieldIndex(getOrDefault(inputCol())),
            reference(data.schema()),
            outputs().values().stream().toList(),
            data.sparkSession().sparkContext().hadoopConfiguration());
    return data.toDF().mapPartitions(stage, Encoders.row(schema));
  }

  private static Generation generation(TrainedModel trained) {
    Generation stated = Generation.of(trained);
    stated.unused().ifPresent(sentence -> LOG.warn("{}", sentence));
    return stated;
  }

  private Optional<Integer> reference(StructType schema) {
    return isDefined(lossCol())
        ? Optional.of(schema.fieldIndex(getOrDefault(referenceCol())))
        : Optional.empty();
  }

  /** The columns to add, with what they hold. */
  private Map<String, Output> outputs() {
    Map<String, Output> outputs = new LinkedHashMap<>();
    outputs.put("outputCol", Output.TEXT);
    outputs.put("spansCol", Output.SPANS);
    outputs.put("alternativesCol", Output.ALTERNATIVES);
    outputs.put("embeddingCol", Output.EMBEDDING);
    outputs.put("lossCol", Output.LOSS);
    outputs.put("errorCol", Output.ERROR);
    outputs.keySet().removeIf(param -> params.value(this, param).isEmpty());
    if (isDefined(embeddingCol()) && !isSet(outputCol())) {
      outputs.remove("outputCol");
    }
    return outputs;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    Columns.requireText(schema, getOrDefault(inputCol()), "inputCol");
    if (isDefined(lossCol())) {
      if (!isDefined(referenceCol())) {
        throw PalimpsestException.configuration(
            "lossCol needs the wanted texts: set referenceCol to their column.");
      }
      Columns.requireText(schema, getOrDefault(referenceCol()), "referenceCol");
    }
    StructType extended = schema;
    for (Map.Entry<String, Output> output : outputs().entrySet()) {
      String name = (String) getOrDefault(params.param(output.getKey()));
      extended = Columns.added(extended, name, output.getKey(), output.getValue().type());
    }
    return extended;
  }

  @Override
  public EncoderDecoderModel copy(ParamMap extra) {
    EncoderDecoderModel copied = new EncoderDecoderModel(uid(), model, history);
    return copyValues(copied, extra).setParent(parent());
  }

  @Override
  public Option<TrainingHistory> trainingSummary() {
    return history;
  }

  @Override
  public void trainingSummary_$eq(Option<TrainingHistory> summary) {
    history = summary;
  }

  /** Writes the summary into a folder of the driver's machine. Spark 3.5 has no such method. */
  @SuppressWarnings("MissingOverride")
  public void saveSummary(String path) {
    summary().write(ModelPointer.local(path));
  }

  /** Reads what {@link #saveSummary} wrote. Spark 3.5 has no such method. */
  @SuppressWarnings("MissingOverride")
  public void loadSummary(String path, Dataset<Row> data) {
    history = Option.apply(TrainingHistory.read(ModelPointer.local(path)));
  }

  /** Bytes of this object; the parameters are not among them. Spark 3.5 has no such method. */
  @SuppressWarnings("MissingOverride")
  public long estimatedSize() {
    return STAGE_BYTES + model.map(trained -> (long) trained.tokenizer().json().length).orElse(0L);
  }

  @Override
  public MLWriter write() {
    return new ModelWriter(this);
  }

  public static MLReader<EncoderDecoderModel> read() {
    return new ModelReader();
  }

  /** A model that was saved, or one in a Hugging Face folder. */
  public static EncoderDecoderModel load(String path) {
    return read().load(path);
  }
}
