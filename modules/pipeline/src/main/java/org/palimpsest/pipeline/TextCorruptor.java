package org.palimpsest.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.pipeline.corrupt.CorruptStage;
import org.palimpsest.pipeline.corrupt.CorruptedColumn;
import org.palimpsest.pipeline.failure.NamedFailures;

/**
 * Corrupts the texts of a DataFrame as a training does: adds what the encoder reads and what the
 * decoder must predict. The noise is a function of the text, the seed and the epoch, whatever the
 * partitions.
 */
public final class TextCorruptor extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;
  private static final String STAGE = "TextCorruptor";

  private final String uid;
  private final ParamSet params;

  public TextCorruptor() {
    this(Uids.random(STAGE));
  }

  public TextCorruptor(String uid) {
    this.uid = uid;
    params = new ParamSet(this, STAGE);
    params.setDefaults(this, STAGE);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    return NamedFailures.of(() -> corrupted(data));
  }

  private Dataset<Row> corrupted(Dataset<?> data) {
    StructType schema = transformSchema(data.schema());
    Objective objective = Objectives.parse(StageRecipe.objective(getOrDefault(objective())));
    CorruptStage stage =
        new CorruptStage(
            Tokenizers.of(
                params.value(this, "tokenizerPath"),
                data.sparkSession().sparkContext().hadoopConfiguration()),
            objective,
            new CorruptStage.Noise(count("seed"), count("epoch")),
            Math.toIntExact(count("maxTokens")),
            data.schema().fieldIndex(getOrDefault(inputCol())),
            columns().values().stream().toList());
    return data.toDF().mapPartitions(stage.checked(), Encoders.row(schema));
  }

  private long count(String name) {
    return (Long) getOrDefault(params.param(name));
  }

  /** The columns to add, with what they hold. */
  private Map<String, CorruptedColumn> columns() {
    Map<String, CorruptedColumn> columns = new LinkedHashMap<>();
    columns.put("sourceCol", CorruptedColumn.SOURCE);
    columns.put("targetCol", CorruptedColumn.TARGET);
    columns.put("sourceIdsCol", CorruptedColumn.SOURCE_IDS);
    columns.put("targetIdsCol", CorruptedColumn.TARGET_IDS);
    columns.put("rolesCol", CorruptedColumn.ROLES);
    columns.put("lostTokensCol", CorruptedColumn.LOST_TOKENS);
    columns.put("htmlCol", CorruptedColumn.HTML);
    columns.keySet().removeIf(param -> params.value(this, param).isEmpty());
    return columns;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    Columns.requireText(schema, getOrDefault(inputCol()), "inputCol");
    StructType extended = schema;
    for (Map.Entry<String, CorruptedColumn> column : columns().entrySet()) {
      String name = (String) getOrDefault(params.param(column.getKey()));
      extended = Columns.added(extended, name, column.getKey(), column.getValue().type());
    }
    return extended;
  }

  private TextCorruptor with(String name, Object value) {
    set(params.param(name), value);
    return this;
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public Param<?>[] params() {
    return params.all();
  }

  @Override
  public TextCorruptor copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  @Override
  public MLWriter write() {
    return DefaultParamsWritable.super.write();
  }

  public static MLReader<TextCorruptor> read() {
    return new DefaultParamsReader<>();
  }

  public static TextCorruptor load(String path) {
    return read().load(path);
  }

  /** Column of the texts to corrupt, of type string. */
  public TextCorruptor setInputCol(String value) {
    return with("inputCol", value);
  }

  public Param<String> inputCol() {
    return params.text("inputCol");
  }

  /** How text is corrupted: a preset such as bart or t5, a T5 name, or an object in HOCON. */
  public TextCorruptor setObjective(String value) {
    return with("objective", value);
  }

  public Param<String> objective() {
    return params.text("objective");
  }

  /** A tokenizer.json, or a folder with one, such as a model, a corpus, or the folder of a run. */
  public TextCorruptor setTokenizerPath(String value) {
    return with("tokenizerPath", value);
  }

  public Param<String> tokenizerPath() {
    return params.text("tokenizerPath");
  }

  /** Key of the noise. */
  public TextCorruptor setSeed(long value) {
    return with("seed", value);
  }

  public LongParam seed() {
    return params.whole("seed");
  }

  /** Pass over the data; each one corrupts a text differently. */
  public TextCorruptor setEpoch(long value) {
    return with("epoch", value);
  }

  public LongParam epoch() {
    return params.whole("epoch");
  }

  /** Longest text in tokens; longer ones are truncated. */
  public TextCorruptor setMaxTokens(long value) {
    return with("maxTokens", value);
  }

  public LongParam maxTokens() {
    return params.whole("maxTokens");
  }

  /** Column to add: what the encoder reads, as text. */
  public TextCorruptor setSourceCol(String value) {
    return with("sourceCol", value);
  }

  public Param<String> sourceCol() {
    return params.text("sourceCol");
  }

  /** Column to add: what the decoder must predict, as text. */
  public TextCorruptor setTargetCol(String value) {
    return with("targetCol", value);
  }

  public Param<String> targetCol() {
    return params.text("targetCol");
  }

  /** Column to add: token ids of the source, an array of integers. */
  public TextCorruptor setSourceIdsCol(String value) {
    return with("sourceIdsCol", value);
  }

  public Param<String> sourceIdsCol() {
    return params.text("sourceIdsCol");
  }

  /** Column to add: token ids of the target, an array of integers. */
  public TextCorruptor setTargetIdsCol(String value) {
    return with("targetIdsCol", value);
  }

  public Param<String> targetIdsCol() {
    return params.text("targetIdsCol");
  }

  /**
   * Column to add: the role of each target position, an array of integers: 0 kept, 1 corrupted, 2
   * moved, 3 a special token.
   */
  public TextCorruptor setRolesCol(String value) {
    return with("rolesCol", value);
  }

  public Param<String> rolesCol() {
    return params.text("rolesCol");
  }

  /**
   * Column to add: the number of target tokens that the noise removed or replaced in the source.
   */
  public TextCorruptor setLostTokensCol(String value) {
    return with("lostTokensCol", value);
  }

  public Param<String> lostTokensCol() {
    return params.text("lostTokensCol");
  }

  /** Column to add: source and target as HTML that shows the corruption in colors. */
  public TextCorruptor setHtmlCol(String value) {
    return with("htmlCol", value);
  }

  public Param<String> htmlCol() {
    return params.text("htmlCol");
  }
}
