package org.palimpsest.cli.invocation;

import java.util.Optional;

/**
 * What an invocation ran with.
 *
 * @param palimpsest version of this program
 * @param spark version of Spark
 * @param java version of the JVM
 */
record Versions(String palimpsest, String spark, String java) {
  static Versions ofThisProcess() {
    return new Versions(
        Optional.ofNullable(Versions.class.getPackage().getImplementationVersion())
            .orElse("(unpackaged)"),
        org.apache.spark.package$.MODULE$.SPARK_VERSION(),
        System.getProperty("java.version"));
  }
}
