package org.palimpsest.dl4j.stack;

import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.layer.Dropout;
import org.palimpsest.dl4j.layer.RelativeBias;
import org.palimpsest.dl4j.memory.Buffer;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.replica.PackedSequences;
import org.palimpsest.model.replica.Slice;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.PositionEncoding;

/**
 * What the layers of one graph share during a pass, beside the rows that go from one to the next:
 * the tokens, the encoder's memory, which every decoder layer asks, and its gradient.
 */
public final class Pass {
  private final Workspace workspace;
  private final Dropout.Rng rng;
  private final RelativeBias encoderBias;
  private final RelativeBias decoderBias;
  private final Buffer memoryGradients;
  private Slice slice;
  private Matrix memory;

  public Pass(Workspace workspace) {
    this.workspace = workspace;
    rng = new Dropout.Rng(workspace);
    encoderBias = RelativeBias.encoder(workspace);
    decoderBias = RelativeBias.decoder(workspace);
    memoryGradients = workspace.scratch("memory gradient");
  }

  /**
   * Refuses tokens and positions that a model does not have; relative positions have no limit.
   *
   * @return the same sequences
   */
  public static PackedSequences checked(ModelSpec spec, PackedSequences sequences) {
    boolean relative = spec.architecture().positions() instanceof PositionEncoding.RelativeBias;
    return sequences.checked(spec.vocabulary(), relative ? Integer.MAX_VALUE : spec.positions());
  }

  public Workspace workspace() {
    return workspace;
  }

  public ModelSpec spec() {
    return workspace.spec();
  }

  public Dropout.Rng rng() {
    return rng;
  }

  /** Null when positions are told otherwise. */
  RelativeBias encoderBias() {
    return encoderBias;
  }

  /** Null when positions are told otherwise. */
  public RelativeBias decoderBias() {
    return decoderBias;
  }

  /** Begins with other tokens. */
  public void begin(Slice next) {
    slice = next;
    memory = null;
  }

  public Slice slice() {
    return slice;
  }

  /** Takes what the encoder has made of the source; its gradient is 0 so far. */
  void projectMemory(Matrix rows) {
    memory = rows;
    workspace.kernels().fill(memoryGradient(), 0);
  }

  Matrix memory() {
    return memory;
  }

  Matrix memoryGradient() {
    return memoryGradients.shaped(memory.rows(), memory.columns());
  }
}
