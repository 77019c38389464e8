package org.palimpsest.dl4j.stack;

import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.layer.Embedding;
import org.palimpsest.model.replica.PackedSequences;

/**
 * The start of the decoder: stores the encoder's rows as memory, and embeds the target's tokens.
 */
public final class TargetEmbedding implements Block {
  private final Pass pass;
  private final Embedding embedding;

  public TargetEmbedding(Pass pass) {
    this.pass = pass;
    embedding = new Embedding(pass.workspace(), pass.rng(), "model.decoder");
  }

  @Override
  public Matrix forward(Matrix memory) {
    pass.setMemory(memory);
    PackedSequences target = pass.slice().target();
    pass.decoderBiases().begin(target.spans().longest());
    return embed(target);
  }

  public Matrix embed(PackedSequences target) {
    return embedding.forward(target);
  }

  /** Returns the gradient of the memory, which the decoder's layers have summed. */
  @Override
  public Matrix backward(Matrix gradient) {
    embedding.backward(gradient);
    pass.decoderBiases().finish();
    return pass.memoryGradient();
  }
}
