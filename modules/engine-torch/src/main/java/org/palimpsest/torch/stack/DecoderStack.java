package org.palimpsest.torch.stack;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.torch.layer.DropoutRng;
import org.palimpsest.torch.layer.Embedding;
import org.palimpsest.torch.layer.RelativeBiases;
import org.palimpsest.torch.layer.ScoreTerm;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.ResidualStream;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Rows;

/** The decoder: embedding, layers, and the final norm of a pre-norm architecture. */
public final class DecoderStack {
  private final Workspace workspace;
  private final ResidualStream stream;
  private final Embedding embedding;
  private final RelativeBiases biases;
  private final List<DecoderLayer> layers = new ArrayList<>();
  private final Inputs inputs;
  private final FinalNorm end;
  private final Buffer memories;
  private Rows rows;
  private Rows memoryRows;
  private List<ScoreTerm> terms;
  private Tensor sourceMask;
  private Tensor memory;

  public DecoderStack(Workspace workspace, DropoutRng rng) {
    this.workspace = workspace;
    this.stream = new ResidualStream(workspace);
    ModelSpec spec = workspace.spec();
    embedding = new Embedding(workspace, rng, "model.decoder");
    biases = RelativeBiases.ofDecoder(workspace);
    for (int i = 0; i < spec.decoderLayers(); i++) {
      String name = "model.decoder.layers." + i;
      layers.add(workspace.layer("decoder", () -> new DecoderLayer(workspace, rng, name)));
    }
    inputs = new Inputs(workspace, spec.decoderLayers());
    end = new FinalNorm(workspace, rng, "model.decoder");
    memories = workspace.operandBuffer();
  }

  /**
   * Computes one row per target token.
   *
   * @param memory the encoder's output
   * @param sourceMask hides its padding; null without padding
   */
  public Tensor forward(Rows rows, Tensor memory, Rows memoryRows, Tensor sourceMask) {
    this.rows = rows;
    this.memoryRows = memoryRows;
    this.sourceMask = sourceMask;
    this.memory = stream.operands(memory, memories);
    terms = biases.forward(rows, rows.causalMask());
    Tensor y = embedding.forward(rows);
    for (int i = 0; i < layers.size(); i++) {
      y = forward(i, inputs.keep(i, y));
    }
    return end.forward(y);
  }

  private Tensor forward(int layer, Tensor y) {
    return layers.get(layer).forward(y, rows, terms.get(layer), memory, memoryRows, sourceMask);
  }

  /**
   * Consumes the output's gradient, and adds the gradient of the encoder's output.
   *
   * @param completed called after each layer; after the first one, the gradients of what is before
   *     it are complete, too
   */
  public void backward(Tensor gradient, Tensor memoryGradient, Runnable completed) {
    end.backward(gradient);
    for (int i = layers.size() - 1; i >= 0; i--) {
      if (inputs.isOverwritten(i)) {
        forward(i, inputs.kept(i));
      }
      layers.get(i).backward(gradient, memoryGradient);
      biases.backward(i);
      if (i == 0) {
        embedding.backward(gradient);
      }
      completed.run();
    }
  }

  /** Projects the encoder's output to the keys and values of each layer. */
  public void projectMemory(Tensor memory, Rows memoryRows, DecodingState state) {
    Tensor operand = stream.operands(memory, memories);
    for (DecoderLayer layer : layers) {
      state.addLayer(layer.projectMemory(operand, memoryRows, workspace.spec().heads()));
    }
  }

  /** Decodes one position of each sequence; returns one row per sequence. */
  public Tensor step(DecodingState state, int[] tokens) {
    Tensor y = embedding.forward(state.rows(tokens));
    for (int i = 0; i < layers.size(); i++) {
      int layer = i;
      y =
          layers
              .get(i)
              .step(
                  y,
                  state.past(i),
                  keys -> biases.last(layer, keys),
                  state.memory(i),
                  state.sourceMask());
    }
    return end.forward(y);
  }
}
