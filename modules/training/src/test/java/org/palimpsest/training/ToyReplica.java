package org.palimpsest.training;

import java.util.Arrays;
import java.util.List;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Trainable;

/**
 * A model that can be computed by hand. A point x of weight k has the loss k·½‖θ − x‖², so the
 * gradient of a sum is Σ k(θ − x). Updates are SGD with momentum μ: m ← μ·m + g, θ ← θ − lr·m.
 */
public final class ToyReplica implements Trainable<List<ToyReplica.Point>> {
  private final HeapVector parameters;
  private final HeapVector gradients;
  private final HeapVector moments;
  private final double momentum;
  private final Fault fault;
  private long updates;

  /** Injects a failure into a step of a worker. */
  public interface Fault {
    void at(DropoutKey key);
  }

  /** A training point. */
  public record Point(double weight, float... x) {}

  public ToyReplica(double momentum, Fault fault, float... first) {
    this.parameters = new HeapVector(first.clone());
    this.gradients = new HeapVector(first.length);
    this.moments = new HeapVector(momentum == 0 ? 0 : first.length);
    this.momentum = momentum;
    this.fault = fault;
  }

  @Override
  public FlatVector parameters() {
    return parameters;
  }

  @Override
  public FlatVector gradients() {
    return gradients;
  }

  @Override
  public FlatVector optimizerState() {
    return moments;
  }

  @Override
  public long updates() {
    return updates;
  }

  @Override
  public void restoreUpdates(long before) {
    updates = before;
  }

  @Override
  public void zeroGradients() {
    Arrays.fill(gradients.values(), 0); // Not scaled by 0, because NaN would stay.
  }

  @Override
  public LossSum backward(List<Point> batch, DropoutKey key) {
    fault.at(key);
    for (Point point : batch) {
      for (int i = 0; i < point.x().length; i++) {
        gradients.values()[i] += (float) (point.weight() * (parameters.values()[i] - point.x()[i]));
      }
    }
    return loss(batch);
  }

  @Override
  public double gradientNorm() {
    double sum = 0;
    for (float g : gradients.values()) {
      sum += (double) g * g;
    }
    return Math.sqrt(sum);
  }

  @Override
  public void scaleGradients(double factor) {
    gradients.scale(factor);
  }

  @Override
  public void update(double learningRate) {
    for (int i = 0; i < gradients.size(); i++) {
      float direction = gradients.values()[i];
      if (momentum > 0) {
        moments.values()[i] = (float) (momentum * moments.values()[i] + direction);
        direction = moments.values()[i];
      }
      parameters.values()[i] -= (float) (learningRate * direction);
    }
    updates++;
  }

  @Override
  public LossSum loss(List<Point> batch) {
    double loss = 0;
    double weight = 0;
    for (Point point : batch) {
      for (int i = 0; i < point.x().length; i++) {
        double distance = parameters.values()[i] - point.x()[i];
        loss += point.weight() * distance * distance / 2;
      }
      weight += point.weight();
    }
    return new LossSum(loss, weight);
  }

  @Override
  public void close() {}
}
