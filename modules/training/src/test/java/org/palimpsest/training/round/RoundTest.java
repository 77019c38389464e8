package org.palimpsest.training.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.palimpsest.model.Collective;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.VectorPart;
import org.palimpsest.model.optimizer.LearningRateSchedule;
import org.palimpsest.model.optimizer.MomentumStep;
import org.palimpsest.model.optimizer.OptimizerSettings;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.training.ToyReplica;
import org.palimpsest.training.ToyReplica.Point;
import org.palimpsest.training.checkpoint.PartialRound;
import org.palimpsest.training.config.OuterOptimizer;
import org.palimpsest.training.config.OuterOptimizer.Momentum;
import org.palimpsest.training.exchange.Compression;
import org.palimpsest.training.exchange.Exchange;
import org.palimpsest.training.segment.StepConfig;
import org.palimpsest.training.segment.StopSignals;
import org.palimpsest.training.workload.StepInput;

class RoundTest {
  private final List<DropoutKey> keys = new ArrayList<>();

  private Round<List<Point>> round(ToyReplica replica, double clip, Point... onePerStep) {
    Iterator<Point> points = List.of(onePerStep).iterator();
    Round.Feed<List<Point>> feed =
        new Round.Feed<>() {
          @Override
          public StepInput<List<Point>> next() {
            return new StepInput<>(List.of(List.of(points.next())), 10);
          }

          @Override
          public long waitedNanos() {
            return 0;
          }
        };
    StepConfig config =
        new StepConfig(
            new LearningRateSchedule.Constant(0.5, 2),
            new OptimizerSettings(new OptimizerSpec.Sgd(), clip),
            7);
    return new Round<>(replica, Collective.alone(), feed, config);
  }

  private static Exchange exact() {
    return Exchange.over(Collective.alone(), Compression.NONE, new HeapVector(1));
  }

  private static Aggregation sum(ToyReplica replica) {
    return new Aggregation.Gradients(replica, Collective.alone(), exact());
  }

  private static StopSignals time(boolean isUp) {
    return new StopSignals() {
      @Override
      public boolean timeIsUp() {
        return isUp;
      }

      @Override
      public boolean isUnsaved() {
        return false;
      }

      @Override
      public boolean isCancelled() {
        return false;
      }
    };
  }

  private ToyReplica replica() {
    return new ToyReplica(0, keys::add, 4f);
  }

  @Test
  void dividesByTheWeightAndFollowsTheSchedule() {
    ToyReplica replica = replica();
    Aggregation sum = sum(replica);
    RoundResult first =
        round(replica, Double.POSITIVE_INFINITY, new Point(3, 0)).run(sum, 0, 1, time(true));
    // The gradient of the mean is 4; the first of two warm-up updates has half the rate.
    assertThat(replica.parameters().toArray()).containsExactly(4 - 0.25f * 4);
    assertThat(first.loss().mean()).isEqualTo(8);
    assertThat(first.loss().weight()).isEqualTo(3);
    assertThat(first.rawTokens()).isEqualTo(10);
    assertThat(first.signals().stop()).isTrue();
    RoundResult second =
        round(replica, Double.POSITIVE_INFINITY, new Point(1, 0)).run(sum, 1, 1, time(false));
    assertThat(replica.parameters().toArray()).containsExactly(3 - 0.5f * 3);
    assertThat(second.signals().stop()).isFalse();
    assertThat(keys).containsExactly(new DropoutKey(7, 0, 0, 0), new DropoutKey(7, 1, 0, 0));
  }

  @Test
  void gradientsAreSummedFromTheBackwardPassOn() {
    ToyReplica replica = replica();
    List<String> calls = new ArrayList<>();
    Exchange recorder =
        new Exchange() {
          @Override
          public void beginSum(VectorPart part) {
            calls.add("begin " + part.from() + " " + part.size());
          }

          @Override
          public void sum(FlatVector vector) {
            calls.add("sum " + vector.size());
          }

          @Override
          public Optional<FlatVector> residual() {
            return Optional.empty();
          }
        };
    round(replica, 1, new Point(3, 0))
        .run(new Aggregation.Gradients(replica, Collective.alone(), recorder), 0, 1, time(false));
    assertThat(calls).containsExactly("begin 0 1", "sum 1");
  }

  @Test
  void clipsGradientsAfterTheDivision() {
    ToyReplica replica = replica();
    Aggregation sum = sum(replica);
    round(replica, 1, new Point(3, 0)).run(sum, 5, 1, time(false));
    assertThat(replica.parameters().toArray()).containsExactly(4 - 0.5f * 1);
  }

  @Test
  void skipsAndCountsStepsWithoutAFiniteLoss() {
    ToyReplica replica = replica();
    Aggregation own =
        new Aggregation.Parameters(
            replica,
            exact(),
            OuterState.begin(new OuterOptimizer.Average(), Compression.NONE, replica.parameters()));
    RoundResult result =
        round(
                replica,
                Double.POSITIVE_INFINITY,
                new Point(1, Float.NaN),
                new Point(1, 0),
                new Point(1, Float.POSITIVE_INFINITY))
            .run(own, 5, 3, time(false));
    assertThat(replica.parameters().toArray()).containsExactly(2f);
    assertThat(replica.updates()).isEqualTo(1);
    assertThat(result.skippedSteps()).isEqualTo(2);
    assertThat(result.workerSteps()).isEqualTo(3);
    assertThat(result.failed(PartialRound.NONE)).isTrue();
    assertThat(result.loss().mean()).isEqualTo(8);
    assertThat(result.rawTokens()).isEqualTo(30);
  }

  @Test
  void ignoresAStepWithoutTargets() {
    ToyReplica replica = replica();
    Aggregation sum = sum(replica);
    RoundResult result =
        round(replica, Double.POSITIVE_INFINITY, new Point(0, 1)).run(sum, 5, 1, time(false));
    assertThat(replica.parameters().toArray()).containsExactly(4f);
    assertThat(replica.updates()).isZero();
    assertThat(result.skippedSteps()).isZero();
  }

  /**
   * Computed by hand from θ = 1 and the means 0.5 and 0.25: Δ = 0.5 and v = 0.5, then Δ' from the
   * new θ, and v' = 0.9·0.5 + Δ'.
   */
  @Test
  void appliesHeavyBallAndNesterovMomentum() {
    HeapVector mean = new HeapVector(new float[] {1});
    OuterState ball =
        OuterState.begin(momentum(0.5, MomentumStep.Form.HEAVY_BALL), Compression.NONE, mean);
    mean.values()[0] = 0.5f;
    ball.step(mean);
    assertThat(mean.values()[0]).isEqualTo(0.75f); // 1 − 0.5·0.5
    mean.values()[0] = 0.25f;
    ball.step(mean);
    // Δ = 0.5, v = 0.95: 0.75 − 0.5·0.95
    assertThat(mean.values()[0]).isCloseTo(0.275f, within(1e-6f));

    mean.values()[0] = 1;
    OuterState nesterov =
        OuterState.begin(momentum(0.7, MomentumStep.Form.NESTEROV), Compression.NONE, mean);
    mean.values()[0] = 0.5f;
    nesterov.step(mean);
    // Δ = 0.5, v = 0.5: 1 − 0.7·(0.5 + 0.45)
    assertThat(mean.values()[0]).isCloseTo(0.335f, within(1e-6f));
    mean.values()[0] = 0.25f;
    nesterov.step(mean);
    // Δ = 0.085, v = 0.535: 0.335 − 0.7·(0.085 + 0.4815)
    assertThat(mean.values()[0]).isCloseTo(-0.06155f, within(1e-6f));
    assertThat(nesterov.velocity().orElseThrow().toArray()[0]).isCloseTo(0.535f, within(1e-6f));
  }

  private static Momentum momentum(double learningRate, MomentumStep.Form form) {
    return new Momentum(new MomentumStep(learningRate, 0.9, form));
  }

  @Test
  void averageKeepsTheMean() {
    HeapVector mean = new HeapVector(new float[] {1, 2});
    OuterState average = OuterState.begin(new OuterOptimizer.Average(), Compression.NONE, mean);
    mean.values()[1] = 5;
    average.step(mean);
    assertThat(mean.values()).containsExactly(1, 5);
    assertThat(average.velocity()).isEmpty();
  }
}
