package org.palimpsest.training.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.OwnedVector;
import org.palimpsest.model.optimizer.MomentumStep;
import org.palimpsest.model.optimizer.MomentumStep.Form;
import org.palimpsest.training.DeviceTwin;
import org.palimpsest.training.LargeWorkload;
import org.palimpsest.training.config.OuterOptimizer;
import org.palimpsest.training.exchange.Compression;
import org.palimpsest.training.exchange.Exchange;

/** The end of rounds of a replica whose parameters the host must not copy. */
class DeviceRoundTest {
  private static final float[] START = {1, -2, 0.3f};
  private static final float[][] TRAINED = {{0.5f, -1, 0.7f}, {0.25f, -3, 0.1f}, {0, 1, -0.9f}};

  static Stream<Arguments> rounds() {
    return Stream.of(
            new OuterOptimizer.Average(),
            new OuterOptimizer.Momentum(new MomentumStep(0.5, 0.9, Form.HEAVY_BALL)),
            new OuterOptimizer.Momentum(new MomentumStep(0.7, 0.9, Form.NESTEROV)))
        .flatMap(
            optimizer ->
                Stream.of(Compression.NONE, Compression.BF16)
                    .map(compression -> Arguments.of(optimizer, compression)));
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void roundsStayOnTheDeviceAndAreThoseOfTheHost(
      OuterOptimizer optimizer, Compression compression) {
    DeviceTwin device = new DeviceTwin();
    OwnedVector there = device.vector(START);
    HeapVector here = new HeapVector(START.clone());
    try (OuterState outerThere = OuterState.begin(optimizer, compression, there);
        OuterState outerHere = OuterState.begin(optimizer, compression, here)) {
      for (float[] trained : TRAINED) {
        device.set(there, device.vector(trained));
        here.write(0, trained, 0, trained.length);
        join(there, compression, outerThere);
        join(here, compression, outerHere);
        assertThat(DeviceTwin.numbers(there)).containsExactly(here.values());
      }
    }
    assertThat(device.open()).as("vectors of the test").isEqualTo(1 + TRAINED.length);
  }

  private static void join(FlatVector parameters, Compression compression, OuterState outer) {
    Exchange alone = Exchange.over(Collective.alone(), compression, parameters);
    new Aggregation.Parameters(LargeWorkload.replicaOf(parameters), alone, outer)
        .joinParameters(3, 4);
  }

  @Test
  void aDeviceWithoutRoomForBothVectorsKeepsNone() {
    DeviceTwin device = new DeviceTwin().withRoomFor(2);
    FlatVector parameters = device.vector(START);
    OuterOptimizer optimizer =
        new OuterOptimizer.Momentum(new MomentumStep(0.7, 0.9, Form.NESTEROV));
    assertThatThrownBy(() -> OuterState.begin(optimizer, Compression.NONE, parameters))
        .hasMessage("no room");
    assertThat(device.open()).as("open vectors").isEqualTo(1);
  }
}
