package org.palimpsest.torch.stack;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.torch.layer.DropoutRng;
import org.palimpsest.torch.layer.FeedForward;
import org.palimpsest.torch.layer.ScoreTerm;
import org.palimpsest.torch.layer.SelfAttention;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Rows;

/** Self-attention, then feed-forward. */
final class EncoderLayer {
  private final SelfAttention selfAttention;
  private final FeedForward feedForward;

  public EncoderLayer(Workspace workspace, DropoutRng rng, String name) {
    selfAttention = new SelfAttention(workspace, rng, name);
    feedForward = new FeedForward(workspace, rng, name);
  }

  public Tensor forward(Tensor x, Rows rows, ScoreTerm term) {
    return feedForward.forward(selfAttention.forward(x, rows, term));
  }

  void backward(Tensor gradient) {
    feedForward.backward(gradient);
    selfAttention.backward(gradient);
  }
}
