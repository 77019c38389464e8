package org.palimpsest.dl4j.stack;

import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.layer.Attention;
import org.palimpsest.dl4j.layer.FeedForward;
import org.palimpsest.dl4j.layer.SelfAttention;
import org.palimpsest.model.replica.Spans;

/** Self-attention, then feed-forward. */
public final class EncoderLayer implements Block {
  private final Pass pass;
  private final int index;
  private final SelfAttention selfAttention;
  private final FeedForward feedForward;

  public EncoderLayer(Pass pass, int index) {
    this.pass = pass;
    this.index = index;
    String name = "model.encoder.layers." + index;
    selfAttention = new SelfAttention(pass.workspace(), pass.rng(), name);
    feedForward = new FeedForward(pass.workspace(), pass.rng(), name);
  }

  @Override
  public Matrix forward(Matrix x) {
    return forward(x, pass.slice().source().spans());
  }

  public Matrix forward(Matrix x, Spans spans) {
    Attention.View view = Attention.View.all(pass.encoderBiases().of(index));
    return feedForward.forward(selfAttention.forward(x, spans, view));
  }

  @Override
  public Matrix backward(Matrix gradient) {
    feedForward.backward(gradient);
    selfAttention.backward(gradient);
    return gradient;
  }
}
