package org.palimpsest.bench.engine;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.palimpsest.model.ModelSpec;

/**
 * The matrix products of a training step and nothing else, forward and backward, as
 * Deeplearning4j's engine asks BLAS for them: {@link Setting#operations} in all.
 */
final class Products implements AutoCloseable {
  private final List<Product> products = new ArrayList<>();
  private final FloatPointer a;
  private final FloatPointer b;
  private final FloatPointer c;
  private final FloatPointer result;

  /** Of {@code rows x inner} and {@code inner x columns}, so many times. */
  private record Product(int rows, int inner, int columns, int times) {
    long largest() {
      return Math.max((long) rows * inner, Math.max((long) inner * columns, (long) rows * columns));
    }
  }

  Products(Setting setting) {
    ModelSpec spec = setting.spec();
    int encoder = spec.encoderLayers();
    int decoder = spec.decoderLayers();
    int sources = setting.rows() * setting.source();
    int targets = setting.rows() * setting.target();
    layer(sources, spec, encoder);
    attention(setting, setting.source(), setting.source(), encoder);
    layer(targets, spec, decoder);
    attention(setting, setting.target(), setting.target(), decoder);
    linear(targets, spec.width(), spec.innerWidth(), 2 * decoder);
    linear(sources, spec.width(), spec.innerWidth(), 2 * decoder);
    attention(setting, setting.target(), setting.source(), decoder);
    linear(targets, spec.width(), spec.vocabulary(), 1);
    long largest = products.stream().mapToLong(Product::largest).max().orElseThrow();
    a = new FloatPointer(largest);
    b = new FloatPointer(largest);
    c = new FloatPointer(largest);
    result = new FloatPointer(largest);
    List.of(a, b, c).forEach(Products::fill);
  }

  private static void fill(FloatPointer numbers) {
    for (long i = 0; i < numbers.limit(); i++) {
      numbers.put(i, (i % 7 - 3) / 8f);
    }
  }

  /** Self-attention's projections, and the feed-forward part. */
  private void layer(int rows, ModelSpec spec, int layers) {
    linear(rows, spec.width(), spec.innerWidth(), 4 * layers);
    int matrices = spec.architecture().isGated() ? 3 : 2;
    linear(rows, spec.width(), spec.feedForward(), matrices * layers);
  }

  private void linear(int rows, int from, int to, int times) {
    products.add(new Product(rows, from, to, times));
  }

  /** Scores and their sums of values, head by head. */
  private void attention(Setting setting, int queries, int keys, int layers) {
    ModelSpec spec = setting.spec();
    int heads = spec.heads() * setting.rows() * layers;
    int width = spec.innerWidth() / spec.heads();
    products.add(new Product(queries, width, keys, heads));
    products.add(new Product(queries, keys, width, heads));
  }

  /** Each product, and the two of its gradients. */
  void multiply() {
    for (Product product : products) {
      for (int i = 0; i < product.times(); i++) {
        int m = product.rows();
        int k = product.inner();
        int n = product.columns();
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, a, k, b, k, 0, result, n);
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, m, k, n, 1, c, n, b, k, 0, result, k);
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, k, m, 1, c, n, a, k, 0, result, k);
      }
    }
  }

  @Override
  public void close() {
    List.of(a, b, c, result).forEach(FloatPointer::close);
  }
}
