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
 * softmax(scale·q·kᵀ + bias)·v for every head of every sequence. Sequences stay packed: BLAS reads
 * a head's columns of a sequence's rows in place, so that nothing is split, padded or masked, at
 * the cost of one small product per head and sequence.
 */
public final class Attention {
  private final Kernels kernels;
  private final int heads;
  private final int width;
  private final double scale;
  private final Buffer probabilities;
  private final Buffer probabilityGradients;
  private Matrix q;
  private Matrix k;
  private Matrix v;
  private Spans querySpans;
  private Spans keySpans;
  private View view;

  /**
   * The keys that queries attend to.
   *
   * @param future whether keys after a query are hidden
   * @param first position of a sequence's first query among its keys
   * @param bias null for none
   */
  public record View(Future future, int first, RelativeBias bias) {
    /** All keys. */
    public static View all(RelativeBias bias) {
      return new View(Future.SEEN, 0, bias);
    }

    /** Keys up to the query. */
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
    probabilities = workspace.buffer();
    probabilityGradients = workspace.scratch("share gradient");
  }

  /**
   * Writes the context of each query to {@code context}.
   *
   * @param query rows of all queries, heads adjacent
   * @param key rows of all keys; query sequence i attends to key sequence i
   */
  void forward(
      Matrix query,
      Matrix key,
      Matrix value,
      Spans querySpans,
      Spans keySpans,
      View view,
      Matrix context) {
    q = query;
    k = key;
    v = value;
    this.querySpans = querySpans;
    this.keySpans = keySpans;
    this.view = view;
    Memory memory = probabilities.atLeast(pairs());
    long offset = 0;
    for (int i = 0; i < querySpans.count(); i++) {
      int queries = querySpans.lengths()[i];
      int keys = keySpans.lengths()[i];
      if (queries > 0 && keys > 0) {
        Matrix probability = new Matrix(memory, offset, heads * queries, keys, keys);
        for (int head = 0; head < heads; head++) {
          kernels.timesTransposed(
              scale,
              of(q, querySpans, i, head),
              of(k, keySpans, i, head),
              0,
              part(probability, head, queries));
        }
        kernels.softmax(probability, view.sight(queries));
        for (int head = 0; head < heads; head++) {
          kernels.times(
              1,
              part(probability, head, queries),
              of(v, keySpans, i, head),
              0,
              of(context, querySpans, i, head));
        }
        offset += probability.size();
      } else if (queries > 0) {
        kernels.fill(context.rows(querySpans.from()[i], queries), 0);
      }
    }
  }

  /** Overwrites queries, keys and values with their gradients, from that of the context. */
  void backward(Matrix context, Matrix query, Matrix key, Matrix value) {
    Memory memory = probabilities.atLeast(pairs());
    long offset = 0;
    for (int i = 0; i < querySpans.count(); i++) {
      int queries = querySpans.lengths()[i];
      int keys = keySpans.lengths()[i];
      if (queries > 0 && keys > 0) {
        Matrix probability = new Matrix(memory, offset, heads * queries, keys, keys);
        backward(i, probability, context, query, key, value);
        offset += probability.size();
      } else {
        kernels.fill(query.rows(querySpans.from()[i], queries), 0);
        kernels.fill(key.rows(keySpans.from()[i], keys), 0);
        kernels.fill(value.rows(keySpans.from()[i], keys), 0);
      }
    }
  }

  private void backward(
      int i, Matrix probability, Matrix context, Matrix query, Matrix key, Matrix value) {
    int queries = querySpans.lengths()[i];
    Matrix gradient = probabilityGradients.shaped(probability.rows(), probability.columns());
    for (int head = 0; head < heads; head++) {
      Matrix out = of(context, querySpans, i, head);
      kernels.transposedTimes(
          1, part(probability, head, queries), out, 0, of(value, keySpans, i, head));
      kernels.timesTransposed(1, out, of(v, keySpans, i, head), 0, part(gradient, head, queries));
    }
    kernels.softmaxBackward(probability, gradient, view.sight(queries));
    for (int head = 0; head < heads; head++) {
      Matrix score = part(gradient, head, queries);
      kernels.times(scale, score, of(k, keySpans, i, head), 0, of(query, querySpans, i, head));
      kernels.transposedTimes(
          scale, score, of(q, querySpans, i, head), 0, of(key, keySpans, i, head));
    }
  }

  private long pairs() {
    long pairs = 0;
    for (int i = 0; i < querySpans.count(); i++) {
      pairs += (long) heads * querySpans.lengths()[i] * keySpans.lengths()[i];
    }
    return pairs;
  }

  private static Matrix part(Matrix probability, int head, int queries) {
    return probability.rows(head * queries, queries);
  }

  private Matrix of(Matrix rows, Spans spans, int sequence, int head) {
    return rows.rows(spans.from()[sequence], spans.lengths()[sequence])
        .columns(head * width, width);
  }
}
