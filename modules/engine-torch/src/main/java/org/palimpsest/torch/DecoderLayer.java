package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;

/** Self-attention, attention to the encoder's memory, then feed-forward. */
final class DecoderLayer {
  private final SelfAttention selfAttention;
  private final CrossAttention crossAttention;
  private final FeedForward feedForward;

  DecoderLayer(Workspace workspace, Noise noise, String name) {
    selfAttention = new SelfAttention(workspace, noise, name);
    crossAttention = new CrossAttention(workspace, noise, name);
    feedForward = new FeedForward(workspace, noise, name);
  }

  /**
   * The layer's output.
   *
   * @param memory the encoder's output, as operands
   * @param term of its self-attention
   * @param sourceMask hides the source's padding; null for none
   */
  Tensor forward(
      Tensor y, Rows rows, ScoreTerm term, Tensor memory, Rows memoryRows, Tensor sourceMask) {
    Tensor asked = selfAttention.forward(y, rows, term);
    Tensor told =
        crossAttention.forward(asked, rows, memory, memoryRows, ScoreTerm.fixed(sourceMask));
    return feedForward.forward(told);
  }

  KeyValues remember(Tensor memory, Rows memoryRows, long heads) {
    return crossAttention.remember(memory, memoryRows, heads);
  }

  /** One position of each sequence further. */
  Tensor step(
      Tensor y, KeyValues past, RelativeBias bias, KeyValues remembered, Tensor sourceMask) {
    Tensor asked = selfAttention.step(y, past, bias);
    return feedForward.forward(crossAttention.step(asked, remembered, sourceMask));
  }

  void backward(Tensor gradient, Tensor memoryGradient) {
    feedForward.backward(gradient);
    crossAttention.backward(gradient, memoryGradient);
    selfAttention.backward(gradient);
  }
}
