package org.palimpsest.dl4j.spark.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;

class ClusterTest {
  @Test
  void refusesAnEnvironmentWithoutSpark() {
    Map<String, String> whole = Map.of("SPARK_HOME", "/tmp/home", "SPARK_SCALA_VERSION", "2.13");
    assertThat(Cluster.home(whole)).isEqualTo(Path.of("/tmp/home"));
    for (String variable : whole.keySet()) {
      assertThatThrownBy(() -> Cluster.home(Map.of(variable, whole.get(variable))))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageMatching(
              "Spark starts executors from the folder SPARK_HOME, with the jars of"
                  + " SPARK_SCALA_VERSION: set both, here by export SPARK_HOME=\\$\\(mktemp -d\\)"
                  + " SPARK_SCALA_VERSION=2\\.1[23]\\.");
    }
  }
}
