package org.palimpsest.cli.extending;

import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;

/** Checks an engine's gradient for a model specification by a central difference quotient. */
public final class AxisCheck {
  private static final double STEP = 1e-2;

  private AxisCheck() {}

  /** Relative error of the derivative along the gradient; about 1e-2 or less when it is right. */
  public static double error(String engine, ModelSpec specWithoutDropout, Batch batch) {
    ReplicaOptions options =
        new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), /* seed */ 1);
    try (Replica replica = Engine.named(engine).createReplica(specWithoutDropout, options)) {
      replica.zeroGradients();
      replica.backward(batch, new DropoutKey(1, 0, 0, 0));
      double norm = replica.gradientNorm();
      float[] start = replica.parameters().toArray();
      float[] gradient = replica.gradients().toArray();
      double ahead = loss(replica, batch, start, gradient, STEP / norm);
      double behind = loss(replica, batch, start, gradient, -STEP / norm);
      return Math.abs((ahead - behind) / (2 * STEP) - norm) / norm;
    }
  }

  private static double loss(
      Replica replica, Batch batch, float[] start, float[] direction, double distance) {
    float[] moved = start.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) (distance * direction[i]);
    }
    replica.parameters().write(0, moved, 0, moved.length);
    return replica.loss(batch).loss();
  }
}
