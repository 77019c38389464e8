package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.ResidualStream;
import org.palimpsest.torch.memory.Workspace;

/**
 * A linear map y = x·Wᵀ + b over rows of operands, with the gradients of its parameters; b is
 * optional.
 */
public final class Linear {
  private static final long[] ROWS = {0};

  private final Workspace workspace;
  private final ResidualStream stream;
  private final Tensor weight;
  private final Tensor transposed;
  private final Tensor bias;
  private final Tensor weightGradient;
  private final Tensor biasGradient;
  private final Buffer product;
  private final Buffer widened;

  public Linear(
      Workspace workspace, Tensor weight, Tensor bias, Tensor weightGradient, Tensor biasGradient) {
    this.workspace = workspace;
    this.stream = new ResidualStream(workspace);
    this.weight = weight;
    this.transposed = workspace.hold(weight.t());
    this.bias = bias;
    this.weightGradient = weightGradient;
    this.biasGradient = biasGradient;
    this.product = workspace.operandScratch("product");
    this.widened = workspace.scratch("widened product");
  }

  /** The linear map of that name. */
  static Linear of(Workspace workspace, String name) {
    int rows = Math.toIntExact(workspace.parameter(name + ".weight").size(0));
    return joined(workspace, name, rows);
  }

  /** Neighboring linear maps as one of {@code rows} outputs; named after the first. */
  static Linear joined(Workspace workspace, String first, int rows) {
    String weight = first + ".weight";
    String bias = first + ".bias";
    boolean biased = workspace.spec().has(Architecture.Feature.BIASES);
    return new Linear(
        workspace,
        workspace.joinedOperand(weight, rows),
        biased ? workspace.joinedOperand(bias, rows) : null,
        workspace.joinedGradient(weight, rows),
        biased ? workspace.joinedGradient(bias, rows) : null);
  }

  long outputs() {
    return weight.size(0);
  }

  public void forward(Tensor x, Tensor into) {
    if (bias == null) {
      torch.mm_out(into, x, transposed);
    } else {
      torch.addmm_out(into, bias, x, transposed);
    }
  }

  /** The same, newly allocated. */
  public Tensor apply(Tensor x) {
    return bias == null ? x.mm(transposed) : torch.addmm(bias, x, transposed);
  }

  /** Adds the gradients of the parameters, from those of the output and the input. */
  public void learn(Tensor outputGradient, Tensor x) {
    Tensor columns = outputGradient.t();
    if (workspace.isMixed()) {
      Tensor part = product.shaped(weight.size(0), weight.size(1));
      torch.mm_out(part, columns, x);
      weightGradient.add_(workspace.widened(part, widened));
    } else {
      weightGradient.addmm_(columns, x);
    }
    if (biasGradient != null) {
      learnBias(outputGradient, columns);
    }
  }

  private void learnBias(Tensor outputGradient, Tensor columns) {
    if (workspace.isMixed()) {
      ScalarTypeOptional type = new ScalarTypeOptional(biasGradient.scalar_type());
      biasGradient.add_(outputGradient.sum(ROWS, false, type));
    } else {
      biasGradient.addmv_(columns, workspace.ones(outputGradient.size(0)));
    }
  }

  /** Overwrites {@code into} with the input's gradient. */
  public void propagate(Tensor outputGradient, Tensor into) {
    torch.mm_out(into, outputGradient, weight);
  }

  /** The input's gradient in the residual stream's type. */
  public Tensor propagated(Tensor outputGradient, Buffer into) {
    Tensor part =
        (stream.isOfOperands() ? into : product).shaped(outputGradient.size(0), weight.size(1));
    torch.mm_out(part, outputGradient, weight);
    return stream.ofOperands(part, into);
  }

  /** Adds the input's gradient to {@code sum}, which is a part of the residual stream. */
  void accumulate(Tensor outputGradient, Tensor sum) {
    if (stream.isOfOperands()) {
      sum.addmm_(outputGradient, weight);
    } else {
      sum.add_(propagated(outputGradient, widened));
    }
  }
}
