package org.palimpsest.training.round;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.palimpsest.collective.C10dCollective;
import org.palimpsest.collective.Rendezvous;
import org.palimpsest.model.Collective;
import org.palimpsest.model.optimizer.MomentumStep;
import org.palimpsest.training.LargeWorkload;
import org.palimpsest.training.SparseVector;
import org.palimpsest.training.config.OuterOptimizer.Momentum;
import org.palimpsest.training.exchange.Compression;
import org.palimpsest.training.exchange.Exchange;
import org.palimpsest.training.exchange.LargeExchange;

/**
 * The end of a round of two replicas with 3·10⁹ parameters each, over a real transport: compressed
 * or exact sums, and the outer optimizer.
 */
final class LargeRoundRun {
  private static final long SIZE = 3_000_000_001L;
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final Momentum OUTER =
      new Momentum(new MomentumStep(0.7, 0.9, MomentumStep.Form.NESTEROV));
  private static final float RESIDUAL = 0.25f;
  private static final double CLOSE = 1e-4;

  private LargeRoundRun() {}

  /** Argument: a {@link Compression}. */
  public static void main(String[] arguments) {
    Compression compression = Compression.valueOf(arguments[0]);
    try (Rendezvous rendezvous = Rendezvous.listen("127.0.0.1", PATIENCE)) {
      List<CompletableFuture<Void>> ranks = new ArrayList<>();
      for (int rank = 0; rank < 2; rank++) {
        int own = rank;
        ranks.add(
            CompletableFuture.runAsync(
                () -> join(rendezvous.address(), own, compression),
                work -> new Thread(work, "rank-" + own).start()));
      }
      ranks.forEach(CompletableFuture::join);
    }
  }

  private static void join(String address, int rank, Compression compression) {
    SparseVector parameters = SparseVector.marked(SIZE, 1 + (rank + 1) * 0.5f);
    SparseVector anchor = SparseVector.marked(SIZE, 1);
    SparseVector velocity = SparseVector.marked(SIZE, 2);
    SparseVector residual = SparseVector.marked(SIZE, RESIDUAL);
    OuterState outer = OuterState.in(OUTER, compression, anchor, velocity);
    try (Collective collective = C10dCollective.join(address, rank, 2, PATIENCE);
        Exchange exchange = LargeExchange.over(collective, compression, residual)) {
      new Aggregation.Parameters(LargeWorkload.replicaOf(parameters), exchange, outer)
          .joinParameters(7, 14);
    }
    double change = 0.75 + (compression.keepsResidual() ? 2 * RESIDUAL : 0);
    double speed = 0.9 * 2 - change;
    double next = 1 - 0.7 * (-change + 0.9 * speed);
    report("parameters of rank " + rank, parameters, next);
    report("anchor of rank " + rank, anchor, next);
    report("velocity of rank " + rank, velocity, speed);
  }

  /** Prints how many numbers are there, and how many of them are not the mark times a factor. */
  private static void report(String what, SparseVector vector, double factor) {
    Map<Long, Float> numbers = vector.numbers();
    long wrong =
        numbers.entrySet().stream()
            .filter(
                entry -> {
                  double expected = factor * SparseVector.mark(entry.getKey());
                  return Math.abs(entry.getValue() - expected) > CLOSE * Math.abs(expected);
                })
            .count();
    System.out.println(what + ": " + numbers.size() + ", wrong: " + wrong);
  }
}
