package org.palimpsest.dl4j.stack;

import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.layer.Embedding;
import org.palimpsest.model.replica.PackedSequences;

/** The turn: the encoder's rows become the memory, and the decoder's tokens go on as rows. */
public final class TargetEmbedding implements Block {
  private final Pass pass;
  private final Embedding embedding;

  public TargetEmbedding(Pass pass) {
    this.pass = pass;
    embedding = new Embedding(pass.workspace(), pass.rng(), "model.decoder");
  }

  @Override
  public Matrix forward(Matrix memory) {
    pass.projectMemory(memory);
    PackedSequences target = pass.slice().target();
    if (pass.decoderBias() != null) {
      pass.decoderBias().begin(target.spans().longest());
    }
    return embed(target);
  }

  public Matrix embed(PackedSequences target) {
    return embedding.forward(target);
  }

  /** What comes back to the encoder is what the decoder's layers have gathered for the memory. */
  @Override
  public Matrix backward(Matrix gradient) {
    embedding.backward(gradient);
    if (pass.decoderBias() != null) {
      pass.decoderBias().finish();
    }
    return pass.memoryGradient();
  }
}
