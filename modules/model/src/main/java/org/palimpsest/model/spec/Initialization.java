package org.palimpsest.model.spec;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;

/** Where a training begins; it says nothing about the shape. */
public sealed interface Initialization extends Serializable {
  /** BART's, of its embeddings and of its projections. */
  double USUAL_DEVIATION = 0.02;

  /**
   * As BART's: embeddings and an untied head from N(0, 0.02²), projections from N(0, σ²), biases 0,
   * norms 1 and 0, a zero row in the embedding for padding.
   *
   * @param deviation σ
   */
  record Normal(double deviation) implements Initialization {
    public Normal {
      if (!(deviation > 0 && deviation < 1)) {
        throw PalimpsestException.configuration(
            "model.initial-deviation is " + deviation + ", but must lie between 0 and 1.");
      }
    }
  }

  /**
   * As T5's in Mesh TensorFlow, times a factor: embeddings N(0, 1); with d the width, h the width
   * of a head and i = heads·h, queries (d·h)^−½, keys and values d^−½, attention output i^−½,
   * feed-forward d^−½ and d_ff^−½, relative bias d^−½. An untied head is d^−½, as in t5x; with 1,
   * as Hugging Face has it, a model would begin far above ln V.
   *
   * @param factor 1 as published
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
