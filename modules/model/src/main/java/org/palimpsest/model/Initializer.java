package org.palimpsest.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.palimpsest.base.SplitMix;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Initialization;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.Normal;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/**
 * Initial parameters, as {@link Initialization} defines them. Biases are 0 and the weights of norms
 * 1.
 *
 * <p>Each number is a function of (seed, tensor name, position in the tensor) only, so that every
 * engine and machine starts with the same bytes.
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
   * Overwrites a flat vector with initial parameters.
   *
   * @param into as long as the layout of {@code spec}
   */
  public static void initialize(ModelSpec spec, long seed, FlatVector into) {
    ParameterLayout layout = ParameterLayout.of(spec);
    if (into.size() != layout.size()) {
      throw new IllegalArgumentException(
          "A vector of " + into.size() + " elements cannot hold " + layout.size() + " parameters.");
    }
    Initializer initializer = new Initializer(spec, seed, into);
    for (TensorSpec tensor : layout.tensors()) {
      initializer.fill(tensor);
    }
    if (spec.initialization() instanceof Initialization.Normal normal) {
      initializer.clearPaddingRow(layout.tensor(ParameterLayout.EMBEDDING));
      InitialAlignment.apply(normal, layout, into);
    }
  }

  private void fill(TensorSpec tensor) {
    if (tensor.name().endsWith(".bias")) {
      constant(tensor.offset(), tensor.size(), 0f);
    } else if (tensor.isVector()) {
      constant(tensor.offset(), tensor.size(), 1f);
    } else {
      normal(tensor, deviation(tensor.name()));
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

  private void normal(TensorSpec tensor, double deviation) {
    long key = key(tensor.name());
    for (long done = 0; done < tensor.size(); done += PIECE) {
      int count = (int) Math.min(PIECE, tensor.size() - done);
      for (int i = 0; i < count; i++) {
        piece[i] = (float) (deviation * Normal.quantile(uniform(key, done + i)));
      }
      into.write(tensor.offset() + done, piece, 0, count);
    }
  }

  private double deviation(String name) {
    if (spec.initialization() instanceof Initialization.Normal normal) {
      return isEmbedding(name) ? Initialization.USUAL_DEVIATION : normal.deviation();
    }
    double factor = ((Initialization.T5) spec.initialization()).factor();
    return factor / Math.sqrt(t5Precision(name));
  }

  /**
   * Whether the tensor is the token or position embedding, the relative bias, or the untied head.
   */
  private static boolean isEmbedding(String name) {
    return name.equals(ParameterLayout.EMBEDDING)
        || name.equals(ParameterLayout.UNTIED_HEAD)
        || name.endsWith("embed_positions.weight")
        || name.endsWith("relative_attention_bias.weight");
  }

  /** 1 / variance: the number of summed inputs, times the attention scale for unscaled queries. */
  private double t5Precision(String name) {
    double width = spec.width();
    if (name.equals(ParameterLayout.EMBEDDING) || name.endsWith("embed_positions.weight")) {
      return 1;
    }
    if (name.endsWith("q_proj.weight") && !spec.has(Architecture.Feature.ATTENTION_SCALE)) {
      return width * spec.headWidth();
    }
    if (name.endsWith("out_proj.weight")) {
      return spec.innerWidth();
    }
    return name.endsWith("fc2.weight") ? spec.feedForward() : width;
  }

  private long key(String name) {
    long key = mix(seed);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      key = mix(key ^ b);
    }
    return key;
  }

  /** A number strictly between 0 and 1: the middle of one of 2^52 equal cells. */
  private static double uniform(long key, long position) {
    long bits = mix(key + position * SplitMix.GOLDEN) >>> 12;
    return (bits + 0.5) * 0x1p-52;
  }

  private static long mix(long z) {
    return SplitMix.mix(z + SplitMix.GOLDEN);
  }
}
