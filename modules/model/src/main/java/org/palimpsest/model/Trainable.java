package org.palimpsest.model;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.palimpsest.model.optimizer.OptimizerSpec;

/**
 * A model as training sees it: flat vectors, a loss with its gradient, and an optimizer step. Not
 * thread-safe; used and closed by the thread that created it.
 *
 * @param <B> a batch
 */
public interface Trainable<B> extends AutoCloseable {
  /**
   * All parameters, in the order of canonical names. A live view: writing to it changes the model.
   */
  FlatVector parameters();

  /**
   * The sum of the gradients of all {@link #backward} calls since {@link #zeroGradients}. A live
   * view.
   */
  FlatVector gradients();

  /**
   * The inner optimizer's state, laid out as {@link OptimizerSpec} defines; 2n elements for AdamW,
   * none for SGD. A live view.
   */
  FlatVector optimizerState();

  /** Number of {@link #update}s so far; the optimizer's bias corrections depend on it. */
  long updates();

  /** Restores the value of {@link #updates()} from a checkpoint. */
  void restoreUpdates(long updates);

  /** Sets all gradients to 0. */
  void zeroGradients();

  /**
   * Computes the loss with dropout and with the terms that {@link Numerics} adds to the
   * cross-entropy, and adds the gradient of its <em>sum</em> (not mean) to {@link #gradients()}:
   * micro-batches and workers add up, and are divided once by their total weight.
   *
   * @return the sum whose gradient was added
   */
  LossSum backward(B batch, DropoutKey key);

  /**
   * The same for the micro-batches of a step, in their order. An engine that computes on a device
   * waits for it once, not after each batch.
   *
   * @param keys of the micro-batches, by their index
   * @return the sum over all
   */
  default LossSum backward(List<B> microBatches, IntFunction<DropoutKey> keys) {
    LossSum sum = LossSum.ZERO;
    for (int i = 0; i < microBatches.size(); i++) {
      sum = sum.plus(backward(microBatches.get(i), keys.apply(i)));
    }
    return sum;
  }

  /**
   * The same, and tells of each part of the gradients that this call does not change any more, so
   * that replicas can exchange it while the pass goes on. The parts of all calls, of every replica
   * of a model, are the same in the same order. By default there is one part, all gradients.
   *
   * <pre>{@code
   * replica.backward(microBatches, keys, collective::beginSum);
   * collective.sum(replica.gradients());
   * }</pre>
   *
   * @param completed receives every part once before this returns; it may not use the replica
   */
  default LossSum backward(
      List<B> microBatches, IntFunction<DropoutKey> keys, Consumer<VectorPart> completed) {
    LossSum sum = backward(microBatches, keys);
    completed.accept(new VectorPart(gradients(), 0, gradients().size()));
    return sum;
  }

  /** Euclidean norm of the gradients. */
  double gradientNorm();

  /** Multiplies the gradients, to divide by the weight or to clip. */
  void scaleGradients(double factor);

  /** Makes one optimizer step with the current gradients. */
  void update(double learningRate);

  /** The plain cross-entropy without dropout and without gradient. */
  LossSum loss(B batch);

  @Override
  void close();
}
