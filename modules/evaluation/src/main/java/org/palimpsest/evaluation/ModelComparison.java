package org.palimpsest.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;
import org.palimpsest.evaluation.bootstrap.BlockLosses;
import org.palimpsest.evaluation.bootstrap.BlockLosses.Sum;
import org.palimpsest.evaluation.bootstrap.Bootstrap;
import org.palimpsest.evaluation.bootstrap.Estimate;
import org.palimpsest.evaluation.bootstrap.Interval;

/**
 * Two models on the same corrupted text, compared document by document.
 *
 * @param objective name of the objective that corrupted the text
 * @param seed of the noise and of the bootstrap
 * @param sample what they were compared on
 * @param documents number of documents in it
 * @param first the first model's scores
 * @param second the second model's scores
 * @param difference the first model's losses less the second's; negative where the first is better
 */
public record ModelComparison(
    String objective,
    long seed,
    EvaluationReport.Sample sample,
    int documents,
    Scored first,
    Scored second,
    Losses difference) {

  /**
   * A model and its losses.
   *
   * @param model path of the model
   * @param losses mean losses with their intervals
   */
  public record Scored(String model, Losses losses) {}

  /**
   * Losses, or differences of losses, with intervals from a bootstrap over documents.
   *
   * @param perToken nats per counted target token
   * @param perByte nats of text per UTF-8 byte
   */
  public record Losses(Estimate perToken, Estimate perByte) {
    static Losses of(BlockLosses losses, long seed) {
      Bootstrap bootstrap = new Bootstrap(seed);
      return new Losses(
          losses.ratio(Sum.LOSS, Sum.TOKENS, bootstrap),
          losses.ratio(Sum.TEXT_LOSS, Sum.BYTES, bootstrap));
    }

    static Losses of(BlockLosses first, BlockLosses second, long seed) {
      Bootstrap bootstrap = new Bootstrap(seed);
      return new Losses(
          first.difference(second, Sum.LOSS, Sum.TOKENS, bootstrap),
          first.difference(second, Sum.TEXT_LOSS, Sum.BYTES, bootstrap));
    }
  }

  /** Whether the interval of the difference per token is on one side of 0. */
  public boolean isDistinct() {
    return difference.perToken().interval().filter(found -> !found.contains(0)).isPresent();
  }

  /** What {@code evaluate --compare --json} prints. */
  private record Json(
      String objective,
      long seed,
      long blocks,
      int documents,
      long utf8Bytes,
      long targetTokens,
      JsonModel a,
      JsonModel b,
      JsonDifference difference) {}

  private record JsonModel(
      String model,
      double loss,
      Interval lossInterval,
      double natsPerByte,
      Interval natsPerByteInterval) {}

  private record JsonDifference(
      double loss,
      Interval lossInterval,
      double natsPerByte,
      Interval natsPerByteInterval,
      double pValue) {}

  @JsonValue
  private Json json() {
    return new Json(
        objective,
        seed,
        sample.blocks(),
        documents,
        sample.utf8Bytes(),
        sample.targetTokens(),
        json(first),
        json(second),
        new JsonDifference(
            difference.perToken().value(),
            difference.perToken().interval().orElse(null),
            difference.perByte().value(),
            difference.perByte().interval().orElse(null),
            difference.perToken().sign()));
  }

  private static JsonModel json(Scored scored) {
    return new JsonModel(
        scored.model(),
        scored.losses().perToken().value(),
        scored.losses().perToken().interval().orElse(null),
        scored.losses().perByte().value(),
        scored.losses().perByte().interval().orElse(null));
  }
}
