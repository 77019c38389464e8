package org.palimpsest.torch;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.Batch;
import org.palimpsest.objective.PalimpsestException;

/**
 * Some examples of a batch as the network sees them. Small enough that what the forward pass keeps
 * stays in the processor's cache.
 *
 * @param source what the encoder reads
 * @param target what the decoder reads
 * @param sourceMask hides padding keys: examples by 1 by 1 by keys
 * @param causalMask hides what is to come: queries by keys
 * @param counted rows of the target where the loss counts; null when they are all
 * @param truth what is to be said there
 * @param weights of the loss there; null when all are 1
 * @param places where those rows stand in the batch's arrays
 */
record Slice(
    Rows source,
    Rows target,
    Tensor sourceMask,
    Tensor causalMask,
    Tensor counted,
    Tensor truth,
    float[] weights,
    int[] places) {
  /** Not infinity: an example without source would become NaN. */
  private static final float HIDDEN = -1e30f;

  /** Which target positions go through the head. */
  enum Scope {
    COUNTED,
    ALL
  }

  static Slice of(Workspace workspace, Batch batch, int from, int to, Scope scope) {
    if (batch.isPacked()) {
      throw PalimpsestException.configuration(
          "The engine torch computes one example a row: give it a batch that is not packed.");
    }
    int[] sourceLengths = Arrays.copyOfRange(batch.sourceLengths(), from, to);
    int[] targetLengths = Arrays.copyOfRange(batch.targetLengths(), from, to);
    Rows source =
        Rows.of(workspace, sourceLengths, batch.source(), null, from, batch.sourceLength());
    Rows target =
        Rows.of(
            workspace,
            targetLengths,
            batch.decoderInput(),
            batch.decoderPositions(),
            from,
            batch.targetLength());
    Counted counted = Counted.of(batch, from, to, scope);
    return new Slice(
        source,
        target,
        paddingMask(workspace, sourceLengths, source.asKeys()),
        causalMask(workspace, target),
        counted.rows.length == target.count() ? null : workspace.indices(counted.rows),
        workspace.indices(counted.truth),
        counted.weights,
        counted.places);
  }

  long countedRows() {
    return places.length;
  }

  static Tensor paddingMask(Workspace workspace, int[] lengths, Padding keys) {
    int width = Math.toIntExact(keys.length());
    float[] mask = new float[lengths.length * width];
    for (int example = 0; example < lengths.length; example++) {
      Arrays.fill(mask, example * width + lengths[example], (example + 1) * width, HIDDEN);
    }
    return workspace.numbers(mask).view(lengths.length, 1, 1, width);
  }

  private static Tensor causalMask(Workspace workspace, Rows target) {
    int queries = Math.toIntExact(target.asQueries().length());
    int keys = Math.toIntExact(target.asKeys().length());
    float[] mask = new float[queries * keys];
    for (int t = 0; t < queries; t++) {
      Arrays.fill(mask, t * keys + t + 1, (t + 1) * keys, HIDDEN);
    }
    return workspace.numbers(mask).view(queries, keys);
  }

  /** The target positions that go through the head, in packed order. */
  private record Counted(long[] rows, long[] truth, float[] weights, int[] places) {
    static Counted of(Batch batch, int from, int to, Scope scope) {
      int room = (to - from) * batch.targetLength();
      long[] rows = new long[room];
      long[] truth = new long[room];
      float[] weights = new float[room];
      int[] places = new int[room];
      int count = 0;
      int row = 0;
      for (int example = from; example < to; example++) {
        for (int t = 0; t < batch.targetLengths()[example]; t++, row++) {
          int at = example * batch.targetLength() + t;
          if (scope == Scope.ALL || batch.lossWeights()[at] != 0) {
            rows[count] = row;
            truth[count] = batch.target()[at];
            weights[count] = batch.lossWeights()[at];
            places[count++] = at;
          }
        }
      }
      return new Counted(
          Arrays.copyOf(rows, count),
          Arrays.copyOf(truth, count),
          Arrays.copyOf(weights, count),
          Arrays.copyOf(places, count));
    }
  }
}
