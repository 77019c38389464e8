package org.palimpsest.dl4j.layer;

import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Kernels.Future;
import org.palimpsest.dl4j.kernel.Kernels.Sight;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.kernel.Memory;
import org.palimpsest.dl4j.memory.Buffer;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.replica.Spans;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.ModelSpec;

/**
 * softmax(scale·q·kᵀ + bias)·v for every head of every sequence. The sequences stay packed: BLAS
 * reads a head's columns of a sequence's rows in place, so that nothing is split, padded or masked,
 * at the price of one small product for each.
 */
public final class Attention {
  private final Kernels kernels;
  private final int heads;
  private final int width;
  private final double scale;
  private final Buffer shares;
  private final Buffer shareGradients;
  private Matrix q;
  private Matrix k;
  private Matrix v;
  private Spans asking;
  private Spans asked;
  private View view;

  /**
   * How queries look at keys.
   *
   * @param future whether keys behind a query are hidden
   * @param first position of a sequence's first query among its keys
   * @param bias null for none
   */
  public record View(Future future, int first, RelativeBias bias) {
    /** Of other sequences, or of one's own from end to end. */
    public static View all(RelativeBias bias) {
      return new View(Future.SEEN, 0, bias);
    }

    /** Of what came before. */
    public static View past(RelativeBias bias) {
      return new View(Future.HIDDEN, 0, bias);
    }

    private Sight sight(int queries) {
      return new Sight(
          queries,
          first,
          future,
          bias == null ? null : bias.byDistance(),
          bias == null ? null : bias.gradient());
    }
  }

  Attention(Workspace workspace) {
    ModelSpec spec = workspace.spec();
    kernels = workspace.kernels();
    heads = spec.heads();
    width = spec.headWidth();
    scale = spec.has(Feature.ATTENTION_SCALE) ? 1 / Math.sqrt(width) : 1;
    shares = workspace.buffer();
    shareGradients = workspace.scratch("share gradient");
  }

  /**
   * Mixes values into {@code mixed}.
   *
   * @param query rows of all askers, heads side by side
   * @param key rows of all that are asked; sequence i asks sequence i
   */
  void forward(
      Matrix query, Matrix key, Matrix value, Spans asking, Spans asked, View view, Matrix mixed) {
    q = query;
    k = key;
    v = value;
    this.asking = asking;
    this.asked = asked;
    this.view = view;
    Memory memory = shares.atLeast(pairs());
    long offset = 0;
    for (int i = 0; i < asking.count(); i++) {
      int queries = asking.lengths()[i];
      int keys = asked.lengths()[i];
      if (queries > 0 && keys > 0) {
        Matrix share = new Matrix(memory, offset, heads * queries, keys, keys);
        for (int head = 0; head < heads; head++) {
          kernels.timesTransposed(
              scale, of(q, asking, i, head), of(k, asked, i, head), 0, part(share, head, queries));
        }
        kernels.softmax(share, view.sight(queries));
        for (int head = 0; head < heads; head++) {
          kernels.times(
              1, part(share, head, queries), of(v, asked, i, head), 0, of(mixed, asking, i, head));
        }
        offset += share.size();
      } else if (queries > 0) {
        kernels.fill(mixed.rows(asking.from()[i], queries), 0);
      }
    }
  }

  /** From the gradient of {@code mixed}, those of queries, keys and values. */
  void backward(Matrix mixed, Matrix query, Matrix key, Matrix value) {
    Memory memory = shares.atLeast(pairs());
    long offset = 0;
    for (int i = 0; i < asking.count(); i++) {
      int queries = asking.lengths()[i];
      int keys = asked.lengths()[i];
      if (queries > 0 && keys > 0) {
        Matrix share = new Matrix(memory, offset, heads * queries, keys, keys);
        backward(i, share, mixed, query, key, value);
        offset += share.size();
      } else {
        kernels.fill(query.rows(asking.from()[i], queries), 0);
        kernels.fill(key.rows(asked.from()[i], keys), 0);
        kernels.fill(value.rows(asked.from()[i], keys), 0);
      }
    }
  }

  private void backward(int i, Matrix share, Matrix mixed, Matrix query, Matrix key, Matrix value) {
    int queries = asking.lengths()[i];
    Matrix gradient = shareGradients.shaped(share.rows(), share.columns());
    for (int head = 0; head < heads; head++) {
      Matrix out = of(mixed, asking, i, head);
      kernels.transposedTimes(1, part(share, head, queries), out, 0, of(value, asked, i, head));
      kernels.timesTransposed(1, out, of(v, asked, i, head), 0, part(gradient, head, queries));
    }
    kernels.softmaxBackward(share, gradient, view.sight(queries));
    for (int head = 0; head < heads; head++) {
      Matrix score = part(gradient, head, queries);
      kernels.times(scale, score, of(k, asked, i, head), 0, of(query, asking, i, head));
      kernels.transposedTimes(scale, score, of(q, asking, i, head), 0, of(key, asked, i, head));
    }
  }

  private long pairs() {
    long pairs = 0;
    for (int i = 0; i < asking.count(); i++) {
      pairs += (long) heads * asking.lengths()[i] * asked.lengths()[i];
    }
    return pairs;
  }

  private static Matrix part(Matrix share, int head, int queries) {
    return share.rows(head * queries, queries);
  }

  private Matrix of(Matrix rows, Spans spans, int sequence, int head) {
    return rows.rows(spans.from()[sequence], spans.lengths()[sequence])
        .columns(head * width, width);
  }
}
