package org.palimpsest.model.spec;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;

/** The distribution of the initial parameters. */
public sealed interface Initialization extends Serializable {
  /** Standard deviation of BART's embeddings and projections. */
  double USUAL_DEVIATION = 0.02;

  /**
   * BART's: embeddings and an untied head from N(0, 0.02²), projections from N(0, σ²), biases 0,
   * norms 1 and 0, a row of zeros for padding in the embedding.
   *
   * <p>Two additions let the decoder find the source token of its own position from the first step
   * on, so that copying what was kept is learned in a fraction of the tokens; both are 0 in the
   * publication. With alignment γ, γ times the identity is added to the queries and keys of the
   * attention from decoder to encoder, and an untied head begins as the embedding. With amplitude
   * α, the row p of a table of learned positions of width d is α·sin(p·200^(−2k/d)) for k &lt; d/2,
   * then α·cos of the same angles.
   *
   * @param deviation σ
   * @param alignment γ, from 0 to 10
   * @param sinusoids α, from 0 to 10; 0 for random positions
   */
  record Normal(double deviation, double alignment, double sinusoids) implements Initialization {
    /** Base of the wavelengths of initial positions, which are 6 to 1200 tokens long. */
    public static final double WAVELENGTHS = 200;

    private static final double MOST = 10;

    public Normal {
      if (!(deviation > 0 && deviation < 1)) {
        throw PalimpsestException.configuration(
            "model.initial-deviation is " + deviation + ", but must be between 0 and 1.");
      }
      requireInRange("model.initial-alignment", alignment);
      requireInRange("model.initial-sinusoids", sinusoids);
    }

    /** The published distribution. */
    public Normal(double deviation) {
      this(deviation, 0, 0);
    }

    private static void requireInRange(String key, double value) {
      if (!(value >= 0 && value <= MOST)) {
        throw PalimpsestException.configuration(
            key + " is " + value + ", but must be at least 0 and at most 10.");
      }
    }
  }

  /**
   * T5's in Mesh TensorFlow, times a factor: embeddings N(0, 1); with d the width, h the width of a
   * head and i = heads·h, queries (d·h)^−½, keys and values d^−½, attention output i^−½,
   * feed-forward d^−½ and d_ff^−½, relative bias d^−½. An untied head has d^−½, as in t5x; with 1,
   * as in Hugging Face, the initial loss would be far above ln V.
   *
   * @param factor 1 in the publication
   */
  record T5(double factor) implements Initialization {
    public static final T5 PUBLISHED = new T5(1);

    public T5 {
      if (!(factor > 0 && factor <= 100)) {
        throw PalimpsestException.configuration(
            "model.initial-factor is " + factor + ", but must be above 0 and at most 100.");
      }
    }
  }
}
