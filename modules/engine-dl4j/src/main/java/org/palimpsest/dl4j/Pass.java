package org.palimpsest.dl4j;

import org.palimpsest.model.spec.ModelSpec;

/**
 * What the layers of one graph share during a pass, beside the rows that go from one to the next:
 * the tokens, the encoder's memory, which every decoder layer asks, and its gradient.
 */
final class Pass {
  private final Workspace workspace;
  private final Dropout.Noise noise;
  private final RelativeBias encoderBias;
  private final RelativeBias decoderBias;
  private final Buffer memoryGradients;
  private Slice slice;
  private Matrix memory;

  Pass(Workspace workspace) {
    this.workspace = workspace;
    noise = new Dropout.Noise(workspace);
    encoderBias = RelativeBias.encoder(workspace);
    decoderBias = RelativeBias.decoder(workspace);
    memoryGradients = workspace.scratch("memory gradient");
  }

  Workspace workspace() {
    return workspace;
  }

  ModelSpec spec() {
    return workspace.spec();
  }

  Dropout.Noise noise() {
    return noise;
  }

  /** Null when positions are told otherwise. */
  RelativeBias encoderBias() {
    return encoderBias;
  }

  /** Null when positions are told otherwise. */
  RelativeBias decoderBias() {
    return decoderBias;
  }

  /** Begins with other tokens. */
  void begin(Slice next) {
    slice = next;
    memory = null;
  }

  Slice slice() {
    return slice;
  }

  /** Takes what the encoder has made of the source; its gradient is 0 so far. */
  void remember(Matrix rows) {
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
