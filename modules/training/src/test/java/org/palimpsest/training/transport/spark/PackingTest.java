package org.palimpsest.training.transport.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.LossSum;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.checkpoint.WorkerState.OwnVector;
import org.palimpsest.training.round.RoundResult;

class PackingTest {
  private static boolean ran;

  /** An object whose deserialization runs code. */
  private static final class Trap implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) {
      ran = true;
    }
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {0.1, 1e-300, 12345.678901234567, Double.NaN, Double.POSITIVE_INFINITY, -0.0})
  void reportsAreReadBackToTheBit(double loss) {
    RoundReport report =
        new RoundReport(
            3,
            new RoundResult(
                new LossSum(loss, 7),
                1,
                2,
                3,
                4,
                Long.MAX_VALUE,
                new RoundResult.Signals(true, false, true)),
            new WorkerState(Map.of(OwnVector.RESIDUAL, "residual-00003.bin"), 9, 0.25),
            List.of(new StoredFile("residual-00003.bin", 12, "ab")));
    assertThat(Packing.unpacked(Packing.packed(report))).isEqualTo(report);
  }

  @Test
  void deserializesNoObject() throws IOException {
    ran = false;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Trap());
    }
    assertThatThrownBy(() -> Packing.unpacked(bytes.toByteArray()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The report of a worker cannot be read");
    assertThat(ran).as("an object of the report was deserialized").isFalse();
  }
}
