package org.palimpsest.training.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.palimpsest.model.Device;
import org.palimpsest.training.config.Transport;
import org.palimpsest.training.preflight.Finding.Verdict;

@Tag("cluster")
class TrustCheckTest {
  private static SparkConf conf(String master) {
    return new SparkConf(false).set("spark.master", master);
  }

  @Test
  void c10dNeedsATrustedNetwork() {
    assertThat(
            new TrustCheck(conf("spark://there:7077"), Demands.of(Transport.COLLECTIVE)).finding())
        .isEqualTo(
            Finding.warn(
                "trust",
                "Replicas exchange gradients and parameters by c10d, which neither authorizes nor"
                    + " encrypts: train on a network that only trusted machines reach, or set"
                    + " training.transport to spark, with spark.authenticate and"
                    + " spark.network.crypto.enabled."));
  }

  @Test
  void sparkIsTrustedOnceItIsConfigured() {
    SparkConf conf = conf("yarn");
    ClusterRequirements demand = Demands.of(Transport.SPARK);

    assertThat(new TrustCheck(conf, demand).finding().sentence())
        .startsWith("Spark's processes exchange the model without authentication or encryption:");
    conf.set("spark.authenticate", "true").set("spark.network.crypto.enabled", "true");
    assertThat(new TrustCheck(conf, demand).finding().verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void oneMachineOrOneWorkerTrustsItself() {
    assertThat(
            new TrustCheck(conf("local-cluster[2,1,1024]"), Demands.of(Transport.COLLECTIVE))
                .finding()
                .verdict())
        .isEqualTo(Verdict.OK);
    assertThat(
            new TrustCheck(
                    conf("spark://there:7077"), Demands.of(Transport.COLLECTIVE, 1, 1, Device.CPU))
                .finding()
                .verdict())
        .isEqualTo(Verdict.OK);
  }
}
