package org.palimpsest.dl4j.stack;

import org.palimpsest.dl4j.kernel.Matrix;

/** One layer of the graph: rows in, rows out; and the gradients back. */
public sealed interface Block
    permits SourceEmbedding, EncoderLayer, StackEnd, TargetEmbedding, DecoderLayer {

  /** What it makes of the rows, which stay as they are until {@link #backward}. */
  Matrix forward(Matrix x);

  /**
   * The gradient of the rows that came in, from that of those that went out, which it consumes;
   * adds the gradients of its parameters.
   */
  Matrix backward(Matrix gradient);
}
