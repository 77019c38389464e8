package org.palimpsest.bench.engine;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Only the matrix products of a training step, forward and backward, with the BLAS calls of the
 * Deeplearning4j engine: {@link Setting#operations} operations in total.
 */
final class Products implements AutoCloseable {
  private final List<Product> products;
  private final FloatPointer a;
  private final FloatPointer b;
  private final FloatPointer c;
  private final FloatPointer result;

  Products(Setting setting) {
    products = Product.of(setting);
    long largest = products.stream().mapToLong(Product::largestSize).max().orElseThrow();
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

  /** Computes each product and the two products of its gradients. */
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
