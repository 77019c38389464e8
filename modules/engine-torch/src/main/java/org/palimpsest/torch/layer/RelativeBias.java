package org.palimpsest.torch.layer;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Workspace;

/**
 * T5's relative bias (Raffel et al. 2020) of one stack, or of one layer: a learned number per head
 * and bucket of distances, added to the scores of self-attention. The gradients of the layers that
 * share a table are summed, and added to the table's gradient once.
 */
final class RelativeBias {
  private final Workspace workspace;
  private final Tensor table;
  private final Tensor tableGradient;
  private final int[] bucketOf;
  private final int farthest;
  private final long heads;
  private final Buffer scores;
  private final Buffer sums;
  private final Buffer part;
  private Tensor index;
  private Tensor sum;

  RelativeBias(Workspace workspace, String name, IntUnaryOperator bucket) {
    this.workspace = workspace;
    this.table = workspace.parameter(name);
    this.tableGradient = workspace.gradient(name);
    farthest = workspace.spec().positions();
    bucketOf = new int[2 * farthest + 1];
    Arrays.setAll(bucketOf, i -> bucket.applyAsInt(i - farthest));
    heads = workspace.spec().heads();
    scores = workspace.buffer();
    sums = workspace.buffer();
    part = workspace.scratch("bias gradient");
  }

  /**
   * The bias of all pairs, plus {@code mask} if it is not null.
   *
   * @param positions of queries and keys: examples by length, or one example for all
   * @return examples (or 1) by heads by queries by keys
   */
  ScoreTerm forward(int[][] positions, int queries, int keys, Tensor mask) {
    index = workspace.indices(buckets(positions, queries, keys));
    Tensor rows = table.index_select(0, index).view(positions.length, queries, keys, heads);
    Tensor bias = scores.shaped(examples(positions, mask), heads, queries, keys);
    bias.copy_(rows.permute(0, 3, 1, 2));
    if (mask != null) {
      bias.add_(mask);
    }
    sum = sums.shaped(positions.length, heads, queries, keys);
    sum.zero_();
    return new ScoreTerm(bias, this);
  }

  private static long examples(int[][] positions, Tensor mask) {
    boolean each = mask != null && mask.dim() == 4;
    return each ? Math.max(positions.length, mask.size(0)) : positions.length;
  }

  private long[] buckets(int[][] positions, int queries, int keys) {
    long[] buckets =
        new long[Math.multiplyExact(positions.length, Math.multiplyExact(queries, keys))];
    int at = 0;
    for (int[] position : positions) {
      for (int q = 0; q < queries; q++) {
        for (int k = 0; k < keys; k++) {
          buckets[at++] = bucketOf[farthest + position[k] - position[q]];
        }
      }
    }
    return buckets;
  }

  /** Adds a layer's gradient of its scores: examples by heads by queries by keys. */
  void add(Tensor scoreGradient) {
    if (sum.size(0) == scoreGradient.size(0)) {
      sum.add_(scoreGradient);
    } else {
      Tensor all = part.shaped(1, heads, sum.size(2), sum.size(3));
      torch.sum_out(all, scoreGradient, new long[] {0}, true, workspace.typeOptional());
      sum.add_(all);
    }
  }

  /** Adds the summed gradients to the table's gradient. */
  void backward() {
    NativeScope.run(
        () -> {
          for (long head = 0; head < heads; head++) {
            TensorOptional weights = new TensorOptional(sum.select(1, head).reshape(-1));
            Tensor sums = torch.bincount(index, weights, table.size(0));
            tableGradient.select(1, head).add_(sums.to(tableGradient.scalar_type()));
          }
        });
  }

  /** The bias of one query at position {@code keys} − 1: heads by 1 by keys. */
  Tensor last(int keys) {
    long[] buckets = new long[keys];
    for (int k = 0; k < keys; k++) {
      buckets[k] = bucketOf[farthest + k - (keys - 1)];
    }
    return table.index_select(0, workspace.indices(buckets)).t().unsqueeze(1);
  }
}
