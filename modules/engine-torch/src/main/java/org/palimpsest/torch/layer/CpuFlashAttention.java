package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.torch.memory.Workspace;

/** The fused kernel of a CPU, the twin of {@link EfficientAttention}. */
final class CpuFlashAttention extends FusedAttention {
  static final String FORWARD = "aten::_scaled_dot_product_flash_attention_for_cpu";
  static final String BACKWARD = FORWARD + "_backward";

  private final OperatorHandle forward;
  private final OperatorHandle backward;
  private Tensor q;
  private Tensor k;
  private Tensor v;
  private Tensor mix;
  private Tensor logarithms;

  CpuFlashAttention(Workspace workspace, Dropout dropout) {
    super(workspace, dropout);
    forward = workspace.hold(Dispatcher.singleton().findSchemaOrThrow(FORWARD, ""));
    backward = workspace.hold(Dispatcher.singleton().findSchemaOrThrow(BACKWARD, ""));
  }

  @Override
  boolean givesBiasGradient() {
    return false;
  }

  @Override
  Tensor mix(Tensor q, Tensor k, Tensor v, Tensor bias) {
    this.q = q;
    this.k = k;
    this.v = v;
    IValueVector stack = new IValueVector(new IValue(q), new IValue(k), new IValue(v));
    stack.push_back(new IValue(0.0)); // no dropout
    stack.push_back(new IValue(false)); // not causal: the bias says what is hidden
    stack.push_back(bias == null ? new IValue() : new IValue(bias));
    stack.push_back(new IValue(1.0)); // queries are scaled
    forward.callBoxed(stack);
    mix = stack.get(0).toTensor();
    logarithms = stack.get(1).toTensor();
    return mix;
  }

  @Override
  Tensor[] gradients(Tensor mixGradient, Tensor bias) {
    IValueVector stack = new IValueVector(new IValue(mixGradient));
    for (Tensor each : new Tensor[] {q, k, v, mix, logarithms}) {
      stack.push_back(new IValue(each));
    }
    stack.push_back(new IValue(0.0));
    stack.push_back(new IValue(false));
    stack.push_back(bias == null ? new IValue() : new IValue(bias));
    stack.push_back(new IValue(1.0));
    backward.callBoxed(stack);
    return new Tensor[] {
      stack.get(0).toTensor(), stack.get(1).toTensor(), stack.get(2).toTensor(), null
    };
  }
}
