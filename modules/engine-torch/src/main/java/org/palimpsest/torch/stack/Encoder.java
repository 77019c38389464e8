package org.palimpsest.torch.stack;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.torch.layer.DropoutRng;
import org.palimpsest.torch.layer.Embedding;
import org.palimpsest.torch.layer.RelativeBias;
import org.palimpsest.torch.layer.ScoreTerm;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Rows;

/** The encoder: embedding, layers, and the final norm of a pre-norm architecture. */
public final class Encoder {
  private final Embedding embedding;
  private final RelativeBias bias;
  private final List<EncoderLayer> layers = new ArrayList<>();
  private final Inputs inputs;
  private final FinalNorm end;
  private Rows rows;
  private ScoreTerm term;

  public Encoder(Workspace workspace, DropoutRng rng) {
    ModelSpec spec = workspace.spec();
    embedding = new Embedding(workspace, rng, "model.encoder");
    bias = RelativeBias.ofEncoder(workspace);
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
    int queries = Math.toIntExact(rows.asQueries().length());
    int keys = Math.toIntExact(rows.asKeys().length());
    term =
        bias == null
            ? ScoreTerm.fixed(mask)
            : bias.forward(rows.paddedPositions(), queries, keys, mask);
    Tensor x = embedding.forward(rows);
    for (int i = 0; i < layers.size(); i++) {
      x = layers.get(i).forward(inputs.keep(i, x), rows, term);
    }
    return end.forward(x);
  }

  /** Consumes the output's gradient. */
  public void backward(Tensor gradient) {
    end.backward(gradient);
    for (int i = layers.size() - 1; i >= 0; i--) {
      if (inputs.isOverwritten(i)) {
        layers.get(i).forward(inputs.kept(i), rows, term);
      }
      layers.get(i).backward(gradient);
    }
    if (bias != null) {
      bias.backward();
    }
    embedding.backward(gradient);
  }
}
