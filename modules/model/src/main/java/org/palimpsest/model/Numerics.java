package org.palimpsest.model;

import com.typesafe.config.Config;
import java.io.Serializable;
import org.palimpsest.base.Section;

/**
 * How a training step is computed: additions to the cross-entropy, precision, and stored
 * activations. {@link Trainable#loss} and scores are always plain cross-entropy.
 *
 * <p>With p the probabilities of a position, V their number, y the true token and Z = Σ
 * exp(logits), the position's loss is −(1 − s)·ln p(y) − s/V·Σ ln p(v) + z·(ln Z)².
 *
 * @param precision of matrix products
 * @param labelSmoothing s, from 0 to below 1 (Szegedy et al. 2016)
 * @param zLoss z, from 0 on; T5 v1.1 was trained with 1e-4
 * @param activations what the forward pass keeps
 * @param additions in which order numbers are added
 */
public record Numerics(
    Precision precision,
    double labelSmoothing,
    double zLoss,
    Activations activations,
    Additions additions)
    implements Serializable {

  /** In which order a GPU adds numbers; a CPU has one order. */
  public enum Additions {
    /** The fastest, which may be another one each time: results are equal up to rounding. */
    ANY_ORDER,
    /** The same each time on one kind of device: the same bytes, for more time and memory. */
    FIXED_ORDER
  }

  /** What the forward pass keeps for the backward pass. */
  public enum Activations {
    KEPT,
    /**
     * Only each layer's input; the rest is recomputed (Chen et al. 2016), with the same results.
     */
    RECOMPUTED
  }

  /** Plain cross-entropy in fp32. */
  public static final Numerics PLAIN = new Numerics(Precision.FP32, 0, 0, Activations.KEPT);

  /** With the fastest order of additions. */
  public Numerics(
      Precision precision, double labelSmoothing, double zLoss, Activations activations) {
    this(precision, labelSmoothing, zLoss, activations, Additions.ANY_ORDER);
  }

  /**
   * Reads {@code precision}, {@code label-smoothing}, {@code z-loss}, {@code
   * activation-checkpointing} and {@code deterministic}.
   *
   * @param training the section {@code training} itself, not the configuration around it
   * @throws org.palimpsest.base.PalimpsestException of kind CONFIGURATION that names the key
   */
  public static Numerics from(Config training) {
    Section section = new Section("training", training);
    return new Numerics(
        section.choice("precision", Precision.class),
        section.fraction("label-smoothing"),
        section.atLeastZero("z-loss"),
        section.flag("activation-checkpointing") ? Activations.RECOMPUTED : Activations.KEPT,
        section.flag("deterministic") ? Additions.FIXED_ORDER : Additions.ANY_ORDER);
  }
}
