package org.palimpsest.training.run;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.storage.FaultMatrix;
import org.palimpsest.storage.FaultPlan;
import org.palimpsest.training.run.CheckpointFaults.Operation;

/**
 * Every n-th call of an operation on checkpoints fails, once and for good, in every way, each way
 * at others.
 */
@Tag("torture")
class CheckpointFaultMatrixTest {
  @TempDir Path disk;

  @ParameterizedTest
  @CsvSource({"PUBLISH,DISK,1", "PUBLISH,OBJECT_STORE,4", "PRUNE,DISK,2", "PRUNE,OBJECT_STORE,6"})
  void noFaultCostsACheckpoint(Operation operation, FaultPlan.Kind kind, int n) throws Exception {
    CheckpointFaults faults = new CheckpointFaults(disk, operation, kind);
    FaultMatrix.test(new FaultMatrix(faults.calls()).everyNth(n), faults);
  }
}
