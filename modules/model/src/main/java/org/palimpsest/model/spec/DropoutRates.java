package org.palimpsest.model.spec;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;

/**
 * Dropout probabilities in training, from 0 to below 1.
 *
 * @param residual on embeddings, on each residual branch, and on the final norms of a pre-norm
 *     model
 * @param attention on attention weights, after the softmax
 * @param activation inside the feed-forward, after its activation or gate
 */
public record DropoutRates(double residual, double attention, double activation)
    implements Serializable {

  public DropoutRates {
    require("dropout", residual);
    require("attention-dropout", attention);
    require("activation-dropout", activation);
  }

  /** Dropout outside of attention and feed-forward only. */
  public static DropoutRates outside(double residual) {
    return new DropoutRates(residual, 0, 0);
  }

  /** Whether there is dropout inside attention or feed-forward. */
  public boolean reachInside() {
    return attention > 0 || activation > 0;
  }

  private static void require(String key, double probability) {
    if (!(probability >= 0 && probability < 1)) {
      throw PalimpsestException.configuration(
          "model." + key + " is " + probability + ", but must be at least 0 and below 1.");
    }
  }
}
