package org.palimpsest.dl4j;

/** Self-attention, attention to the encoder's memory, then feed-forward. */
final class DecoderLayer implements Block {
  private final Pass pass;
  private final SelfAttention selfAttention;
  private final CrossAttention crossAttention;
  private final FeedForward feedForward;

  DecoderLayer(Pass pass, int index) {
    this.pass = pass;
    String name = "model.decoder.layers." + index;
    selfAttention = new SelfAttention(pass.workspace(), pass.noise(), name);
    crossAttention = new CrossAttention(pass.workspace(), pass.noise(), name);
    feedForward = new FeedForward(pass.workspace(), pass.noise(), name);
  }

  @Override
  public Matrix forward(Matrix y) {
    Spans target = pass.slice().target().spans();
    Spans source = pass.slice().source().spans();
    Matrix asked = selfAttention.forward(y, target, Attention.View.past(pass.decoderBias()));
    return feedForward.forward(crossAttention.forward(asked, target, pass.memory(), source));
  }

  @Override
  public Matrix backward(Matrix gradient) {
    feedForward.backward(gradient);
    crossAttention.backward(gradient, pass.memoryGradient());
    selfAttention.backward(gradient);
    return gradient;
  }

  /** Keys and values of the encoder's memory, for all steps. */
  KeyValues remember(Matrix memory) {
    return crossAttention.remember(pass.workspace(), memory);
  }

  /** One position of each sequence further. */
  Matrix step(Matrix y, KeyValues past, KeyValues remembered, Writing writing) {
    Matrix asked =
        selfAttention.step(y, past, writing.room(), writing.position(), pass.decoderBias());
    return feedForward.forward(
        crossAttention.step(asked, writing.asking(), remembered, writing.sources()));
  }
}
