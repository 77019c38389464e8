package org.palimpsest.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.spec.ModelSpec;

/** Reads targets and asks the encoder: embedding, layers, where there is one a norm at the end. */
final class DecoderStack {
  private final Workspace workspace;
  private final Embedding embedding;
  private final RelativeBias bias;
  private final List<DecoderLayer> layers = new ArrayList<>();
  private final Inputs inputs;
  private final FinalNorm end;
  private final Buffer memories;
  private Rows rows;
  private Rows memoryRows;
  private ScoreTerm term;
  private Tensor sourceMask;
  private Tensor memory;

  DecoderStack(Workspace workspace, Noise noise) {
    this.workspace = workspace;
    ModelSpec spec = workspace.spec();
    embedding = new Embedding(workspace, noise, "model.decoder");
    bias = RelativeBias.ofDecoder(workspace);
    for (int i = 0; i < spec.decoderLayers(); i++) {
      String name = "model.decoder.layers." + i;
      layers.add(workspace.layer("decoder", () -> new DecoderLayer(workspace, noise, name)));
    }
    inputs = new Inputs(workspace, spec.decoderLayers());
    end = new FinalNorm(workspace, noise, "model.decoder");
    memories = workspace.operandBuffer();
  }

  /**
   * One row for each target token.
   *
   * @param memory the encoder's output
   * @param sourceMask hides its padding; null for none
   */
  Tensor forward(Rows rows, Tensor memory, Rows memoryRows, Tensor sourceMask) {
    this.rows = rows;
    this.memoryRows = memoryRows;
    this.sourceMask = sourceMask;
    this.memory = workspace.rounded(memory, memories);
    int queries = Math.toIntExact(rows.asQueries().length());
    int keys = Math.toIntExact(rows.asKeys().length());
    Tensor mask = rows.causalMask();
    term =
        bias == null
            ? ScoreTerm.fixed(mask)
            : bias.forward(rows.paddedPlaces(), queries, keys, mask);
    Tensor y = embedding.forward(rows);
    for (int i = 0; i < layers.size(); i++) {
      y = forward(i, inputs.keep(i, y));
    }
    return end.forward(y);
  }

  private Tensor forward(int layer, Tensor y) {
    return layers.get(layer).forward(y, rows, term, memory, memoryRows, sourceMask);
  }

  /** Consumes the output's gradient, and adds that of the encoder's output. */
  void backward(Tensor gradient, Tensor memoryGradient) {
    end.backward(gradient);
    for (int i = layers.size() - 1; i >= 0; i--) {
      if (inputs.isOverwritten(i)) {
        forward(i, inputs.kept(i));
      }
      layers.get(i).backward(gradient, memoryGradient);
    }
    if (bias != null) {
      bias.backward();
    }
    embedding.backward(gradient);
  }

  /** Tells sequences that will be written what each layer makes of the encoder's output. */
  void remember(Tensor memory, Rows memoryRows, Writing writing) {
    Tensor operand = workspace.rounded(memory, memories);
    for (DecoderLayer layer : layers) {
      writing.remember(layer.remember(operand, memoryRows, workspace.spec().heads()));
    }
  }

  /** Reads one token of each sequence: one row each. */
  Tensor step(Writing writing, long[] tokens) {
    Tensor y = embedding.forward(writing.rows(tokens));
    for (int i = 0; i < layers.size(); i++) {
      y = layers.get(i).step(y, writing.past(i), bias, writing.remembered(i), writing.sourceMask());
    }
    return end.forward(y);
  }
}
