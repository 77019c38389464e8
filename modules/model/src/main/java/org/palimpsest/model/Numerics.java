package org.palimpsest.model;

import com.typesafe.config.Config;
import java.io.Serializable;
import org.palimpsest.base.Section;

/**
 * How a training step is computed: what it minimises beside the cross-entropy, how exactly, and
 * what it keeps in memory. {@link Trainable#loss} and scores are plain cross-entropy in any case.
 *
 * <p>With p the probabilities of a position, V their number, y the truth and Z = Σ exp(logits), the
 * position's loss is −(1 − s)·ln p(y) − s/V·Σ ln p(v) + z·(ln Z)².
 *
 * @param precision of matrix products
 * @param labelSmoothing s, from 0 to below 1 (Szegedy et al. 2016)
 * @param zLoss z, from 0 on; T5 v1.1 was trained with 1e-4
 * @param activations what of the forward pass is kept
 */
public record Numerics(
    Precision precision, double labelSmoothing, double zLoss, Activations activations)
    implements Serializable {

  /** What of the forward pass waits for the backward pass. */
  public enum Activations {
    KEPT,
    /** A layer's input only; the rest is computed again (Chen et al. 2016). The same results. */
    RECOMPUTED
  }

  /** Plain cross-entropy in fp32. */
  public static final Numerics PLAIN = new Numerics(Precision.FP32, 0, 0, Activations.KEPT);

  /**
   * Reads {@code precision}, {@code label-smoothing}, {@code z-loss} and {@code
   * activation-checkpointing}.
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
        section.flag("activation-checkpointing") ? Activations.RECOMPUTED : Activations.KEPT);
  }
}
