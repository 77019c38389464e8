package org.palimpsest.bench.engine;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.model.spec.ModelSpec;

/**
 * A matrix product of the forward pass, {@code rows x inner} by {@code inner x columns}, repeated
 * {@code times} times; for each, the backward pass has two of the same size.
 */
public record Product(int rows, int inner, int columns, int times) {

  /** The products of a training step. */
  public static List<Product> of(Setting setting) {
    ModelSpec spec = setting.spec();
    int encoder = spec.encoderLayers();
    int decoder = spec.decoderLayers();
    int sources = setting.rows() * setting.source();
    int targets = setting.rows() * setting.target();
    List<Product> all = new ArrayList<>();
    all.addAll(layers(spec, sources, encoder));
    all.addAll(attention(setting, setting.source(), setting.source(), encoder));
    all.addAll(layers(spec, targets, decoder));
    all.addAll(attention(setting, setting.target(), setting.target(), decoder));
    all.add(new Product(targets, spec.width(), spec.innerWidth(), 2 * decoder));
    all.add(new Product(sources, spec.width(), spec.innerWidth(), 2 * decoder));
    all.addAll(attention(setting, setting.target(), setting.source(), decoder));
    all.add(new Product(targets, spec.width(), spec.vocabulary(), 1));
    return all;
  }

  /** Projections of self-attention, and the feed-forward layer. */
  private static List<Product> layers(ModelSpec spec, int rows, int layers) {
    int matrices = spec.architecture().isGated() ? 3 : 2;
    return List.of(
        new Product(rows, spec.width(), spec.innerWidth(), 4 * layers),
        new Product(rows, spec.width(), spec.feedForward(), matrices * layers));
  }

  /** Scores, and weighted sums of values, per head. */
  private static List<Product> attention(Setting setting, int queries, int keys, int layers) {
    ModelSpec spec = setting.spec();
    int heads = spec.heads() * setting.rows() * layers;
    int width = spec.innerWidth() / spec.heads();
    return List.of(
        new Product(queries, width, keys, heads), new Product(queries, keys, width, heads));
  }

  /** Additions and multiplications, forward and backward. */
  public double operations() {
    return 3 * 2.0 * rows * inner * columns * times;
  }

  /** Elements of the largest of the three matrices. */
  long largestSize() {
    return Math.max((long) rows * inner, Math.max((long) inner * columns, (long) rows * columns));
  }
}
