package org.palimpsest.model.spec;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.Set;
import org.palimpsest.base.PalimpsestException;

/**
 * The architecture of an encoder-decoder, apart from its sizes. {@link #BART} is that of Lewis et
 * al. 2020, {@link #T5} that of Raffel et al. 2020, and {@link #T5_V1_1} that of its version 1.1
 * (Shazeer 2020 for the gate); their components can be combined.
 *
 * <p>With x a sub-layer's input and f the sub-layer, POST is x ← norm(x + dropout(f(x))), and PRE
 * is x ← x + dropout(f(norm(x))) with one more norm at the end of each stack, followed by dropout.
 * Dropout also acts on the embeddings, after their norm if there is one; {@link DropoutRates} adds
 * it to attention weights and inside the feed-forward.
 *
 * @param norm normalization of activations
 * @param placement position of the norms
 * @param positions encoding of positions
 * @param activation of the feed-forward
 * @param features optional components
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
   * GELU is exact, x·Φ(x); GELU_TANH is its tanh approximation; SILU is x·σ(x). A gated activation
   * is f(gate·x) ⊙ (fc1·x) with one of these functions f; GATED_GELU has the approximation, with
   * which T5 v1.1 was trained.
   */
  public enum Activation {
    GELU,
    RELU,
    GELU_TANH,
    SILU,
    GATED_GELU(GELU_TANH),
    GATED_RELU(RELU),
    GATED_SILU(SILU);

    private final Activation gate;

    Activation() {
      gate = null;
    }

    Activation(Activation gate) {
      this.gate = gate;
    }

    /** Whether the feed-forward has a gate. */
    public boolean isGated() {
      return gate != null;
    }

    /** Returns the function of one number: that of the gate, or this. */
    public Activation function() {
      return gate == null ? this : gate;
    }
  }

  /** Optional components of an architecture. */
  public enum Feature {
    /** Linear maps and LayerNorm add a bias. RMSNorm and the head never do. */
    BIASES,
    /** The head is the token embedding; otherwise it has its own rows. */
    TIED_HEAD,
    /** Attention logits are multiplied by 1/√(head width). */
    ATTENTION_SCALE,
    /** Token embeddings are multiplied by √width, before positions are added. */
    EMBEDDING_SCALE,
    /** A norm follows the embeddings. */
    EMBEDDING_NORM,
    /** The input of the head is multiplied by 1/√width: T5 with the tied head. */
    HEAD_SCALE,
    /**
     * A bias is added to the logits: {@code final_logits_bias} of published models. It is a
     * constant: training does not change it.
     */
    HEAD_BIAS,
    /**
     * The decoder adds positions after the norm of its embeddings, the encoder before:
     * BlenderbotSmall.
     */
    DECODER_POSITIONS_AFTER_NORM
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

  /** T5 with gated GELU and an untied head. */
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
          "model.epsilon is " + epsilon + ", but must be between 0 and 1.");
    }
  }

  /** Whether this architecture has a component. */
  public boolean has(Feature feature) {
    return features.contains(feature);
  }

  /** Whether norms have a bias in addition to their weight. */
  public boolean normHasBias() {
    return norm == Norm.LAYER && has(Feature.BIASES);
  }

  /** Whether the feed-forward has a gate. */
  public boolean isGated() {
    return activation.isGated();
  }
}
