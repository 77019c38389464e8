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
   * @param deviation σ
   */
  record Normal(double deviation) implements Initialization {
    public Normal {
      if (!(deviation > 0 && deviation < 1)) {
        throw PalimpsestException.configuration(
            "model.initial-deviation is " + deviation + ", but must be between 0 and 1.");
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
