package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.storage.FaultMatrix.Point;
import org.palimpsest.training.SparkExtension;

/** A part of {@link ResumptionFaultMatrixTest}. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class ResumptionFaultsTest {
  @TempDir Path disk;

  private final SparkSession spark;

  ResumptionFaultsTest(SparkSession spark) {
    this.spark = spark;
  }

  @Test
  void noFaultChangesTheEndOfARun() throws Exception {
    ResumptionFaults faults = new ResumptionFaults(spark, disk);
    List<Point> points = faults.points(151);
    assertThat(points).hasSizeGreaterThan(5);
    for (Point point : points) {
      faults.at(point);
    }
  }
}
