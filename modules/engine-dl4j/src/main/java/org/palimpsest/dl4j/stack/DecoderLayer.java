package org.palimpsest.dl4j.stack;

import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.layer.Attention;
import org.palimpsest.dl4j.layer.CrossAttention;
import org.palimpsest.dl4j.layer.FeedForward;
import org.palimpsest.dl4j.layer.KeyValues;
import org.palimpsest.dl4j.layer.RelativeBias;
import org.palimpsest.dl4j.layer.SelfAttention;
import org.palimpsest.model.replica.Spans;

/** Self-attention, attention to the encoder's memory, then feed-forward. */
public final class DecoderLayer implements Block {
  private final Pass pass;
  private final int index;
  private final SelfAttention selfAttention;
  private final CrossAttention crossAttention;
  private final FeedForward feedForward;

  public DecoderLayer(Pass pass, int index) {
    this.pass = pass;
    this.index = index;
    String name = "model.decoder.layers." + index;
    selfAttention = new SelfAttention(pass.workspace(), pass.rng(), name);
    crossAttention = new CrossAttention(pass.workspace(), pass.rng(), name);
    feedForward = new FeedForward(pass.workspace(), pass.rng(), name);
  }

  @Override
  public Matrix forward(Matrix y) {
    Spans target = pass.slice().target().spans();
    Spans source = pass.slice().source().spans();
    Matrix hidden = selfAttention.forward(y, target, Attention.View.past(bias()));
    return feedForward.forward(crossAttention.forward(hidden, target, pass.memory(), source));
  }

  private RelativeBias bias() {
    return pass.decoderBiases().of(index);
  }

  @Override
  public Matrix backward(Matrix gradient) {
    feedForward.backward(gradient);
    crossAttention.backward(gradient, pass.memoryGradient());
    selfAttention.backward(gradient);
    return gradient;
  }

  /** Keys and values of the encoder's output, for all steps. */
  public KeyValues projectMemory(Matrix memory) {
    return crossAttention.projectMemory(pass.workspace(), memory);
  }

  /** Decodes one position of each sequence. */
  public Matrix step(Matrix y, KeyValues past, KeyValues memory, DecodingState state) {
    Matrix hidden = selfAttention.step(y, past, state.room(), state.position(), bias());
    return feedForward.forward(
        crossAttention.step(hidden, state.queries(), memory, state.sources()));
  }
}
