package org.palimpsest.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The parameters a model begins with, as BART's are: embeddings from N(0, 0.02²), projections from
 * N(0, σ²) with the specification's σ (BART's is 0.02, too), biases 0, norms 1 and 0, and a zero
 * row in the embedding for padding.
 *
 * <p>Each number is a function of (seed, tensor name, position in the tensor) and of nothing else,
 * so that every engine, machine and order of filling begins with the same bytes.
 */
public final class Initializer {
  private static final int PIECE = 1 << 16;

  private final ModelSpec spec;
  private final long seed;
  private final FlatVector into;
  private final float[] piece = new float[PIECE];

  private Initializer(ModelSpec spec, long seed, FlatVector into) {
    this.spec = spec;
    this.seed = seed;
    this.into = into;
  }

  /**
   * Overwrites a flat vector with initial parameters, in pieces.
   *
   * @param into as long as the layout of {@code spec}
   */
  public static void initialise(ModelSpec spec, long seed, FlatVector into) {
    ParameterLayout layout = ParameterLayout.of(spec);
    if (into.size() != layout.size()) {
      throw new IllegalArgumentException(
          "a vector of " + into.size() + " for " + layout.size() + " parameters");
    }
    Initializer initializer = new Initializer(spec, seed, into);
    for (TensorSpec tensor : layout.tensors()) {
      initializer.fill(tensor);
    }
    initializer.clearPaddingRow(layout.tensor("model.shared.weight"));
  }

  private void fill(TensorSpec tensor) {
    if (tensor.name().endsWith(".bias")) {
      constant(tensor.offset(), tensor.size(), 0f);
    } else if (tensor.isVector()) {
      constant(tensor.offset(), tensor.size(), 1f);
    } else {
      normal(tensor);
    }
  }

  private void clearPaddingRow(TensorSpec embedding) {
    constant(embedding.offset() + (long) spec.pad() * spec.width(), spec.width(), 0f);
  }

  private void constant(long from, long size, float value) {
    Arrays.fill(piece, value);
    for (long done = 0; done < size; done += PIECE) {
      into.write(from + done, piece, 0, (int) Math.min(PIECE, size - done));
    }
  }

  private void normal(TensorSpec tensor) {
    long key = key(tensor.name());
    double deviation =
        isEmbedding(tensor.name()) ? ModelSpec.USUAL_DEVIATION : spec.initialDeviation();
    for (long done = 0; done < tensor.size(); done += PIECE) {
      int count = (int) Math.min(PIECE, tensor.size() - done);
      for (int i = 0; i < count; i++) {
        piece[i] = (float) (deviation * Normal.quantile(uniform(key, done + i)));
      }
      into.write(tensor.offset() + done, piece, 0, count);
    }
  }

  /** The tokens', which is the head, too, and the positions'. */
  private static boolean isEmbedding(String name) {
    return name.equals("model.shared.weight") || name.endsWith("embed_positions.weight");
  }

  private long key(String name) {
    long key = mix(seed);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      key = mix(key ^ b);
    }
    return key;
  }

  /** Strictly between 0 and 1: the middle of one of 2^52 equal cells. */
  private static double uniform(long key, long position) {
    long bits = mix(key + position * 0x9E3779B97F4A7C15L) >>> 12;
    return (bits + 0.5) * 0x1p-52;
  }

  /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014), variant 13 of Stafford. */
  private static long mix(long z) {
    z += 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
