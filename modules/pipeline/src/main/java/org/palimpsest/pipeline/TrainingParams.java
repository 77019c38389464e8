package org.palimpsest.pipeline;

import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * The params of every {@link TrainingEstimator}. A param that is not set has the value that the
 * recipe gives its key.
 *
 * @param <S> the estimator itself
 */
public abstract class TrainingParams<S extends TrainingParams<S>>
    extends Estimator<EncoderDecoderModel> {
  private static final long serialVersionUID = 1L;

  private final String uid;
  final ParamSet params;

  TrainingParams(String uid, String stage) {
    this.uid = uid;
    params = new ParamSet(this, stage);
    params.setDefaults(this, stage);
  }

  abstract S self();

  final S with(String name, Object value) {
    set(params.param(name), value);
    return self();
  }

  @Override
  public final String uid() {
    return uid;
  }

  @Override
  public final Param<?>[] params() {
    return params.all();
  }

  /**
   * A recipe: HOCON text, or the path of a .conf file on any Hadoop file system. The other params
   * override it.
   */
  public S setRecipe(String value) {
    return with("recipe", value);
  }

  public Param<String> recipe() {
    return params.text("recipe");
  }

  /**
   * Assignments such as training.precision=bf16, for the keys of a recipe that have no param. They
   * override the recipe, and the other params override them.
   */
  public S setSettings(String... value) {
    return with("settings", value);
  }

  public StringArrayParam settings() {
    return params.texts("settings");
  }

  /**
   * Folder of the run (corpus, checkpoints, metrics) on any Hadoop file system. {@code {params}}
   * and {@code {data}} in it stand for hashes of the params and of the data, so that each fit of a
   * CrossValidator has its own folder.
   */
  public S setRunDir(String value) {
    return with("runDir", value);
  }

  public Param<String> runDir() {
    return params.text("runDir");
  }

  /**
   * auto: a fit continues from the newest checkpoint in the folder of the run. fresh: a fit deletes
   * the checkpoints and the data prepared there, and begins at step 0.
   */
  public S setResume(String value) {
    return with("resume", value);
  }

  public Param<String> resume() {
    return params.text("resume");
  }

  /** Global steps of the whole run, at least 1. */
  public S setMaxSteps(long value) {
    return with("maxSteps", value);
  }

  public LongParam maxSteps() {
    return params.whole("maxSteps");
  }

  /** Number of replicas, each in its own Spark task, at least 1. */
  public S setNumWorkers(long value) {
    return with("numWorkers", value);
  }

  public LongParam numWorkers() {
    return params.whole("numWorkers");
  }

  /**
   * Training time after which a fit ends at a checkpoint, such as 30m or 2h. The next fit continues
   * there.
   */
  public S setTimeLimit(String value) {
    return with("timeLimit", value);
  }

  public Param<String> timeLimit() {
    return params.text("timeLimit");
  }

  /** What computes the model: auto, torch or dl4j. */
  public S setEngine(String value) {
    return with("engine", value);
  }

  public Param<String> engine() {
    return params.text("engine");
  }

  /** Where a replica computes: cpu, cuda or cuda:N. */
  public S setDevice(String value) {
    return with("device", value);
  }

  public Param<String> device() {
    return params.text("device");
  }

  /** Precision of matrix products: fp32, tf32, or bf16. */
  public S setPrecision(String value) {
    return with("precision", value);
  }

  public Param<String> precision() {
    return params.text("precision");
  }

  /**
   * How workers exchange: collective (all workers start together and use their own sockets) or
   * spark (one job per round).
   */
  public S setTransport(String value) {
    return with("transport", value);
  }

  public Param<String> transport() {
    return params.text("transport");
  }

  /** Key of all randomness. */
  public S setSeed(long value) {
    return with("seed", value);
  }

  public LongParam seed() {
    return params.whole("seed");
  }

  /** Steps between checkpoints, at least 1. */
  public S setCheckpointEvery(long value) {
    return with("checkpointEvery", value);
  }

  public LongParam checkpointEvery() {
    return params.whole("checkpointEvery");
  }

  /** Steps between evaluations on held-out data, at least 1. */
  public S setEvaluationEvery(long value) {
    return with("evaluationEvery", value);
  }

  public LongParam evaluationEvery() {
    return params.whole("evaluationEvery");
  }

  /** Consecutive evaluations without a new best after which a fit ends early, at least 1. */
  public S setPatience(long value) {
    return with("patience", value);
  }

  public LongParam patience() {
    return params.whole("patience");
  }

  /** Blocks (in fine-tuning, pairs) in a global step, over all workers; at least 1 per worker. */
  public S setBatchBlocks(long value) {
    return with("batchBlocks", value);
  }

  public LongParam batchBlocks() {
    return params.whole("batchBlocks");
  }

  /** Blocks (in fine-tuning, pairs) that a replica computes at once, at least 1. */
  public S setMicroBatchBlocks(long value) {
    return with("microBatchBlocks", value);
  }

  public LongParam microBatchBlocks() {
    return params.whole("microBatchBlocks");
  }

  /** Steps of each worker between two aggregations, at least 1. */
  public S setInnerSteps(long value) {
    return with("innerSteps", value);
  }

  public LongParam innerSteps() {
    return params.whole("innerSteps");
  }

  /** What is aggregated: gradients or parameters. */
  public S setAggregate(String value) {
    return with("aggregate", value);
  }

  public Param<String> aggregate() {
    return params.text("aggregate");
  }

  /** The highest learning rate. */
  public S setLearningRate(double value) {
    return with("learningRate", value);
  }

  public DoubleParam learningRate() {
    return params.number("learningRate");
  }

  /** Steps in which the learning rate rises to its highest value. */
  public S setWarmUpSteps(long value) {
    return with("warmUpSteps", value);
  }

  public LongParam warmUpSteps() {
    return params.whole("warmUpSteps");
  }

  /** Decoupled weight decay. */
  public S setWeightDecay(double value) {
    return with("weightDecay", value);
  }

  public DoubleParam weightDecay() {
    return params.number("weightDecay");
  }
}
