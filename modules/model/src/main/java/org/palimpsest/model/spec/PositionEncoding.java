package org.palimpsest.model.spec;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;

/** The encoding of token positions. */
public sealed interface PositionEncoding extends Serializable {

  /**
   * A learned vector per position, added to the embedding. Position t is row t + {@link
   * ParameterLayout#POSITION_OFFSET} of the table.
   */
  record Learned() implements PositionEncoding {}

  /**
   * The sines and cosines of Vaswani et al. 2017, added to the embedding, in the order of
   * Tensor2Tensor and fairseq: sines in the first half of the columns, cosines in the second.
   */
  record Sinusoidal() implements PositionEncoding {
    /** One element of the table; {@code width} must be even and at least 4. */
    public static double value(int position, int column, int width) {
      int half = width / 2;
      int wave = column < half ? column : column - half;
      double angle = position * StrictMath.pow(10_000, -(double) wave / (half - 1));
      return column < half ? StrictMath.sin(angle) : StrictMath.cos(angle);
    }
  }

  /**
   * T5's relative bias: a learned number per (bucket of the distance, head), added to the scores of
   * self-attention. All layers of a stack share one table; cross-attention has none.
   *
   * @param buckets rows of the table, at least 4; an odd row is never used by the encoder
   * @param maxDistance from here on all distances share the last bucket
   */
  record RelativeBias(int buckets, int maxDistance) implements PositionEncoding {
    public static final RelativeBias PUBLISHED = new RelativeBias(32, 128);

    public RelativeBias {
      if (buckets < 4) {
        throw PalimpsestException.configuration(
            "model.relative-buckets is " + buckets + ", but must be at least 4.");
      }
      if (maxDistance <= buckets / 2) {
        throw PalimpsestException.configuration(
            "model.relative-max-distance is "
                + maxDistance
                + ", but must be more than half of the "
                + buckets
                + " buckets: raise it.");
      }
    }

    /**
     * The encoder's row for the distance (key − query) in tokens: half of the buckets for each
     * direction.
     */
    public int encoderBucket(int distance) {
      int half = buckets / 2;
      return (distance > 0 ? half : 0) + bucket(Math.abs(distance), half);
    }

    /**
     * The decoder's row for the distance (key − query) in tokens: a positive distance counts as 0.
     */
    public int decoderBucket(int distance) {
      return bucket(Math.max(0, -distance), buckets);
    }

    /**
     * Half of the buckets hold one distance each; the ranges of the others grow by a constant
     * factor.
     */
    private int bucket(int distance, int count) {
      int exact = count / 2;
      if (distance < exact) {
        return distance;
      }
      double share =
          StrictMath.log((double) distance / exact) / StrictMath.log((double) maxDistance / exact);
      return Math.min(count - 1, exact + (int) (share * (count - exact)));
    }
  }
}
