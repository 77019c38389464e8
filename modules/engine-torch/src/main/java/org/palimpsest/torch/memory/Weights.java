package org.palimpsest.torch.memory;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/** Named views of a flat vector of parameters or gradients, without copies. */
public final class Weights {
  private final ParameterLayout layout;
  private final Tensor flat;

  public Weights(ParameterLayout layout, Tensor flat) {
    this.layout = layout;
    this.flat = flat;
  }

  /** The tensor of that canonical name. */
  public Tensor of(String name) {
    TensorSpec spec = layout.tensor(name);
    return flat.narrow(0, spec.offset(), spec.size()).view(spec.shape());
  }

  /** Adjacent tensors as one tensor of {@code rows} rows. */
  public Tensor joined(String first, long rows) {
    TensorSpec spec = layout.tensor(first);
    long columns = spec.isVector() ? 1 : spec.shape()[1];
    Tensor piece = flat.narrow(0, spec.offset(), rows * columns);
    return spec.isVector() ? piece : piece.view(rows, columns);
  }

  /** All tensors in layout order. */
  public Map<String, Tensor> all() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    for (TensorSpec spec : layout.tensors()) {
      all.put(spec.name(), of(spec.name()));
    }
    return all;
  }
}
