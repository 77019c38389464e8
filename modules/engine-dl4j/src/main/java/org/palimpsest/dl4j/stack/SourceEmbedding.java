package org.palimpsest.dl4j.stack;

import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.layer.Embedding;
import org.palimpsest.model.replica.PackedSequences;

/** The source's tokens as rows. */
public final class SourceEmbedding implements Block {
  private final Pass pass;
  private final Embedding embedding;

  public SourceEmbedding(Pass pass) {
    this.pass = pass;
    embedding = new Embedding(pass.workspace(), pass.rng(), "model.encoder");
  }

  /** Embeds the source; the input has no rows yet. */
  @Override
  public Matrix forward(Matrix none) {
    return embed(pass.slice().source());
  }

  public Matrix embed(PackedSequences source) {
    pass.encoderBiases().begin(source.spans().longest());
    return embedding.forward(source);
  }

  @Override
  public Matrix backward(Matrix gradient) {
    embedding.backward(gradient);
    pass.encoderBiases().finish();
    return gradient;
  }
}
