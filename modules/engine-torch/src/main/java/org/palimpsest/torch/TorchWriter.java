package org.palimpsest.torch;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.decoding.Ranking;
import org.palimpsest.model.decoding.Writer;
import org.palimpsest.torch.stack.DecodingState;

/** Decodes with cached keys and values; ranks tokens on the network's device. */
final class TorchWriter implements Writer {
  private final Transformer network;
  private final PointerScope scope = new PointerScope();
  private final DecodingState state;

  /** Encodes the sources; their keys and values live until this is closed. */
  TorchWriter(Transformer network, List<int[]> sources, int each, int room) {
    this.network = network;
    boolean started = false;
    try {
      state = network.transfers().queue().compute(() -> network.begin(sources, each, room));
      started = true;
    } finally {
      if (!started) {
        scope.close();
      }
    }
  }

  @Override
  public Ranking step(int[] tokens, int[] forbidden, int most) {
    return network
        .transfers()
        .queue()
        .scoped(
            () -> {
              Tensor logs = network.step(state, tokens);
              if (most == 0) {
                return Ranking.NONE;
              }
              if (forbidden.length > 0) {
                Tensor hidden = network.indices(forbidden);
                logs = logs.index_fill(1, hidden, new Scalar(Double.NEGATIVE_INFINITY));
              }
              return ranking(logs, most);
            });
  }

  private Ranking ranking(Tensor logs, int most) {
    if (most == 1) {
      Tensor best = torch.argmax(logs, new LongOptional(1), true);
      return ranking(logs.gather(1, best), best, most);
    }
    T_TensorTensor_T top = logs.topk(most, 1, true, true);
    return ranking(top.get0(), top.get1(), most);
  }

  private Ranking ranking(Tensor logs, Tensor tokens, int most) {
    long[] ids = network.transfers().longs(tokens);
    return new Ranking(
        most,
        network.transfers().doubles(logs),
        Arrays.stream(ids).mapToInt(Math::toIntExact).toArray());
  }

  @Override
  public void reorder(int[] order) {
    network.transfers().queue().run(() -> state.reorder(order));
  }

  @Override
  public void close() {
    scope.close();
  }
}
