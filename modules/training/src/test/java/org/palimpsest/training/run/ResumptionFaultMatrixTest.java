package org.palimpsest.training.run;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.storage.FaultMatrix.Point;
import org.palimpsest.training.SparkExtension;

/** Every fifth call of a run that goes on fails in every way, each way at others. */
@ExtendWith(SparkExtension.class)
@Tag("torture")
class ResumptionFaultMatrixTest {
  @TempDir Path disk;

  private final SparkSession spark;

  ResumptionFaultMatrixTest(SparkSession spark) {
    this.spark = spark;
  }

  @Test
  void noFaultChangesTheEndOfARun() throws Exception {
    ResumptionFaults faults = new ResumptionFaults(spark, disk);
    for (Point point : faults.points(5)) {
      faults.at(point);
    }
  }
}
