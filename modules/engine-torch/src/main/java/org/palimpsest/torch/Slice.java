package org.palimpsest.torch;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.batch.CountedRows;
import org.palimpsest.model.batch.Segments;

/**
 * Some examples of a batch as the network sees them. Small enough that what the forward pass keeps
 * stays in the processor's cache. Examples that share a row of the batch are as good as examples
 * with rows of their own: attention sees one example at a time, and all else single positions.
 *
 * @param source what the encoder reads
 * @param target what the decoder reads
 * @param counted rows of the target where the loss counts; null when they are all
 * @param truth what is to be said there
 * @param weights of the loss there
 * @param places where those rows stand in the batch's arrays
 */
record Slice(
    Rows source, Rows target, Tensor counted, Tensor truth, float[] weights, int[] places) {
  /** Not infinity: an example without source would become NaN. */
  static final float HIDDEN = -1e30f;

  /** The examples {@code from} to before {@code to}, by their order in the batch's segments. */
  static Slice of(Workspace workspace, Batch batch, int from, int to, CountedRows.Scope scope) {
    Segments segments = batch.segments();
    int[] rows = Arrays.copyOfRange(segments.rows(), from, to);
    int[] sourceLengths = Arrays.copyOfRange(segments.sourceLengths(), from, to);
    int[] targetLengths = Arrays.copyOfRange(segments.targetLengths(), from, to);
    int[] sourceFrom = Arrays.copyOfRange(segments.sourceFrom(), from, to);
    int[] targetFrom = Arrays.copyOfRange(segments.targetFrom(), from, to);
    for (int i = 0; i < rows.length; i++) {
      sourceFrom[i] += rows[i] * batch.sourceLength();
      targetFrom[i] += rows[i] * batch.targetLength();
    }
    CountedRows counted =
        CountedRows.of(
            segments.targetPlaces(from, to, batch.targetLength()),
            batch.target(),
            batch.lossWeights(),
            scope);
    Rows target =
        Rows.of(
            workspace, targetFrom, targetLengths, batch.decoderInput(), batch.decoderPositions());
    return new Slice(
        Rows.of(workspace, sourceFrom, sourceLengths, batch.source(), null),
        target,
        counted.count() == target.count() ? null : workspace.indices(counted.rows()),
        workspace.indices(counted.truth()),
        counted.weights(),
        counted.places());
  }

  long countedRows() {
    return places.length;
  }
}
