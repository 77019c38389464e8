package org.palimpsest.training.round;

import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.exchange.Exchange;

/** How the replicas become one model. What a replica counts for is its target tokens. */
public sealed interface Aggregation {

  /**
   * After the gradients of a step were added up, before they are applied.
   *
   * @param own the loss of this worker's share of the step
   * @return the loss whose gradient now stands in the replica
   */
  LossSum joinGradients(LossSum own);

  /**
   * After the last step of a round.
   *
   * @param ownWeight target tokens this worker has learned from in the round
   * @param jointWeight those of all workers
   */
  void joinParameters(double ownWeight, double jointWeight);

  /** Sums the gradients in every step: the gradient of the joined batch, but for compression. */
  record Gradients(Trainable<?> replica, Collective collective, Exchange exchange)
      implements Aggregation {
    @Override
    public LossSum joinGradients(LossSum own) {
      double[] joint = {own.loss(), own.weight()};
      collective.sum(joint);
      exchange.sum(replica.gradients());
      return new LossSum(joint[0], joint[1]);
    }

    /** The replicas have made the same updates: there is nothing to join. */
    @Override
    public void joinParameters(double ownWeight, double jointWeight) {}
  }

  /** Every worker updates by itself; the parameters are averaged at the end of a round. */
  record Parameters(Trainable<?> replica, Exchange exchange, OuterState outer)
      implements Aggregation {
    @Override
    public LossSum joinGradients(LossSum own) {
      return own;
    }

    @Override
    public void joinParameters(double ownWeight, double jointWeight) {
      if (jointWeight == 0) {
        return; // Nobody has moved.
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

  /** Every worker updates by itself, and somebody else joins what they have become. */
  record Deferred() implements Aggregation {
    @Override
    public LossSum joinGradients(LossSum own) {
      return own;
    }

    @Override
    public void joinParameters(double ownWeight, double jointWeight) {}
  }
}
