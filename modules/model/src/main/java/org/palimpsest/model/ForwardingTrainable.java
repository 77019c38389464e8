package org.palimpsest.model;

/**
 * A {@link Trainable} that forwards every call to another one. Extend it to change one behavior,
 * for example the optimizer, of any engine's replica.
 *
 * @param <B> a batch
 */
public abstract class ForwardingTrainable<B> implements Trainable<B> {
  private final Trainable<B> delegate;

  /** Takes over {@code delegate}, which {@link #close} closes. */
  protected ForwardingTrainable(Trainable<B> delegate) {
    this.delegate = delegate;
  }

  @Override
  public FlatVector parameters() {
    return delegate.parameters();
  }

  @Override
  public FlatVector gradients() {
    return delegate.gradients();
  }

  @Override
  public FlatVector optimizerState() {
    return delegate.optimizerState();
  }

  @Override
  public long updates() {
    return delegate.updates();
  }

  @Override
  public void restoreUpdates(long updates) {
    delegate.restoreUpdates(updates);
  }

  @Override
  public void zeroGradients() {
    delegate.zeroGradients();
  }

  @Override
  public LossSum backward(B batch, DropoutKey key) {
    return delegate.backward(batch, key);
  }

  @Override
  public double gradientNorm() {
    return delegate.gradientNorm();
  }

  @Override
  public void scaleGradients(double factor) {
    delegate.scaleGradients(factor);
  }

  @Override
  public void update(double learningRate) {
    delegate.update(learningRate);
  }

  @Override
  public LossSum loss(B batch) {
    return delegate.loss(batch);
  }

  @Override
  public void close() {
    delegate.close();
  }
}
