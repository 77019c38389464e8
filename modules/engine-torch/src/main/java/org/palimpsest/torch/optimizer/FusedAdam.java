package org.palimpsest.torch.optimizer;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.torch.memory.NativeHold;
import org.palimpsest.torch.memory.NativeScope;

/**
 * LibTorch's fused kernel of AdamW (Loshchilov and Hutter 2019): one pass over parameters,
 * gradients and both moments.
 */
final class FusedAdam implements AutoCloseable {
  private static final long[] ONE = {1};

  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final Tensor parameters;
  private final Tensor gradients;
  private final Tensor state;
  private final NativeHold hold = new NativeHold();
  private final OperatorHandle kernel;
  private final Tensor count;
  private long counted;

  /**
   * The kernel over flat vectors.
   *
   * @param state first moments at the offsets of the parameters, and second moments
   */
  FusedAdam(
      double beta1,
      double beta2,
      double epsilon,
      Tensor parameters,
      Tensor gradients,
      Tensor state) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.parameters = parameters;
    this.gradients = gradients;
    this.state = state;
    kernel = hold.hold(Dispatcher.singleton().findSchemaOrThrow("aten::_fused_adamw_", ""));
    count = hold.hold(torch.zeros(ONE, gradients.options()));
  }

  /**
   * A range of the flat vectors.
   *
   * @param offset its first element in parameters, gradients, and first moments
   * @param second its first element's second moment in the state
   */
  record Range(long offset, long size, long second) {
    /** The index after the last element. */
    long end() {
      return offset + size;
    }
  }

  /** Ranges that one call of the kernel updates: the lists that it reads, made once. */
  final class Group {
    private final List<IValue> lists = new ArrayList<>();

    private Group(List<Range> ranges) {
      GenericList thetas = list();
      GenericList slopes = list();
      GenericList firsts = list();
      GenericList seconds = list();
      GenericList counts = list();
      for (Range range : ranges) {
        thetas.push_back(new IValue(parameters.narrow(0, range.offset(), range.size())));
        slopes.push_back(new IValue(gradients.narrow(0, range.offset(), range.size())));
        firsts.push_back(new IValue(state.narrow(0, range.offset(), range.size())));
        seconds.push_back(new IValue(state.narrow(0, range.second(), range.size())));
        counts.push_back(new IValue(count));
      }
      for (GenericList list : List.of(thetas, slopes, firsts, seconds, list(), counts)) {
        lists.add(hold.hold(new IValue(list)));
      }
    }

    /** θ ← θ·(1 − rate·decay) − rate·m̂/(√v̂ + ε). */
    void step(long number, double rate, double decay) {
      NativeScope.run(
          () -> {
            countTo(number);
            IValueVector stack = new IValueVector();
            lists.forEach(stack::push_back);
            stack.push_back(new IValue(rate));
            stack.push_back(new IValue(beta1));
            stack.push_back(new IValue(beta2));
            stack.push_back(new IValue(decay));
            stack.push_back(new IValue(epsilon));
            stack.push_back(new IValue(false)); // not amsgrad
            stack.push_back(new IValue(false)); // not maximize
            stack.push_back(new IValue()); // no gradient scale
            stack.push_back(new IValue()); // no check for infinities
            kernel.callBoxed(stack);
          });
    }
  }

  /** All groups of an update have the same count. */
  private void countTo(long number) {
    if (counted != number) {
      count.fill_(new Scalar((double) number));
      counted = number;
    }
  }

  /** Groups at least one range. */
  Group group(List<Range> ranges) {
    return NativeScope.in(() -> new Group(ranges));
  }

  private static GenericList list() {
    return new GenericList(new Type.TypePtr(TensorType.get()));
  }

  @Override
  public void close() {
    hold.close();
  }
}
