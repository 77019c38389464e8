package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.storage.FaultMatrix;
import org.palimpsest.storage.FaultPlan;
import org.palimpsest.training.run.CheckpointFaults.Operation;

/** A part of {@link CheckpointFaultMatrixTest}. */
class CheckpointFaultsTest {
  @TempDir Path disk;

  @ParameterizedTest
  @EnumSource
  void noFaultCostsACheckpoint(Operation operation) throws Exception {
    CheckpointFaults faults = new CheckpointFaults(disk, operation, FaultPlan.Kind.DISK);
    List<FaultMatrix.Point> points = new FaultMatrix(faults.calls()).everyNthQuickly(41);
    assertThat(points).hasSizeGreaterThan(15);
    FaultMatrix.test(points, faults);
  }
}
