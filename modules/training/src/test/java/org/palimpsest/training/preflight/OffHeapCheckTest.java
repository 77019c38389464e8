package org.palimpsest.training.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.palimpsest.model.Device;
import org.palimpsest.training.config.Transport;

class OffHeapCheckTest {
  private static final String LIMIT = "org.bytedeco.javacpp.maxbytes";

  @AfterEach
  void clearTheLimit() {
    System.clearProperty(LIMIT);
  }

  private static Finding finding(String master, long parameters, String... settings) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      conf.set(parts[0], parts[1]);
    }
    ClusterRequirements requirements =
        TestRequirements.of(Transport.COLLECTIVE, 2, parameters, Device.CPU);
    return new OffHeapCheck(conf, Master.of(conf), requirements).finding();
  }

  @Test
  void requiresMemoryOverheadForTheReplicas() {
    String sentence =
        "1 replica of 140,000,000 parameters and the native libraries need 2.4 GB outside the heap,"
            + " but the cluster grants an executor 384 MB: set spark.executor.memoryOverhead to"
            + " 2487m plus the size of the activations.";

    assertThat(finding("yarn", 140_000_000).sentence()).isEqualTo(sentence);
    assertThat(finding("k8s://https://there", 140_000_000).isFailure()).isTrue();
    assertThat(finding("yarn", 140_000_000, "spark.executor.memoryOverhead=2487m").verdict())
        .isEqualTo(Finding.Verdict.OK);
    assertThat(
            finding(
                    "yarn",
                    140_000_000,
                    "spark.executor.memory=8g",
                    "spark.executor.memoryOverheadFactor=0.4")
                .verdict())
        .isEqualTo(Finding.Verdict.OK);
  }

  @Test
  void checksTheJavaCppLimitInLocalMode() {
    System.setProperty(LIMIT, "1000m");

    assertThat(finding("local[2]", 30_000_000).sentence())
        .isEqualTo(
            "2 replicas of 30,000,000 parameters and the native libraries need 1.2 GB outside the"
                + " heap, but org.bytedeco.javacpp.maxbytes is 1000 MB: start the driver with"
                + " -Dorg.bytedeco.javacpp.maxbytes=1266m or more (SPARK_SUBMIT_OPTS), or use a"
                + " smaller model or fewer workers.");
    assertThat(finding("local[2]", 1_000_000).verdict()).isEqualTo(Finding.Verdict.OK);
  }

  private static String sentence(String master, Transport transport, String... settings) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      conf.set(parts[0], parts[1]);
    }
    ClusterRequirements requirements =
        TestRequirements.of(transport, 2, 30_000_000_000L, Device.CPU);
    return new OffHeapCheck(conf, Master.of(conf), requirements).finding().sentence();
  }

  /** JavaCPP then allows as many bytes as the heap has. */
  @Test
  void vectorsNeedALimitThatIsSet() {
    assertThat(sentence("local[2]", Transport.SPARK))
        .startsWith(
            "The vectors of the outer optimizer, the averages and the compression of 2 workers need"
                + " 223.5 GB outside the heap, but without org.bytedeco.javacpp.maxbytes they may"
                + " use as much as the heap, ")
        .endsWith(
            ": add -Dorg.bytedeco.javacpp.maxbytes=0 -Dorg.bytedeco.javacpp.maxphysicalbytes=0 to"
                + " the options of the driver (SPARK_SUBMIT_OPTS).");
    System.setProperty(LIMIT, "0");
    assertThat(sentence("local[2]", Transport.SPARK)).startsWith("2 replicas ");
  }
}
