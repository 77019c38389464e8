package org.palimpsest.dl4j.stack;

import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.layer.Dropout;
import org.palimpsest.dl4j.layer.RelativeBiases;
import org.palimpsest.dl4j.memory.Buffer;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.replica.PackedSequences;
import org.palimpsest.model.replica.Slice;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.PositionEncoding;

/**
 * The state that the layers of one graph share during a pass, in addition to the rows: the slice,
 * the encoder's output for all decoder layers, and its gradient.
 */
public final class Pass {
  private final Workspace workspace;
  private final Dropout.Rng rng;
  private final RelativeBiases encoderBiases;
  private final RelativeBiases decoderBiases;
  private final Buffer memoryGradients;
  private Slice slice;
  private Matrix memory;

  public Pass(Workspace workspace) {
    this.workspace = workspace;
    rng = new Dropout.Rng(workspace);
    encoderBiases = RelativeBiases.encoder(workspace);
    decoderBiases = RelativeBiases.decoder(workspace);
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

  /** The encoder's relative biases. */
  RelativeBiases encoderBiases() {
    return encoderBiases;
  }

  /** The decoder's relative biases. */
  public RelativeBiases decoderBiases() {
    return decoderBiases;
  }

  /** Starts a pass over a slice. */
  public void begin(Slice next) {
    slice = next;
    memory = null;
  }

  public Slice slice() {
    return slice;
  }

  /** Sets the encoder's output, with a gradient of 0. */
  void setMemory(Matrix rows) {
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
