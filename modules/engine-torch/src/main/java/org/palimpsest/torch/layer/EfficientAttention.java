package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.BoolType;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;
import org.palimpsest.torch.memory.Workspace;

/**
 * The memory-efficient kernel of a GPU (Rabe and Staats 2021), which also gives the gradient of the
 * bias. Only GPUs have it; {@link CpuFlashAttention} is its twin for tests.
 */
final class EfficientAttention extends FusedAttention {
  static final String FORWARD = "aten::_scaled_dot_product_efficient_attention";
  static final String BACKWARD = FORWARD + "_backward";

  private final OperatorHandle forward;
  private final OperatorHandle backward;
  private final Tensor nothing;
  private Tensor q;
  private Tensor k;
  private Tensor v;
  private final Tensor[] kept = new Tensor[4];

  EfficientAttention(Workspace workspace, Dropout dropout) {
    super(workspace, dropout);
    forward = workspace.hold(Dispatcher.singleton().findSchemaOrThrow(FORWARD, ""));
    backward = workspace.hold(Dispatcher.singleton().findSchemaOrThrow(BACKWARD, ""));
    nothing = workspace.hold(new Tensor());
  }

  @Override
  boolean givesBiasGradient() {
    return true;
  }

  @Override
  Tensor mix(Tensor q, Tensor k, Tensor v, Tensor bias) {
    this.q = q;
    this.k = k;
    this.v = v;
    IValueVector stack = new IValueVector(new IValue(q), new IValue(k), new IValue(v));
    stack.push_back(bias == null ? new IValue() : new IValue(bias));
    stack.push_back(new IValue(true)); // logarithms of the sums, also where no gradient is needed
    stack.push_back(new IValue(0.0)); // no dropout
    stack.push_back(new IValue(false)); // not causal: the bias says what is hidden
    stack.push_back(new IValue(1.0)); // queries are scaled
    forward.callBoxed(stack);
    for (int i = 0; i < kept.length; i++) {
      kept[i] = stack.get(i).toTensor(); // mix, logarithms, seed, offset
    }
    return kept[0];
  }

  @Override
  Tensor[] gradients(Tensor mixGradient, Tensor bias) {
    IValueVector stack = new IValueVector(new IValue(mixGradient));
    for (Tensor each : new Tensor[] {q, k, v, bias == null ? nothing : bias}) {
      stack.push_back(new IValue(each));
    }
    for (Tensor each : kept) {
      stack.push_back(new IValue(each));
    }
    stack.push_back(new IValue(0.0));
    GenericList wanted = new GenericList(new Type.TypePtr(BoolType.get()));
    for (boolean each : new boolean[] {true, true, true, bias != null}) {
      wanted.push_back(new IValue(each));
    }
    stack.push_back(new IValue(wanted));
    stack.push_back(new IValue(false));
    stack.push_back(new IValue(1.0));
    backward.callBoxed(stack);
    return new Tensor[] {
      stack.get(0).toTensor(),
      stack.get(1).toTensor(),
      stack.get(2).toTensor(),
      bias == null ? null : stack.get(3).toTensor()
    };
  }
}
