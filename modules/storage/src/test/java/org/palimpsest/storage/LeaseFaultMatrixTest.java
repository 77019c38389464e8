package org.palimpsest.storage;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every call of a lease fails, in every way. */
@Tag("torture")
class LeaseFaultMatrixTest {
  @TempDir Path disk;

  @Test
  void faultsLeaveALeaseThatSomeoneCanTake() throws Exception {
    LeaseFaults faults = new LeaseFaults(disk);
    FaultMatrix.test(new FaultMatrix(faults.calls()).all(), faults);
  }
}
