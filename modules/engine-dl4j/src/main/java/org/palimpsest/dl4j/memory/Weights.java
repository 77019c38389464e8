package org.palimpsest.dl4j.memory;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.kernel.Memory;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/**
 * Named views of the flat vector, by Hugging Face's names. Deeplearning4j gives each layer a view
 * of its range; the ranges are adjacent, in the order of the layout.
 */
public final class Weights {
  private final ParameterLayout layout;
  private final Map<String, Matrix> tensors = new HashMap<>();

  public Weights(ParameterLayout layout) {
    this.layout = layout;
  }

  /** Adds the range of one layer, which holds the layout's tensors from {@code first} on. */
  public void add(INDArray piece, String first) {
    Memory memory = Memory.of(piece);
    long from = layout.tensor(first).offset();
    for (TensorSpec tensor : layout.tensors()) {
      long at = tensor.offset() - from;
      if (at >= 0 && at < memory.size()) {
        int rows = tensor.isVector() ? 1 : Math.toIntExact(tensor.shape()[0]);
        int columns = Math.toIntExact(tensor.size() / rows);
        tensors.put(tensor.name(), new Matrix(memory, at, rows, columns, columns));
      }
    }
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** The tensor of that name; a vector is a single row. */
  public Matrix of(String name) {
    Matrix tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("No layer has the tensor " + name);
    }
    return tensor;
  }

  /** Adjacent tensors as one, of {@code outputs} rows or elements. */
  public Matrix joined(String first, int outputs) {
    Matrix tensor = of(first);
    return tensor.rows() == 1 && layout.tensor(first).isVector()
        ? new Matrix(tensor.memory(), tensor.offset(), 1, outputs, outputs)
        : new Matrix(tensor.memory(), tensor.offset(), outputs, tensor.columns(), tensor.columns());
  }
}
