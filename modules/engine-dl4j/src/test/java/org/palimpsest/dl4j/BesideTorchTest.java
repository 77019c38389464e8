package org.palimpsest.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The native libraries of both engines work in one JVM, on one JavaCPP and one OpenBLAS. */
class BesideTorchTest {
  private static final int ROWS = 37;
  private static final int INNER = 53;
  private static final int COLUMNS = 29;

  @Test
  void bothEnginesMultiplyTheSameMemory() {
    INDArray a = Nd4j.randn(DataType.FLOAT, ROWS, INNER).dup('c');
    INDArray b = Nd4j.randn(DataType.FLOAT, INNER, COLUMNS).dup('c');
    INDArray product = Nd4j.createUninitialized(DataType.FLOAT, new long[] {ROWS, COLUMNS}, 'f');
    Nd4j.gemm(a, b, product, false, false, 1, 0);
    Tensor other = shared(a).mm(shared(b));
    float[] expected = new float[ROWS * COLUMNS];
    other.data_ptr_float().get(expected);
    assertThat(product.dup('c').data().asFloat())
        .as("product")
        .usingComparatorWithPrecision(1e-4f)
        .containsExactly(expected);
  }

  private static Tensor shared(INDArray array) {
    return torch.from_blob(new FloatPointer(array.data().pointer()), array.shape());
  }
}
