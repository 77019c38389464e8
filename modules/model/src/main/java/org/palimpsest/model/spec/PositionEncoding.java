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
   * The sines and cosines of Vaswani et al. 2017, added to the embedding: sines in the first half
   * of the columns, cosines in the second.
   *
   * @param waves their wavelengths
   * @param first number of the first position: 0, or 2 in M2M-100
   */
  record Sinusoidal(Waves waves, int first) implements PositionEncoding {
    /** The most that {@link #first} can be. */
    private static final int LAST_FIRST = 1 << 16;

    /**
     * The wavelengths. With h half of the width, column k of each half has the angle position ·
     * 10000^(−k/(h − 1)) in TENSOR2TENSOR, as in fairseq and M2M-100, and position · 10000^(−k/h)
     * in VASWANI, as in the publication, Marian and Pegasus.
     */
    public enum Waves {
      TENSOR2TENSOR,
      VASWANI
    }

    /** Those of Tensor2Tensor from position 0. */
    public Sinusoidal() {
      this(Waves.TENSOR2TENSOR, 0);
    }

    public Sinusoidal {
      // Graphs of Deeplearning4j that were stored before other waves existed do not name theirs.
      waves = waves == null ? Waves.TENSOR2TENSOR : waves;
      if (first < 0 || first > LAST_FIRST) {
        throw PalimpsestException.configuration(
            "model.first-position is "
                + first
                + ", but must be at least 0 and at most "
                + LAST_FIRST
                + ".");
      }
    }

    /** One element of the table; {@code width} must be even and at least 4. */
    public double value(int position, int column, int width) {
      int half = width / 2;
      int wave = column < half ? column : column - half;
      int waves = this.waves == Waves.VASWANI ? half : half - 1;
      double angle = (position + first) * StrictMath.pow(10_000, -(double) wave / waves);
      return column < half ? StrictMath.sin(angle) : StrictMath.cos(angle);
    }

    /** The table by position and column. */
    public double[] table(int positions, int width) {
      double[] values = new double[Math.multiplyExact(positions, width)];
      for (int i = 0; i < values.length; i++) {
        values[i] = value(i / width, i % width, width);
      }
      return values;
    }
  }

  /**
   * T5's relative bias: a learned number per (bucket of the distance, head), added to the scores of
   * self-attention. Cross-attention has none.
   *
   * @param buckets rows of the table, at least 4; an odd row is never used by the encoder
   * @param maxDistance from here on all distances share the last bucket
   * @param tables whether the layers of a stack share one table
   */
  record RelativeBias(int buckets, int maxDistance, Tables tables) implements PositionEncoding {
    public static final RelativeBias PUBLISHED = new RelativeBias(32, 128);

    /** SHARED: one table in each stack, as in T5. PER_LAYER: one in each layer, as in UMT5. */
    public enum Tables {
      SHARED,
      PER_LAYER
    }

    /** A table that all layers of a stack share. */
    public RelativeBias(int buckets, int maxDistance) {
      this(buckets, maxDistance, Tables.SHARED);
    }

    public RelativeBias {
      // Graphs of Deeplearning4j that were stored before UMT5's tables existed do not name theirs.
      tables = tables == null ? Tables.SHARED : tables;
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

    /** Whether each layer has its own table. */
    public boolean isPerLayer() {
      return tables == Tables.PER_LAYER;
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
