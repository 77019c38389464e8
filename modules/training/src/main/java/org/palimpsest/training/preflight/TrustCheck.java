package org.palimpsest.training.preflight;

import org.apache.spark.SparkConf;
import org.palimpsest.training.config.Transport;

/** Checks whether the replicas' exchange needs a trusted network. */
record TrustCheck(SparkConf conf, ClusterRequirements requirements) {
  private static final String CHECK = "trust";

  Finding finding() {
    if (Master.of(conf).isOneMachine() || requirements.workers() == 1) {
      return Finding.ok(CHECK, "All processes run on this machine.");
    }
    return requirements.transport() == Transport.COLLECTIVE ? collective() : spark();
  }

  private static Finding collective() {
    return Finding.warn(
        CHECK,
        "Replicas exchange gradients and parameters over c10d without authentication or encryption:"
            + " use a network that only trusted machines can reach, or set training.transport to"
            + " spark, spark.authenticate to true and spark.network.crypto.enabled to true.");
  }

  private Finding spark() {
    boolean safe =
        conf.getBoolean("spark.authenticate", false)
            && (conf.getBoolean("spark.network.crypto.enabled", false)
                || conf.getBoolean("spark.ssl.rpc.enabled", false));
    return safe
        ? Finding.ok(CHECK, "Spark authenticates its processes and encrypts their connections.")
        : Finding.warn(
            CHECK,
            "Spark's processes exchange the model without authentication or encryption: set"
                + " spark.authenticate and spark.network.crypto.enabled to true, or use a network"
                + " that only trusted machines can reach.");
  }
}
