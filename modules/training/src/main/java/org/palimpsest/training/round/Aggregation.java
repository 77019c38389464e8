package org.palimpsest.training.round;

import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Trainable;
import org.palimpsest.model.VectorPart;
import org.palimpsest.training.exchange.Exchange;

/** Makes one model of the replicas. The weight of a replica is its number of target tokens. */
public sealed interface Aggregation {

  /** Takes a part of the gradients of a step, which the backward pass has completed. */
  default void completed(VectorPart gradients) {}

  /**
   * Aggregates the gradients of a step before the optimizer applies them.
   *
   * @param own the loss of this worker's part of the step
   * @return the loss whose gradient is now in the replica
   */
  LossSum joinGradients(LossSum own);

  /**
   * Aggregates the parameters after the last step of a round.
   *
   * @param ownWeight target tokens of this worker in the round
   * @param jointWeight target tokens of all workers in the round
   */
  void joinParameters(double ownWeight, double jointWeight);

  /**
   * Sums the gradients in every step: the gradient of the joint batch, except for rounding by
   * compression.
   */
  record Gradients(Trainable<?> replica, Collective collective, Exchange exchange)
      implements Aggregation {
    @Override
    public void completed(VectorPart gradients) {
      exchange.beginSum(gradients);
    }

    @Override
    public LossSum joinGradients(LossSum own) {
      double[] joint = {own.loss(), own.weight()};
      collective.sum(joint);
      exchange.sum(replica.gradients());
      return new LossSum(joint[0], joint[1]);
    }

    /** Does nothing, because all replicas have made the same updates. */
    @Override
    public void joinParameters(double ownWeight, double jointWeight) {}
  }

  /** Each worker makes its own updates; the parameters are averaged at the end of a round. */
  record Parameters(Trainable<?> replica, Exchange exchange, OuterState outer)
      implements Aggregation {
    @Override
    public LossSum joinGradients(LossSum own) {
      return own;
    }

    @Override
    public void joinParameters(double ownWeight, double jointWeight) {
      if (jointWeight == 0) {
        return; // No worker has made an update.
      }
      FlatVector parameters = replica.parameters();
      if (outer.exchangesChanges()) {
        outer.subtract(parameters);
      }
      parameters.scale(ownWeight / jointWeight);
      exchange.sum(parameters);
      if (outer.exchangesChanges()) {
        outer.add(parameters);
      }
      outer.step(parameters);
    }
  }

  /** Each worker makes its own updates; the driver averages the parameters later. */
  record Deferred() implements Aggregation {
    @Override
    public LossSum joinGradients(LossSum own) {
      return own;
    }

    @Override
    public void joinParameters(double ownWeight, double jointWeight) {}
  }
}
