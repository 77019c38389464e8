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

  Tensor forward(Tensor y, Tensor memory, Slice slice) {
    Tensor asked = selfAttention.forward(y, slice.target(), slice.causalMask());
    Tensor told =
        crossAttention.forward(asked, slice.target(), memory, slice.source(), slice.sourceMask());
    return feedForward.forward(told);
  }

  KeyValues remember(Tensor memory, Rows memoryRows, long heads) {
    return crossAttention.remember(memory, memoryRows, heads);
  }

  /** One position of each sequence further. */
  Tensor step(Tensor y, KeyValues past, KeyValues remembered, Tensor pastMask, Tensor sourceMask) {
    Tensor asked = selfAttention.step(y, past, pastMask);
    return feedForward.forward(crossAttention.step(asked, remembered, sourceMask));
  }

  void backward(Tensor gradient, Tensor memoryGradient) {
    feedForward.backward(gradient);
    crossAttention.backward(gradient, memoryGradient);
    selfAttention.backward(gradient);
  }
}
