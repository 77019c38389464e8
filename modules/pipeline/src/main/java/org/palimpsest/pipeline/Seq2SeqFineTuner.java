package org.palimpsest.pipeline;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.palimpsest.training.config.Recipe;

/**
 * Fine-tunes a model on a DataFrame of pairs of texts.
 *
 * <pre>{@code
 * EncoderDecoderModel corrector =
 *     new Seq2SeqFineTuner()
 *         .setRunDir("runs/corrector")
 *         .setFromModel("runs/notes")
 *         .setSourceCol("typed")
 *         .setTargetCol("meant")
 *         .setMaxSteps(300)
 *         .fit(pairs);
 * }</pre>
 *
 * <p>The pairs are encoded in the folder of the run. The next fit with the same pairs uses them;
 * with other pairs it is refused.
 */
public final class Seq2SeqFineTuner extends TrainingEstimator<Seq2SeqFineTuner> {
  private static final long serialVersionUID = 1L;
  private static final String STAGE = "Seq2SeqFineTuner";

  public Seq2SeqFineTuner() {
    this(Uids.random(STAGE));
  }

  public Seq2SeqFineTuner(String uid) {
    super(uid, STAGE);
  }

  @Override
  TrainingData data(Dataset<?> data, Recipe recipe) {
    return TrainingData.pairs(
        data, inputColumn(recipe), recipe.section("finetune").getString("target-field"));
  }

  @Override
  String inputColumn(Recipe recipe) {
    return recipe.section("finetune").getString("source-field");
  }

  @Override
  PreparedRun prepare(TrainingData data, Recipe recipe) {
    return new PairRun(data, recipe, isFresh()).open();
  }

  @Override
  Seq2SeqFineTuner self() {
    return this;
  }

  @Override
  public Seq2SeqFineTuner copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  public static MLReader<Seq2SeqFineTuner> read() {
    return new DefaultParamsReader<>();
  }

  public static Seq2SeqFineTuner load(String path) {
    return read().load(path);
  }

  /**
   * The model to begin with: a Hugging Face folder, a saved EncoderDecoderModel, or the folder of a
   * run.
   */
  public Seq2SeqFineTuner setFromModel(String value) {
    return with("fromModel", value);
  }

  public Param<String> fromModel() {
    return params.text("fromModel");
  }

  /** Column of the sources, of type string. */
  public Seq2SeqFineTuner setSourceCol(String value) {
    return with("sourceCol", value);
  }

  public Param<String> sourceCol() {
    return params.text("sourceCol");
  }

  /** Column of the targets, of type string. */
  public Seq2SeqFineTuner setTargetCol(String value) {
    return with("targetCol", value);
  }

  public Param<String> targetCol() {
    return params.text("targetCol");
  }

  /** Text before every source. */
  public Seq2SeqFineTuner setPrefix(String value) {
    return with("prefix", value);
  }

  public Param<String> prefix() {
    return params.text("prefix");
  }

  /** Longest source in tokens; longer ones are truncated. */
  public Seq2SeqFineTuner setMaxSourceTokens(long value) {
    return with("maxSourceTokens", value);
  }

  public LongParam maxSourceTokens() {
    return params.whole("maxSourceTokens");
  }

  /** Longest target in tokens; longer ones are truncated. */
  public Seq2SeqFineTuner setMaxTargetTokens(long value) {
    return with("maxTargetTokens", value);
  }

  public LongParam maxTargetTokens() {
    return params.whole("maxTargetTokens");
  }

  /** Share of the pairs that is held out for evaluation, from 0 to below 1. */
  public Seq2SeqFineTuner setValidationShare(double value) {
    return with("validationShare", value);
  }

  public DoubleParam validationShare() {
    return params.number("validationShare");
  }
}
