package org.palimpsest.model.spec;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.Set;
import org.palimpsest.base.PalimpsestException;

/**
 * What an encoder-decoder is made of, apart from its sizes. {@link #BART} is that of Lewis et al.
 * 2020, {@link #T5} that of Raffel et al. 2020 and {@link #T5_V1_1} that of its version 1.1
 * (Shazeer 2020 for the gate); everything between them may be combined too.
 *
 * <p>With x a sub-layer's input and f the sub-layer, POST is x ← norm(x + dropout(f(x))), and PRE
 * is x ← x + dropout(f(norm(x))) with one norm more at the end of each stack, whose result is
 * dropped out as well. Dropout further acts on the embeddings (after their norm, where there is
 * one); attention weights and what is inside the feed-forward are never dropped.
 *
 * @param norm how activations are normalised
 * @param placement where
 * @param positions how a token's place is told
 * @param activation what the feed-forward applies
 * @param features what else there is
 * @param epsilon of the norms
 */
public record Architecture(
    Norm norm,
    Placement placement,
    PositionEncoding positions,
    Activation activation,
    Set<Feature> features,
    double epsilon)
    implements Serializable {

  /** LAYER: (x − mean) / √(variance + ε) · weight + bias. RMS: x / √(mean of x² + ε) · weight. */
  public enum Norm {
    LAYER,
    RMS
  }

  /** After the residual sum, or before the sub-layer. */
  public enum Placement {
    POST,
    PRE
  }

  /**
   * GELU is exact, x·Φ(x). GATED_GELU is gelu(gate·x) ⊙ (fc1·x), with the tanh approximation of
   * GELU that T5 v1.1 was trained with.
   */
  public enum Activation {
    GELU,
    RELU,
    GATED_GELU
  }

  /** What an architecture has or has not. */
  public enum Feature {
    /** Linear maps and LayerNorm add a bias. RMSNorm and the head never do. */
    BIASES,
    /** The head is the token embedding; otherwise it has rows of its own. */
    TIED_HEAD,
    /** Attention logits are multiplied by 1/√(head width). */
    ATTENTION_SCALE,
    /** Token embeddings are multiplied by √width, before positions are added. */
    EMBEDDING_SCALE,
    /** A norm follows the embeddings. */
    EMBEDDING_NORM,
    /** What enters the head is multiplied by 1/√width: T5 with the tied head. */
    HEAD_SCALE
  }

  /** Post-LayerNorm, learned positions, GELU, biases, tied, LayerNorm on the embeddings. */
  public static final Architecture BART =
      new Architecture(
          Norm.LAYER,
          Placement.POST,
          new PositionEncoding.Learned(),
          Activation.GELU,
          EnumSet.of(
              Feature.BIASES, Feature.TIED_HEAD, Feature.ATTENTION_SCALE, Feature.EMBEDDING_NORM),
          1e-5);

  /** Pre-RMSNorm, relative bias, ReLU, no bias, tied and scaled head, unscaled attention. */
  public static final Architecture T5 =
      new Architecture(
          Norm.RMS,
          Placement.PRE,
          PositionEncoding.RelativeBias.PUBLISHED,
          Activation.RELU,
          EnumSet.of(Feature.TIED_HEAD, Feature.HEAD_SCALE),
          1e-6);

  /** As T5, but with gated GELU and a head of its own. */
  public static final Architecture T5_V1_1 =
      new Architecture(
          Norm.RMS,
          Placement.PRE,
          PositionEncoding.RelativeBias.PUBLISHED,
          Activation.GATED_GELU,
          Set.of(),
          1e-6);

  public Architecture {
    features = Set.copyOf(features);
    if (!(epsilon > 0 && epsilon < 1)) {
      throw PalimpsestException.configuration(
          "model.epsilon is " + epsilon + ", but must lie between 0 and 1.");
    }
  }

  public boolean has(Feature feature) {
    return features.contains(feature);
  }

  /** Whether a norm has a bias beside its weight. */
  public boolean normHasBias() {
    return norm == Norm.LAYER && has(Feature.BIASES);
  }

  public boolean isGated() {
    return activation == Activation.GATED_GELU;
  }
}
