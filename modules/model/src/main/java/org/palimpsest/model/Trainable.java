package org.palimpsest.model;

import org.palimpsest.model.optimizer.OptimizerSpec;

/**
 * What training knows of a model: flat vectors, a loss with its gradient, and an optimizer step.
 * Not thread-safe; used and closed by the thread that made it.
 *
 * @param <B> a batch
 */
public interface Trainable<B> extends AutoCloseable {
  /** All parameters, in the order of canonical names. A live view: writing changes the model. */
  FlatVector parameters();

  /**
   * The gradients that {@link #backward} has added up since {@link #zeroGradients}. A live view.
   */
  FlatVector gradients();

  /**
   * The inner optimizer's state, as its {@link OptimizerSpec} lays it out; 2n elements for AdamW,
   * none for SGD. A live view.
   */
  FlatVector optimizerState();

  /** How many {@link #update}s the optimizer has made; its bias corrections follow it. */
  long updates();

  /** Restores what {@link #updates()} said when a checkpoint was written. */
  void restoreUpdates(long updates);

  void zeroGradients();

  /**
   * Computes the loss with dropout (and with what {@link Numerics} adds to the cross-entropy) and
   * adds the gradient of its <em>sum</em> (not mean) to {@link #gradients()}: micro-batches and
   * workers then add up, and are divided once by the joint weight.
   *
   * @return the sum whose gradient it is
   */
  LossSum backward(B batch, DropoutKey key);

  /** Euclidean norm of the gradients. */
  double gradientNorm();

  /** Multiplies the gradients: division by the weight, clipping. */
  void scaleGradients(double factor);

  /** One optimizer step with the gradients as they stand. */
  void update(double learningRate);

  /** The plain cross-entropy without dropout and without gradient. */
  LossSum loss(B batch);

  @Override
  void close();
}
