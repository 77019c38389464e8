package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.collective.Ranks.PATIENCE;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges of the bits of vectors, on devices and through the memory of the host. */
@Timeout(60)
@Tag("cluster")
class VectorExchangesTest {
  private final GlooTwin twin = new GlooTwin();
  @RegisterExtension private final Ranks ranks = new Ranks();

  /** A vector of three pieces, of which each rank gets one from each rank. */
  private static float[] pieces(int rank, int length) {
    return Ranks.vector(3 * length, rank).values();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exchangesKeepTheBitsOnDevicesAndThroughTheHost(boolean onDevice)
      throws InterruptedException {
    int length = 1000;
    List<float[][]> results =
        ranks.together(
            3,
            PATIENCE,
            onDevice ? twin.devices() : Optional.empty(),
            collective -> {
              NativeVector outgoing = new NativeVector(3L * length);
              outgoing.write(0, pieces(collective.rank(), length), 0, 3 * length);
              NativeVector incoming = new NativeVector(3L * length);
              collective.allToAll(outgoing, incoming);
              float[] own = Ranks.vector(length, collective.rank()).values();
              own[7] = Float.intBitsToFloat(0x7f800001 + collective.rank());
              NativeVector all = new NativeVector(3L * length);
              NativeVector mine = new NativeVector(length);
              mine.write(0, own, 0, length);
              collective.allGather(mine, all);
              return new float[][] {incoming.toArray(), all.toArray()};
            });
    assertThat(twin.groups()).as("groups of devices").isEqualTo(onDevice ? 3 : 0);
    for (int rank = 0; rank < 3; rank++) {
      for (int from = 0; from < 3; from++) {
        float[] sent = pieces(from, length);
        float[] gathered = Ranks.vector(length, from).values();
        for (int i = 0; i < length; i++) {
          assertThat(results.get(rank)[0][from * length + i]).isEqualTo(sent[rank * length + i]);
          int bits = i == 7 ? 0x7f800001 + from : Float.floatToRawIntBits(gathered[i]);
          assertThat(Float.floatToRawIntBits(results.get(rank)[1][from * length + i]))
              .isEqualTo(bits);
        }
      }
    }
  }
}
