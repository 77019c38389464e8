package org.palimpsest.training.preflight;

import org.apache.spark.SparkConf;
import org.palimpsest.training.config.Transport;

/** What the replicas' exchange trusts the network with. */
public record TrustCheck(SparkConf conf, ClusterRequirements demand) {
  private static final String CHECK = "trust";

  public Finding finding() {
    if (Master.of(conf).isOneMachine() || demand.workers() == 1) {
      return Finding.ok(CHECK, "Nothing leaves this machine.");
    }
    return demand.transport() == Transport.COLLECTIVE ? collective() : spark();
  }

  private static Finding collective() {
    return Finding.warn(
        CHECK,
        "Replicas exchange gradients and parameters by c10d, which neither authorizes nor encrypts:"
            + " train on a network that only trusted machines reach, or set training.transport to"
            + " spark, with spark.authenticate and spark.network.crypto.enabled.");
  }

  private Finding spark() {
    boolean safe =
        conf.getBoolean("spark.authenticate", false)
            && conf.getBoolean("spark.network.crypto.enabled", false);
    return safe
        ? Finding.ok(CHECK, "Spark authenticates its processes and encrypts what they exchange.")
        : Finding.warn(
            CHECK,
            "Spark's processes exchange the model without authentication or encryption: set"
                + " spark.authenticate and spark.network.crypto.enabled to true, unless only"
                + " trusted machines reach the network.");
  }
}
