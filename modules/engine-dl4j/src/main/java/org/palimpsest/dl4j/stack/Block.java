package org.palimpsest.dl4j.stack;

import org.palimpsest.dl4j.kernel.Matrix;

/** One layer of the graph: rows in, rows out, and gradients back. */
public sealed interface Block
    permits SourceEmbedding, EncoderLayer, StackEnd, TargetEmbedding, DecoderLayer {

  /** Computes the output; the input must not change until {@link #backward}. */
  Matrix forward(Matrix x);

  /**
   * Returns the gradient of the input, from that of the output, which it consumes; adds the
   * gradients of its parameters.
   */
  Matrix backward(Matrix gradient);
}
