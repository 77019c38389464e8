package org.palimpsest.torch.layer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.PositionEncoding;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Rows;

/** The relative biases of a stack: none, one that all layers share, or one for each layer. */
public final class RelativeBiases {
  private final int layers;
  private final List<RelativeBias> tables = new ArrayList<>();

  private RelativeBiases(int layers) {
    this.layers = layers;
  }

  /** Those of the encoder, with distances in both directions. */
  public static RelativeBiases ofEncoder(Workspace workspace) {
    RelativeBiases biases = new RelativeBiases(workspace.spec().encoderLayers());
    if (workspace.spec().architecture().positions() instanceof PositionEncoding.RelativeBias kind) {
      biases.add(workspace, "model.encoder", kind, kind::encoderBucket);
    }
    return biases;
  }

  /** Those of the decoder, with distances to earlier positions. */
  public static RelativeBiases ofDecoder(Workspace workspace) {
    RelativeBiases biases = new RelativeBiases(workspace.spec().decoderLayers());
    if (workspace.spec().architecture().positions() instanceof PositionEncoding.RelativeBias kind) {
      biases.add(workspace, "model.decoder", kind, kind::decoderBucket);
    }
    return biases;
  }

  private void add(
      Workspace workspace,
      String stack,
      PositionEncoding.RelativeBias kind,
      IntUnaryOperator bucket) {
    int count = kind.isPerLayer() ? layers : 1;
    for (int i = 0; i < count; i++) {
      String owner = kind.isPerLayer() ? stack + ".layers." + i : stack;
      tables.add(new RelativeBias(workspace, owner + ParameterLayout.RELATIVE_BIAS, bucket));
    }
  }

  /** Returns the term of each layer's scores: its bias, plus {@code mask} if it is not null. */
  public List<ScoreTerm> forward(Rows rows, Tensor mask) {
    if (tables.isEmpty()) {
      return Collections.nCopies(layers, ScoreTerm.fixed(mask));
    }
    List<ScoreTerm> terms = new ArrayList<>();
    for (RelativeBias table : tables) {
      terms.add(table.forward(rows, mask));
    }
    return terms.size() == 1 ? Collections.nCopies(layers, terms.get(0)) : terms;
  }

  /**
   * Adds the gradients to that of a table, after the backward pass of the last layer that has it:
   * each its own, or all the first one's.
   */
  public void backward(int layer) {
    if (layer < tables.size()) {
      tables.get(layer).backward();
    }
  }

  /** Returns a layer's bias of the last of {@code keys} positions; null without relative bias. */
  public Tensor last(int layer, int keys) {
    return tables.isEmpty() ? null : tables.get(tables.size() == 1 ? 0 : layer).last(keys);
  }
}
