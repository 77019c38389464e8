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
 * Pre-trains a model by denoising, on a DataFrame of texts.
 *
 * <pre>{@code
 * EncoderDecoderModel model =
 *     new DenoisingPretrainer()
 *         .setRunDir("runs/notes")
 *         .setTextCol("text")
 *         .setObjective("bart")
 *         .setModelPreset("small")
 *         .setMaxSteps(1000)
 *         .fit(texts);
 * }</pre>
 *
 * <p>The texts are prepared as a corpus in the folder of the run. The next fit with the same texts
 * uses it; with other texts it is refused.
 */
public final class DenoisingPretrainer extends TrainingEstimator<DenoisingPretrainer> {
  private static final long serialVersionUID = 1L;
  private static final String STAGE = "DenoisingPretrainer";

  public DenoisingPretrainer() {
    this(Uids.random(STAGE));
  }

  public DenoisingPretrainer(String uid) {
    super(uid, STAGE);
  }

  @Override
  TrainingData data(Dataset<?> data, Recipe recipe) {
    return TrainingData.texts(
        data, inputColumn(recipe), recipe.section("corpus").getString("id-field"));
  }

  @Override
  String inputColumn(Recipe recipe) {
    return recipe.section("corpus").getString("text-field");
  }

  @Override
  PreparedRun prepare(TrainingData data, Recipe recipe) {
    return new TextRun(data, recipe, isFresh()).open();
  }

  @Override
  DenoisingPretrainer self() {
    return this;
  }

  @Override
  public DenoisingPretrainer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  public static MLReader<DenoisingPretrainer> read() {
    return new DefaultParamsReader<>();
  }

  public static DenoisingPretrainer load(String path) {
    return read().load(path);
  }

  /** Column of the texts, of type string. */
  public DenoisingPretrainer setTextCol(String value) {
    return with("textCol", value);
  }

  public Param<String> textCol() {
    return params.text("textCol");
  }

  /** Column that identifies a text. Without it, the text identifies itself. */
  public DenoisingPretrainer setIdCol(String value) {
    return with("idCol", value);
  }

  public Param<String> idCol() {
    return params.text("idCol");
  }

  /**
   * How text is corrupted and what is predicted: a preset such as bart or t5, a T5 name, or an
   * object in HOCON.
   */
  public DenoisingPretrainer setObjective(String value) {
    return with("objective", value);
  }

  public Param<String> objective() {
    return params.text("objective");
  }

  /** Shape of the model: tiny, small, bart-base, t5-small and others. */
  public DenoisingPretrainer setModelPreset(String value) {
    return with("modelPreset", value);
  }

  public Param<String> modelPreset() {
    return params.text("modelPreset");
  }

  /**
   * A model folder, or the folder of a run, with whose weights, shape and tokenizer training
   * begins.
   */
  public DenoisingPretrainer setFromModel(String value) {
    return with("fromModel", value);
  }

  public Param<String> fromModel() {
    return params.text("fromModel");
  }

  /** Size of the vocabulary of a tokenizer that is trained on the texts. */
  public DenoisingPretrainer setVocabularySize(long value) {
    return with("vocabularySize", value);
  }

  public LongParam vocabularySize() {
    return params.whole("vocabularySize");
  }

  /**
   * A tokenizer.json, or a folder with one, instead of a tokenizer that is trained on the texts.
   */
  public DenoisingPretrainer setTokenizerPath(String value) {
    return with("tokenizerPath", value);
  }

  public Param<String> tokenizerPath() {
    return params.text("tokenizerPath");
  }

  /** Tokens in a block, at least 8. */
  public DenoisingPretrainer setBlockSize(long value) {
    return with("blockSize", value);
  }

  public LongParam blockSize() {
    return params.whole("blockSize");
  }

  /** Share of the texts that is held out for evaluation, from 0 to below 1. */
  public DenoisingPretrainer setValidationShare(double value) {
    return with("validationShare", value);
  }

  public DoubleParam validationShare() {
    return params.number("validationShare");
  }
}
