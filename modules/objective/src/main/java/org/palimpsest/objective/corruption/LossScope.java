package org.palimpsest.objective.corruption;

/** The fourth axis: at which target positions the loss counts. */
public enum LossScope {
  /** Everywhere: the denoising autoencoder. */
  ALL,
  /** Only at text tokens that the noise covers: BERT-style. */
  DAMAGED
}
