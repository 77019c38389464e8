package org.palimpsest.torch.optimizer;

import java.util.List;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.torch.memory.NativeScope;

/**
 * LibTorch's fused kernel of AdamW (Loshchilov and Hutter 2019): one pass over parameters,
 * gradients and both moments.
 *
 * @param state first moments at the offsets of the parameters, and second moments
 */
record FusedAdam(
    double beta1, double beta2, double epsilon, Tensor parameters, Tensor gradients, Tensor state) {
  private static final long[] ONE = {1};

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

  /** θ ← θ·(1 − rate·decay) − rate·m̂/(√v̂ + ε) in at least one range. */
  void step(List<Range> ranges, long number, double rate, double decay) {
    NativeScope.run(
        () -> {
          GenericList thetas = list();
          GenericList slopes = list();
          GenericList firsts = list();
          GenericList seconds = list();
          GenericList counts = list();
          IValue count =
              new IValue(torch.full(ONE, new Scalar((double) number), gradients.options()));
          for (Range range : ranges) {
            thetas.push_back(new IValue(parameters.narrow(0, range.offset(), range.size())));
            slopes.push_back(new IValue(gradients.narrow(0, range.offset(), range.size())));
            firsts.push_back(new IValue(state.narrow(0, range.offset(), range.size())));
            seconds.push_back(new IValue(state.narrow(0, range.second(), range.size())));
            counts.push_back(count);
          }
          IValueVector stack = new IValueVector();
          for (GenericList list : List.of(thetas, slopes, firsts, seconds, list(), counts)) {
            stack.push_back(new IValue(list));
          }
          stack.push_back(new IValue(rate));
          stack.push_back(new IValue(beta1));
          stack.push_back(new IValue(beta2));
          stack.push_back(new IValue(decay));
          stack.push_back(new IValue(epsilon));
          stack.push_back(new IValue(false)); // not amsgrad
          stack.push_back(new IValue(false)); // not maximize
          stack.push_back(new IValue()); // no gradient scale
          stack.push_back(new IValue()); // no check for infinities
          Dispatcher.singleton().findSchemaOrThrow("aten::_fused_adamw_", "").callBoxed(stack);
        });
  }

  private static GenericList list() {
    return new GenericList(new Type.TypePtr(TensorType.get()));
  }
}
