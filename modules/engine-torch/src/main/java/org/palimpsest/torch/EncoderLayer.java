package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;

/** Self-attention, then feed-forward. */
final class EncoderLayer {
  private final SelfAttention selfAttention;
  private final FeedForward feedForward;

  EncoderLayer(Workspace workspace, Noise noise, String name) {
    selfAttention = new SelfAttention(workspace, noise, name);
    feedForward = new FeedForward(workspace, noise, name);
  }

  Tensor forward(Tensor x, Rows rows, ScoreTerm term) {
    return feedForward.forward(selfAttention.forward(x, rows, term));
  }

  void backward(Tensor gradient) {
    feedForward.backward(gradient);
    selfAttention.backward(gradient);
  }
}
