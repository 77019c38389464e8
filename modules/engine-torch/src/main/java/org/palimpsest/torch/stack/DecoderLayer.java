package org.palimpsest.torch.stack;

import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.torch.layer.CrossAttention;
import org.palimpsest.torch.layer.DropoutRng;
import org.palimpsest.torch.layer.FeedForward;
import org.palimpsest.torch.layer.KeyValues;
import org.palimpsest.torch.layer.ScoreTerm;
import org.palimpsest.torch.layer.SelfAttention;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Rows;

/** Self-attention, attention to the encoder's memory, then feed-forward. */
final class DecoderLayer {
  private final SelfAttention selfAttention;
  private final CrossAttention crossAttention;
  private final FeedForward feedForward;

  public DecoderLayer(Workspace workspace, DropoutRng rng, String name) {
    selfAttention = new SelfAttention(workspace, rng, name);
    crossAttention = new CrossAttention(workspace, rng, name);
    feedForward = new FeedForward(workspace, rng, name);
  }

  /**
   * The layer's output.
   *
   * @param memory the encoder's output, as operands
   * @param term added to the scores of self-attention
   * @param sourceMask hides the source's padding; null without padding
   */
  Tensor forward(
      Tensor y, Rows rows, ScoreTerm term, Tensor memory, Rows memoryRows, Tensor sourceMask) {
    Tensor hidden = selfAttention.forward(y, rows, term);
    Tensor attended =
        crossAttention.forward(hidden, rows, memory, memoryRows, ScoreTerm.fixed(sourceMask));
    return feedForward.forward(attended);
  }

  /** Keys and values of the encoder's output, for all steps. */
  public KeyValues projectMemory(Tensor memory, Rows memoryRows, long heads) {
    return crossAttention.projectMemory(memory, memoryRows, heads);
  }

  /**
   * Decodes one position of each sequence.
   *
   * @param bias gives the relative bias of the last of some positions, or null
   */
  public Tensor step(
      Tensor y, KeyValues past, IntFunction<Tensor> bias, KeyValues memory, Tensor sourceMask) {
    Tensor hidden = selfAttention.step(y, past, bias);
    return feedForward.forward(crossAttention.step(hidden, memory, sourceMask));
  }

  void backward(Tensor gradient, Tensor memoryGradient) {
    feedForward.backward(gradient);
    crossAttention.backward(gradient, memoryGradient);
    selfAttention.backward(gradient);
  }
}
