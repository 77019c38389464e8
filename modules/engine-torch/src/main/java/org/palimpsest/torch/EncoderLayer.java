package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;

/** Self-attention, then feed-forward. */
final class EncoderLayer {
  private final SelfAttention selfAttention;
  private final FeedForward feedForward;

  EncoderLayer(Workspace workspace, DropoutRng rng, String name) {
    selfAttention = new SelfAttention(workspace, rng, name);
    feedForward = new FeedForward(workspace, rng, name);
  }

  Tensor forward(Tensor x, Rows rows, ScoreTerm term) {
    return feedForward.forward(selfAttention.forward(x, rows, term));
  }

  void backward(Tensor gradient) {
    feedForward.backward(gradient);
    selfAttention.backward(gradient);
  }
}
