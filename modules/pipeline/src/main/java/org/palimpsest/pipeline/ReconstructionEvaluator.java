package org.palimpsest.pipeline;

import java.util.List;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.pipeline.failure.NamedFailures;

/**
 * Compares restored or generated texts with the wanted ones, over all rows where both are not null:
 * exact match and token F1 as in SQuAD's evaluation, ROUGE-L as in rouge_score, BLEU as in
 * sacreBLEU. Larger is better for all of them.
 */
public final class ReconstructionEvaluator extends Evaluator implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;
  private static final String STAGE = "ReconstructionEvaluator";

  private final String uid;
  private final ParamSet params;

  public ReconstructionEvaluator() {
    this(Uids.random(STAGE));
  }

  public ReconstructionEvaluator(String uid) {
    this.uid = uid;
    params = new ParamSet(this, STAGE);
    params.setDefaults(this, STAGE);
  }

  /**
   * The score of all rows.
   *
   * @throws PalimpsestException of kind INPUT if there is no row with both texts
   */
  @Override
  public double evaluate(Dataset<?> data) {
    return NamedFailures.of(() -> scored(data));
  }

  private double scored(Dataset<?> data) {
    Score score =
        Score.named(
            Choices.of(
                "metricName",
                getOrDefault(metricName()),
                "exactMatch",
                "tokenF1",
                "rougeL",
                "bleu"));
    Dataset<Row> pairs =
        data.toDF()
            .select(
                Columns.text(data, getOrDefault(predictionCol()), "predictionCol"),
                Columns.text(data, getOrDefault(referenceCol()), "referenceCol"))
            .na()
            .drop();
    List<Row> sums = pairs.mapPartitions(score, Encoders.row(Score.SCHEMA)).collectAsList();
    if (sums.isEmpty()) {
      throw PalimpsestException.input(
          "There is no row with a text in both columns, %s and %s: check predictionCol and referenceCol."
              .formatted(getOrDefault(predictionCol()), getOrDefault(referenceCol())));
    }
    return score.total(sums);
  }

  private ReconstructionEvaluator with(String name, Object value) {
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
  public ReconstructionEvaluator copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  @Override
  public MLWriter write() {
    return DefaultParamsWritable.super.write();
  }

  public static MLReader<ReconstructionEvaluator> read() {
    return new DefaultParamsReader<>();
  }

  public static ReconstructionEvaluator load(String path) {
    return read().load(path);
  }

  /** Column of the texts to score, of type string. */
  public ReconstructionEvaluator setPredictionCol(String value) {
    return with("predictionCol", value);
  }

  public Param<String> predictionCol() {
    return params.text("predictionCol");
  }

  /** Column of the wanted texts, of type string. */
  public ReconstructionEvaluator setReferenceCol(String value) {
    return with("referenceCol", value);
  }

  public Param<String> referenceCol() {
    return params.text("referenceCol");
  }

  /** The score: exactMatch, tokenF1, rougeL (each from 0 to 1), or bleu (0 to 100). */
  public ReconstructionEvaluator setMetricName(String value) {
    return with("metricName", value);
  }

  public Param<String> metricName() {
    return params.text("metricName");
  }
}
