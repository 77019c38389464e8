package org.palimpsest.torch.layer;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Rows;

/**
 * T5's relative bias (Raffel et al. 2020) of one stack, or of one layer: a learned number per head
 * and bucket of distances, added to the scores of self-attention. The gradients of the layers that
 * share a table are summed, and added to the table's gradient once.
 */
final class RelativeBias {
  private static final long[] BY_HEAD = {0, 3, 1, 2};
  private static final long[] BY_PAIR = {0, 2, 3, 1};
  private static final long[] QUERIES = {1};

  private final Workspace workspace;
  private final Tensor table;
  private final Tensor tableGradient;
  private final int farthest;
  private final Tensor buckets;
  private final Tensor distancesOfBuckets;
  private final long heads;
  private final Buffer scores;
  private final Buffer sums;
  private final Buffer part;
  private final Buffer skewed;
  private Tensor index;
  private Tensor sum;

  RelativeBias(Workspace workspace, String name, IntUnaryOperator bucket) {
    this.workspace = workspace;
    this.table = workspace.parameter(name);
    this.tableGradient = workspace.gradient(name);
    farthest = workspace.spec().positions() + Rows.LANES;
    int[] bucketOf = new int[2 * farthest + 1];
    Arrays.setAll(bucketOf, i -> bucket.applyAsInt(i - farthest));
    buckets = workspace.hold(workspace.indices(bucketOf));
    distancesOfBuckets = workspace.hold(membership(workspace, bucketOf, table.size(0)));
    heads = workspace.spec().heads();
    scores = workspace.buffer();
    sums = workspace.buffer();
    part = workspace.scratch("bias gradient");
    skewed = workspace.scratch("skewed bias gradient");
  }

  /** 1 where a distance belongs to a bucket: buckets by distances. */
  private static Tensor membership(Workspace workspace, int[] bucketOf, long number) {
    float[] ones = new float[Math.toIntExact(number) * bucketOf.length];
    for (int i = 0; i < bucketOf.length; i++) {
      ones[bucketOf[i] * bucketOf.length + i] = 1;
    }
    return workspace.numbers(ones).view(number, bucketOf.length);
  }

  /**
   * The bias of all pairs, plus {@code mask} if it is not null.
   *
   * @param rows queries and keys
   * @return examples (or 1) by heads by queries by keys
   */
  ScoreTerm forward(Rows rows, Tensor mask) {
    long queries = rows.asQueries().length();
    long keys = rows.asKeys().length();
    long positions = rows.consecutive() ? 1 : rows.asKeys().examples();
    index = rows.consecutive() ? null : ofPairs(rows);
    boolean each = mask != null && mask.dim() == 4;
    long examples = each ? Math.max(positions, mask.size(0)) : positions;
    Tensor bias = scores.shaped(examples, heads, queries, keys);
    bias.copy_(
        index == null
            ? byDistance(queries, keys)
            : table.index_select(0, index).view(positions, queries, keys, heads).permute(BY_HEAD));
    if (mask != null) {
      bias.add_(mask);
    }
    sum = sums.shaped(positions, heads, queries, keys);
    sum.zero_();
    return new ScoreTerm(bias, this);
  }

  /**
   * The bias at positions 0, 1, 2, …: heads by queries by keys. The row of a query is a window over
   * the distances; that of the next query starts one distance earlier.
   */
  private Tensor byDistance(long queries, long keys) {
    Tensor rows = table.index_select(0, distances(buckets, 0, queries, keys));
    return rows.t().contiguous().unfold(1, keys, 1).flip(QUERIES);
  }

  /** The part of a table over distances that the pairs have, in ascending order. */
  private Tensor distances(Tensor all, long dimension, long queries, long keys) {
    return all.narrow(dimension, farthest - (queries - 1), queries + keys - 1);
  }

  /** Buckets of all pairs of positions. */
  private Tensor ofPairs(Rows rows) {
    Tensor positions = rows.paddedPositions();
    Tensor ofQueries = positions.narrow(1, 0, rows.asQueries().length());
    Tensor distances = positions.unsqueeze(1).sub(ofQueries.unsqueeze(2));
    return buckets.index_select(0, distances.add_(new Scalar(farthest)).view(-1));
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
          if (index == null) {
            learnByDistance(sum.size(2), sum.size(3));
          } else {
            tableGradient.index_add_(0, index, sum.permute(BY_PAIR).reshape(-1, heads));
          }
        });
  }

  /** Sums the diagonals, whose pairs have one distance, and then the distances of each bucket. */
  private void learnByDistance(long queries, long keys) {
    long width = queries + keys - 1;
    Tensor byDistance = skewed.shaped(heads, queries, width);
    byDistance.zero_();
    long[] shape = {heads, queries, keys};
    long[] strides = {queries * width, width - 1, 1};
    byDistance.as_strided(shape, strides, new LongOptional(queries - 1)).copy_(sum.select(0, 0));
    Tensor diagonals = byDistance.sum(QUERIES);
    tableGradient.addmm_(distances(distancesOfBuckets, 1, queries, keys), diagonals.t());
  }

  /** The bias of one query at position {@code keys} − 1: heads by 1 by keys. */
  Tensor last(int keys) {
    return table.index_select(0, distances(buckets, 0, keys, 1)).t().unsqueeze(1);
  }
}
