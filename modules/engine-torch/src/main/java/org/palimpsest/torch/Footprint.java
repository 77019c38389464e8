package org.palimpsest.torch;

import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.spec.Architecture.Activation;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.PositionEncoding.RelativeBias;
import org.palimpsest.torch.memory.Execution;

/**
 * An upper estimate of the memory of a pass over some examples, without parameters, gradients and
 * optimizer, from the tensors that each layer keeps. Tests check that it is between the size of the
 * buffers and four times that size.
 */
record Footprint(ModelSpec spec, Numerics numerics, Execution execution) {
  /** Buffers allocate an eighth more than needed. */
  private static final double ROOM = 9.0 / 8;

  private static final long LANES = 8;

  /**
   * Bytes for examples that are computed together.
   *
   * @param examples number of examples
   * @param source tokens of the longest source
   * @param target tokens of the longest target
   */
  double bytes(long examples, long source, long target) {
    double s = padded(source);
    double t = padded(target);
    double encoderLayer = s * row() + attention(s, s);
    double decoderLayer =
        t * row() + attention(t, t) + t * row() / 2 + s * row() / 4 + attention(t, s);
    boolean kept = numerics.activations() == Numerics.Activations.KEPT;
    double layers =
        kept
            ? spec.encoderLayers() * encoderLayer + spec.decoderLayers() * decoderLayer
            : encoderLayer
                + decoderLayer
                + spec.width() * (s * spec.encoderLayers() + t * spec.decoderLayers());
    double longest = Math.max(s, t);
    boolean pairs = !isFused() || spec.architecture().positions() instanceof RelativeBias;
    double pairScratch = 4 * (pairs ? weights(longest, longest) : attention(longest, longest));
    double scratch = longest * row() + pairScratch + longest * longest;
    double ends = 8.0 * spec.width() * (s + t);
    double logits =
        2.0
            * Math.max(
                execution.chunks().mostLogits(),
                execution.chunks().fewestRows() * spec.vocabulary());
    double numbers = examples * (layers + scratch + ends) + logits;
    return ROOM * Float.BYTES * copies() * numbers;
  }

  /** In bf16, what is kept in fp32 has a rounded copy, unless the residual stream is rounded. */
  private double copies() {
    boolean copied =
        numerics.precision() == Precision.BF16 && execution.stream() == Execution.Stream.PARAMETERS;
    return copied ? 1.5 : 1;
  }

  private static long padded(long length) {
    return (Math.max(1, length) + LANES - 1) / LANES * LANES;
  }

  /** Elements that a layer with one attention keeps per row. */
  private double row() {
    boolean gated = spec.architecture().isGated();
    double hidden = gated ? 4 : spec.architecture().activation() == Activation.RELU ? 1 : 2;
    double dropped = spec.dropouts().activation() > 0 ? 1 : 0;
    return 5.0 * spec.innerWidth() + 9.0 * spec.width() + (hidden + dropped) * spec.feedForward();
  }

  /** Elements that an attention keeps: fused kernels keep their result and a number per query. */
  private double attention(double queries, double keys) {
    return isFused() ? queries * (spec.innerWidth() + spec.heads()) : weights(queries, keys);
  }

  private double weights(double queries, double keys) {
    double copies = spec.dropouts().attention() > 0 ? 3 : 1;
    return copies * spec.heads() * queries * keys;
  }

  private boolean isFused() {
    return execution.attention() == Execution.Attention.FUSED && spec.dropouts().attention() == 0;
  }

  /** The longest length, of sources and targets alike, at which one example fits. */
  long longest(double bytes, long below) {
    return most(below, length -> bytes(1, length, length) <= bytes);
  }

  /** Number of examples that fit. */
  long examples(double bytes, long source, long target, long below) {
    return most(below, number -> bytes(number, source, target) <= bytes);
  }

  private interface Fits {
    boolean fits(long size);
  }

  /** The largest size below a limit that fits; 0 if none fits. */
  private static long most(long below, Fits fits) {
    long low = 0;
    long high = below;
    while (high - low > 1) {
      long middle = (low + high) / 2;
      if (fits.fits(middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
