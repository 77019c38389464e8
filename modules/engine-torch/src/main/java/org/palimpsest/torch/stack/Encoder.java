package org.palimpsest.torch.stack;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.torch.layer.DropoutRng;
import org.palimpsest.torch.layer.Embedding;
import org.palimpsest.torch.layer.RelativeBiases;
import org.palimpsest.torch.layer.ScoreTerm;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Rows;

/** The encoder: embedding, layers, and the final norm of a pre-norm architecture. */
public final class Encoder {
  private final Embedding embedding;
  private final RelativeBiases biases;
  private final List<EncoderLayer> layers = new ArrayList<>();
  private final Inputs inputs;
  private final FinalNorm end;
  private Rows rows;
  private List<ScoreTerm> terms;

  public Encoder(Workspace workspace, DropoutRng rng) {
    ModelSpec spec = workspace.spec();
    embedding = new Embedding(workspace, rng, "model.encoder");
    biases = RelativeBiases.ofEncoder(workspace);
    for (int i = 0; i < spec.encoderLayers(); i++) {
      String name = "model.encoder.layers." + i;
      layers.add(workspace.layer("encoder", () -> new EncoderLayer(workspace, rng, name)));
    }
    inputs = new Inputs(workspace, spec.encoderLayers());
    end = new FinalNorm(workspace, rng, "model.encoder");
  }

  /** Computes one row per source token. */
  public Tensor forward(Rows rows, Tensor mask) {
    this.rows = rows;
    terms = biases.forward(rows, mask);
    Tensor x = embedding.forward(rows);
    for (int i = 0; i < layers.size(); i++) {
      x = layers.get(i).forward(inputs.keep(i, x), rows, terms.get(i));
    }
    return end.forward(x);
  }

  /**
   * Consumes the output's gradient.
   *
   * @param completed called after each layer; after the first one, the gradients of what is before
   *     it are complete, too
   */
  public void backward(Tensor gradient, Runnable completed) {
    end.backward(gradient);
    for (int i = layers.size() - 1; i >= 0; i--) {
      if (inputs.isOverwritten(i)) {
        layers.get(i).forward(inputs.kept(i), rows, terms.get(i));
      }
      layers.get(i).backward(gradient);
      biases.backward(i);
      if (i == 0) {
        embedding.backward(gradient);
      }
      completed.run();
    }
  }
}
