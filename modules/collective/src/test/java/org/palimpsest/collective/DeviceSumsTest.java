package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.collective.Ranks.PATIENCE;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Store;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.VectorPart;

/** Vectors of devices, with Gloo as the twin of NCCL on CPUs. */
@Timeout(60)
@Tag("cluster")
@SuppressWarnings("try") // the body uses a pointer scope only by its being open
class DeviceSumsTest {
  private static final int LENGTH = 100_003;

  private final GlooTwin twin = new GlooTwin();
  @RegisterExtension private final Ranks ranks = new Ranks();

  private static NativeVector vector(int rank) {
    NativeVector vector = new NativeVector(LENGTH);
    vector.write(0, Ranks.vector(LENGTH, rank).values(), 0, LENGTH);
    return vector;
  }

  @Test
  void sumsAndBroadcastsAreThoseOfTheHost() throws InterruptedException {
    List<float[][]> results =
        ranks.together(
            3,
            PATIENCE,
            twin.devices(),
            collective -> {
              FlatVector device = vector(collective.rank());
              HeapVector host = Ranks.vector(LENGTH, collective.rank());
              collective.sum(device);
              collective.sum(host);
              FlatVector root = vector(collective.rank());
              collective.broadcast(root, 1);
              return new float[][] {device.toArray(), host.values(), root.toArray()};
            });
    for (float[][] result : results) {
      assertThat(result[0]).as("sum").isEqualTo(results.get(0)[0]);
      assertThat(result[0]).usingComparatorWithPrecision(1e-3f).containsExactly(result[1]);
      assertThat(result[2]).as("broadcast").isEqualTo(Ranks.vector(LENGTH, 1).values());
    }
  }

  /** The group exists since the first sum, and takes the parts of the second one. */
  @Test
  void sumsOfPartsBeginBeforeTheSumOfTheWhole() throws InterruptedException {
    List<float[][]> results =
        ranks.together(
            2,
            PATIENCE,
            twin.devices(),
            collective -> {
              float[][] sums = new float[2][];
              for (int i = 0; i < sums.length; i++) {
                FlatVector vector = vector(collective.rank());
                collective.beginSum(new VectorPart(vector, 60_000, LENGTH - 60_000));
                collective.beginSum(new VectorPart(vector, 60_000, 0));
                collective.beginSum(new VectorPart(vector, 0, 60_000));
                collective.sum(new double[] {1});
                collective.sum(vector);
                sums[i] = vector.toArray();
              }
              return sums;
            });
    for (float[][] result : results) {
      assertThat(result[0]).as("without a group yet").isEqualTo(results.get(0)[0]);
      assertThat(result[1]).as("in parts").isEqualTo(result[0]);
    }
  }

  @Test
  void partsOnTheHostAreSummedWithTheWhole() throws InterruptedException {
    List<float[]> sums =
        ranks.together(
            2,
            PATIENCE,
            twin.devices(),
            collective -> {
              collective.sum(vector(collective.rank()));
              HeapVector vector = Ranks.vector(LENGTH, collective.rank());
              collective.beginSum(new VectorPart(vector, 0, LENGTH));
              collective.sum(vector);
              return vector.values();
            });
    float[] expected = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      expected[i] = Ranks.value(i, 0) + Ranks.value(i, 1);
    }
    assertThat(sums).allSatisfy(sum -> assertThat(sum).isEqualTo(expected));
  }

  @Test
  void aRunHasOneGroup() throws InterruptedException {
    ranks.together(
        2,
        PATIENCE,
        twin.devices(),
        collective -> {
          for (int i = 0; i < 3; i++) {
            collective.sum(vector(collective.rank()));
          }
          return null;
        });
    assertThat(twin.groups()).as("groups of two ranks").isEqualTo(2);
  }

  /** A group uses it later, and the binding would free it with its Java object. */
  @Test
  void aPartOfTheStoreLivesAsLongAsTheStore() {
    Deadline deadline = Deadline.in(PATIENCE);
    RunStore run = RunStore.connect(Address.parse(ranks.address()), 0, 1, deadline);
    Store part;
    try (PointerScope scope = new PointerScope()) {
      part = run.part("group");
    }
    assertThat(part.isNull()).as("freed with the scope").isFalse();
    run.close();
    assertThat(part.isNull()).as("freed with the store").isTrue();
  }

  @Test
  void anEmptyVectorNeedsNoGroupOfDevices() throws InterruptedException {
    List<Long> sizes =
        ranks.together(
            2,
            PATIENCE,
            twin.devices(),
            collective -> {
              NativeVector none = new NativeVector(0);
              collective.sum(none);
              return none.size();
            });
    assertThat(sizes).containsOnly(0L);
  }
}
