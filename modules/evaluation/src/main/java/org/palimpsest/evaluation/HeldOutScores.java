package org.palimpsest.evaluation;

import java.util.Optional;
import org.palimpsest.evaluation.bootstrap.BlockLosses;
import org.palimpsest.evaluation.bootstrap.BlockLosses.Sum;
import org.palimpsest.evaluation.bootstrap.Bootstrap;
import org.palimpsest.evaluation.bootstrap.Estimate;

/**
 * Scores of a model on held-out text by what happened to a token, with intervals from a bootstrap
 * over documents.
 *
 * @param perToken nats per counted target token
 * @param perByte nats of text per UTF-8 byte
 * @param lost tokens that the noise removed or replaced
 * @param moved tokens that are in the source at another place
 */
public record HeldOutScores(
    Estimate perToken, Estimate perByte, Optional<Part> lost, Optional<Part> moved) {

  /**
   * Scores of one kind of token.
   *
   * @param loss nats per token
   * @param accuracy share of tokens that are the most probable one
   */
  public record Part(Estimate loss, Estimate accuracy) {}

  static HeldOutScores of(BlockLosses losses, long seed) {
    Bootstrap bootstrap = new Bootstrap(seed);
    return new HeldOutScores(
        losses.ratio(Sum.LOSS, Sum.TOKENS, bootstrap),
        losses.ratio(Sum.TEXT_LOSS, Sum.BYTES, bootstrap),
        part(losses, bootstrap, Sum.LOST_LOSS, Sum.LOST_CORRECT, Sum.LOST_TOKENS),
        part(losses, bootstrap, Sum.MOVED_LOSS, Sum.MOVED_CORRECT, Sum.MOVED_TOKENS));
  }

  private static Optional<Part> part(
      BlockLosses losses, Bootstrap bootstrap, Sum loss, Sum correct, Sum tokens) {
    for (double count : losses.perDocument(tokens)) {
      if (count > 0) {
        return Optional.of(
            new Part(
                losses.ratio(loss, tokens, bootstrap), losses.ratio(correct, tokens, bootstrap)));
      }
    }
    return Optional.empty();
  }
}
