package org.palimpsest.torch;

import java.util.ArrayList;
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
import org.palimpsest.model.OptimizerSpec;
import org.palimpsest.model.ParameterLayout;
import org.palimpsest.model.TensorSpec;

/**
 * AdamW (Loshchilov & Hutter 2019) by LibTorch's fused kernel: one pass over parameters, gradients
 * and both moments. The layout's tensors are taken in runs of neighbours that share their decay.
 */
final class AdamW implements Optimizer {
  private static final long[] ONE = {1};

  private final OptimizerSpec.AdamW spec;
  private final List<Run> runs;
  private final Tensor parameters;
  private final Tensor gradients;
  private final Tensor state;
  private final long size;

  /** Neighbours in the flat vector that decay together. */
  private record Run(long offset, long size, boolean decays) {}

  AdamW(
      OptimizerSpec.AdamW spec,
      ParameterLayout layout,
      Tensor parameters,
      Tensor gradients,
      Tensor state) {
    this.spec = spec;
    this.parameters = parameters;
    this.gradients = gradients;
    this.state = state;
    this.size = layout.size();
    this.runs = runs(layout);
  }

  private static List<Run> runs(ParameterLayout layout) {
    List<Run> runs = new ArrayList<>();
    long begin = 0;
    long end = 0;
    boolean decays = true;
    for (TensorSpec tensor : layout.tensors()) {
      if (decays == tensor.isVector()) {
        if (end > begin) {
          runs.add(new Run(begin, end - begin, decays));
        }
        begin = tensor.offset();
        decays = !tensor.isVector();
      }
      end = tensor.end();
    }
    runs.add(new Run(begin, end - begin, decays));
    return runs;
  }

  @Override
  public void step(long number, double learningRate) {
    step(number, learningRate, true, spec.weightDecay());
    step(number, learningRate, false, 0);
  }

  private void step(long number, double learningRate, boolean decays, double weightDecay) {
    NativeScope.run(
        () -> {
          GenericList thetas = list();
          GenericList slopes = list();
          GenericList firsts = list();
          GenericList seconds = list();
          GenericList counts = list();
          IValue count =
              new IValue(torch.full(ONE, new Scalar((double) number), gradients.options()));
          for (Run run : runs) {
            if (run.decays() == decays) {
              thetas.push_back(new IValue(parameters.narrow(0, run.offset(), run.size())));
              slopes.push_back(new IValue(gradients.narrow(0, run.offset(), run.size())));
              firsts.push_back(new IValue(state.narrow(0, run.offset(), run.size())));
              seconds.push_back(new IValue(state.narrow(0, size + run.offset(), run.size())));
              counts.push_back(count);
            }
          }
          IValueVector stack = new IValueVector();
          for (GenericList list : List.of(thetas, slopes, firsts, seconds, list(), counts)) {
            stack.push_back(new IValue(list));
          }
          stack.push_back(new IValue(learningRate));
          stack.push_back(new IValue(spec.beta1()));
          stack.push_back(new IValue(spec.beta2()));
          stack.push_back(new IValue(weightDecay));
          stack.push_back(new IValue(spec.epsilon()));
          stack.push_back(new IValue(false)); // not amsgrad
          stack.push_back(new IValue(false)); // not maximize
          stack.push_back(new IValue()); // no gradient scale
          stack.push_back(new IValue()); // no search for infinities
          Dispatcher.singleton().findSchemaOrThrow("aten::_fused_adamw_", "").callBoxed(stack);
        });
  }

  private static GenericList list() {
    return new GenericList(new Type.TypePtr(TensorType.get()));
  }
}
