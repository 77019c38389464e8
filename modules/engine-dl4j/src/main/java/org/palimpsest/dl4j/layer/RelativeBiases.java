package org.palimpsest.dl4j.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.PositionEncoding;

/** The relative biases of a stack: none, one that all layers share, or one for each layer. */
public final class RelativeBiases {
  private final List<RelativeBias> tables = new ArrayList<>();

  private RelativeBiases() {}

  /** Those of the encoder, with distances in both directions. */
  public static RelativeBiases encoder(Workspace workspace) {
    RelativeBiases biases = new RelativeBiases();
    if (workspace.architecture().positions() instanceof PositionEncoding.RelativeBias kind) {
      int layers = workspace.spec().encoderLayers();
      biases.add(workspace, "model.encoder", layers, kind, kind::encoderBucket);
    }
    return biases;
  }

  /** Those of the decoder, with distances to earlier positions. */
  public static RelativeBiases decoder(Workspace workspace) {
    RelativeBiases biases = new RelativeBiases();
    if (workspace.architecture().positions() instanceof PositionEncoding.RelativeBias kind) {
      int layers = workspace.spec().decoderLayers();
      biases.add(workspace, "model.decoder", layers, kind, kind::decoderBucket);
    }
    return biases;
  }

  private void add(
      Workspace workspace,
      String stack,
      int layers,
      PositionEncoding.RelativeBias kind,
      IntUnaryOperator bucket) {
    for (int i = 0; i < (kind.isPerLayer() ? layers : 1); i++) {
      String owner = kind.isPerLayer() ? stack + ".layers." + i : stack;
      String name = owner + ParameterLayout.RELATIVE_BIAS;
      tables.add(new RelativeBias(workspace, name, kind, bucket));
    }
  }

  /** Returns the bias of a layer; null with another position encoding. */
  public RelativeBias of(int layer) {
    return tables.isEmpty() ? null : tables.get(tables.size() == 1 ? 0 : layer);
  }

  /** Expands all tables for sequences up to a length, and clears their gradients. */
  public void begin(int longest) {
    tables.forEach(table -> table.begin(longest));
  }

  /** Adds the gradients by distance to those of the tables. */
  public void finish() {
    tables.forEach(RelativeBias::finish);
  }
}
