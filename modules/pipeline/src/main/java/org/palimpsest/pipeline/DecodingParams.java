package org.palimpsest.pipeline;

import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.evaluation.inference.Generation;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Sampling;
import org.palimpsest.pipeline.restore.RestoreSettings;
import org.palimpsest.pipeline.restore.RestoreSettings.Decoding;

/** The params of an {@link EncoderDecoderModel}: its columns, and how it generates text. */
public abstract class DecodingParams extends Model<EncoderDecoderModel> {
  private static final long serialVersionUID = 1L;
  static final String STAGE = "EncoderDecoderModel";

  private final String uid;
  final ParamSet params;

  DecodingParams(String uid) {
    this.uid = uid;
    params = new ParamSet(this, STAGE);
    params.setDefaults(this, STAGE);
  }

  abstract EncoderDecoderModel with(String name, Object value);

  /** What these params say, checked. */
  final RestoreSettings settings(Generation stated) {
    Decoding decoding =
        new Decoding(
            stated,
            given("maxLength"),
            given("beams"),
            count("best"),
            isSet(temperature()) || isSet(topK()) || isSet(topP()) ? sampling() : null);
    DecodingOptions unused = decoding.options();
    if (count("batchRows") < 1) {
      throw PalimpsestException.configuration("batchRows must be at least 1: raise it.");
    }
    return new RestoreSettings(
        new RestoreSettings.Place(getOrDefault(engine()), getOrDefault(device())),
        decoding,
        count("batchRows"),
        Choices.of("onBadText", getOrDefault(onBadText()), "null", "fail").equals("fail")
            ? RestoreSettings.BadText.FAIL
            : RestoreSettings.BadText.NULL);
  }

  private Sampling sampling() {
    return new Sampling(
        (Double) params.value(this, "temperature").orElse(1.0),
        ((Long) params.value(this, "topK").orElse(0L)).intValue(),
        (Double) params.value(this, "topP").orElse(1.0),
        (Long) getOrDefault(params.param("seed")));
  }

  /** The value that was set; null if none was. */
  private Integer given(String name) {
    Long value = (Long) params.explicit(this).get(name);
    return value == null ? null : Math.toIntExact(value);
  }

  private int count(String name) {
    return Math.toIntExact((Long) getOrDefault(params.param(name)));
  }

  @Override
  public final String uid() {
    return uid;
  }

  @Override
  public final Param<?>[] params() {
    return params.all();
  }

  /** Column of the texts to restore, of type string; {@code <mask>} stands for missing words. */
  public EncoderDecoderModel setInputCol(String value) {
    return with("inputCol", value);
  }

  public Param<String> inputCol() {
    return params.text("inputCol");
  }

  /** Column to add: the restored text. */
  public EncoderDecoderModel setOutputCol(String value) {
    return with("outputCol", value);
  }

  public Param<String> outputCol() {
    return params.text("outputCol");
  }

  /** Column to add: the text for each {@code <mask>}, an array of strings. */
  public EncoderDecoderModel setSpansCol(String value) {
    return with("spansCol", value);
  }

  public Param<String> spansCol() {
    return params.text("spansCol");
  }

  /**
   * Column to add: the best restored texts, best first, an array of strings; their number is best.
   */
  public EncoderDecoderModel setAlternativesCol(String value) {
    return with("alternativesCol", value);
  }

  public Param<String> alternativesCol() {
    return params.text("alternativesCol");
  }

  /**
   * Column to add: the mean of the encoder's output over the text's tokens, an array of floats.
   * With it, texts are only restored if another column is set.
   */
  public EncoderDecoderModel setEmbeddingCol(String value) {
    return with("embeddingCol", value);
  }

  public Param<String> embeddingCol() {
    return params.text("embeddingCol");
  }

  /** Column to add: the loss of the text in referenceCol, in nats per token. */
  public EncoderDecoderModel setLossCol(String value) {
    return with("lossCol", value);
  }

  public Param<String> lossCol() {
    return params.text("lossCol");
  }

  /** Column of the wanted texts, for lossCol. */
  public EncoderDecoderModel setReferenceCol(String value) {
    return with("referenceCol", value);
  }

  public Param<String> referenceCol() {
    return params.text("referenceCol");
  }

  /** Column to add: why a text was not restored; null if it was. */
  public EncoderDecoderModel setErrorCol(String value) {
    return with("errorCol", value);
  }

  public Param<String> errorCol() {
    return params.text("errorCol");
  }

  /**
   * What happens to a text that the model cannot restore, such as a null or a text that is too
   * long: null (its result is null) or fail (the job fails).
   */
  public EncoderDecoderModel setOnBadText(String value) {
    return with("onBadText", value);
  }

  public Param<String> onBadText() {
    return params.text("onBadText");
  }

  /**
   * Width of the beam search; 1 is greedy. Without it, as the model's generation_config.json says,
   * otherwise as many as best.
   */
  public EncoderDecoderModel setBeams(long value) {
    return with("beams", value);
  }

  public LongParam beams() {
    return params.whole("beams");
  }

  /** Number of alternatives: at most beams, or that many samples. */
  public EncoderDecoderModel setBest(long value) {
    return with("best", value);
  }

  public LongParam best() {
    return params.whole("best");
  }

  /** Samples tokens instead of taking the best; logits are divided by it. Above 0. */
  public EncoderDecoderModel setTemperature(double value) {
    return with("temperature", value);
  }

  public DoubleParam temperature() {
    return params.number("temperature");
  }

  /** Samples from this many most probable tokens. */
  public EncoderDecoderModel setTopK(long value) {
    return with("topK", value);
  }

  public LongParam topK() {
    return params.whole("topK");
  }

  /** Samples from the fewest tokens whose probabilities add up to this, above 0 up to 1. */
  public EncoderDecoderModel setTopP(double value) {
    return with("topP", value);
  }

  public DoubleParam topP() {
    return params.number("topP");
  }

  /**
   * Longest output in tokens. Without it, as the model's generation_config.json says, otherwise the
   * number of the model's positions.
   */
  public EncoderDecoderModel setMaxLength(long value) {
    return with("maxLength", value);
  }

  public LongParam maxLength() {
    return params.whole("maxLength");
  }

  /** Texts that are restored at once, at least 1. */
  public EncoderDecoderModel setBatchRows(long value) {
    return with("batchRows", value);
  }

  public LongParam batchRows() {
    return params.whole("batchRows");
  }

  /** What computes the model: auto, torch or dl4j. */
  public EncoderDecoderModel setEngine(String value) {
    return with("engine", value);
  }

  public Param<String> engine() {
    return params.text("engine");
  }

  /**
   * Where the model computes: cpu, cuda or cuda:N. With Spark's GPU resources, the GPU that Spark
   * assigned to the task.
   */
  public EncoderDecoderModel setDevice(String value) {
    return with("device", value);
  }

  public Param<String> device() {
    return params.text("device");
  }

  /** Key of the random choice of tokens. */
  public EncoderDecoderModel setSeed(long value) {
    return with("seed", value);
  }

  public LongParam seed() {
    return params.whole("seed");
  }
}
