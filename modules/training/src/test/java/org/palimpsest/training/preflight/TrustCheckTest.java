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
  void warnsAboutC10dOnANetwork() {
    assertThat(
            new TrustCheck(conf("spark://there:7077"), TestRequirements.of(Transport.COLLECTIVE))
                .finding())
        .isEqualTo(
            Finding.warn(
                "trust",
                "Replicas exchange gradients and parameters over c10d without authentication or"
                    + " encryption: use a network that only trusted machines can reach, or set"
                    + " training.transport to spark, spark.authenticate to true and"
                    + " spark.network.crypto.enabled to true."));
  }

  @Test
  void acceptsSparkWithAuthenticationAndEncryption() {
    SparkConf conf = conf("yarn");
    ClusterRequirements requirements = TestRequirements.of(Transport.SPARK);

    assertThat(new TrustCheck(conf, requirements).finding().sentence())
        .startsWith("Spark's processes exchange the model without authentication or encryption:");
    conf.set("spark.authenticate", "true").set("spark.network.crypto.enabled", "true");
    assertThat(new TrustCheck(conf, requirements).finding().verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void acceptsSparkWithAuthenticationAndTls() {
    SparkConf conf = conf("yarn").set("spark.ssl.rpc.enabled", "true");
    ClusterRequirements requirements = TestRequirements.of(Transport.SPARK);
    assertThat(new TrustCheck(conf, requirements).finding().verdict()).isEqualTo(Verdict.WARN);
    conf.set("spark.authenticate", "true");
    assertThat(new TrustCheck(conf, requirements).finding().verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void acceptsOneMachineOrOneWorker() {
    assertThat(
            new TrustCheck(
                    conf("local-cluster[2,1,1024]"), TestRequirements.of(Transport.COLLECTIVE))
                .finding()
                .verdict())
        .isEqualTo(Verdict.OK);
    assertThat(
            new TrustCheck(
                    conf("spark://there:7077"),
                    TestRequirements.of(Transport.COLLECTIVE, 1, 1, Device.CPU))
                .finding()
                .verdict())
        .isEqualTo(Verdict.OK);
  }
}
