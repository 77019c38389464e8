package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.internal.config.package$;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEnv;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.training.config.Recipe;
import scala.Option;

/** Training on executors with the settings that {@code deploy/secure-conf} makes. */
@Tag("cluster")
class SecureClusterIT {
  @TempDir private static Path folder;
  private static InProcess cluster;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = InProcess.withTestClasses("local-cluster[2,1,1024]", secureSettings());
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  private static Map<String, String> secureSettings() throws IOException, InterruptedException {
    Path conf = folder.resolve("secure");
    String script = Launcher.assembledHome().resolve("deploy/secure-conf").toString();
    Process process = new ProcessBuilder("bash", script, conf.toString()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
    Map<String, String> settings = new HashMap<>();
    for (String line : Files.readAllLines(conf.resolve("spark-defaults.conf"))) {
      if (line.startsWith("spark.")) {
        String[] setting = line.split("\\s+", 2);
        settings.put(setting[0], setting[1].strip());
      }
    }
    return settings;
  }

  private static JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(cluster.session().sparkContext());
  }

  @ParameterizedTest
  @ValueSource(strings = {"collective", "spark"})
  void trainsWithAuthenticationAndEncryption(String transport) {
    ClusterRuns runs = new ClusterRuns(cluster, folder);
    Recipe recipe = runs.ofTwo(transport, transport, 8);
    runs.train(recipe, new UnequalWorkload(folder.toString()));
    assertThat(runs.parameters(recipe)).isNotEqualTo(UnequalWorkload.firstParameters());
  }

  @Test
  void everyProcessAuthenticatesAndEncrypts() {
    List<Integer> tasks = IntStream.range(0, 2).boxed().toList();
    assertThat(spark().parallelize(tasks, 2).map(task -> isSecure()).collect())
        .containsExactly(true, true);
    assertThat(isSecure()).as("the driver").isTrue();
  }

  private static boolean isSecure() {
    SecurityManager security = SparkEnv.get().securityManager();
    return security.isAuthenticationEnabled()
        && security.isEncryptionEnabled()
        && SparkEnv.get().conf().getBoolean("spark.io.encryption.enabled", false);
  }

  /** What an executor requests first, without the secret and with another one. */
  @ParameterizedTest
  @ValueSource(strings = {"", "0123456789abcdef"})
  void aProcessWithoutTheSecretIsRefused(String secret) {
    SparkConf conf = new SparkConf(false).set("spark.rpc.askTimeout", "10s");
    if (!secret.isEmpty()) {
      conf.set("spark.authenticate", "true")
          .set("spark.authenticate.secret", secret)
          .set("spark.network.crypto.enabled", "true");
    }
    RpcAddress driver = SparkEnv.get().rpcEnv().address();
    RpcEnv stranger =
        RpcEnv.create(
            "stranger",
            "127.0.0.1",
            0,
            conf,
            new SecurityManager(conf, Option.empty(), package$.MODULE$.AUTH_SECRET_FILE_EXECUTOR()),
            true);
    try {
      assertThatThrownBy(() -> stranger.setupEndpointRef(driver, "MapOutputTracker"))
          .hasStackTraceContaining(secret.isEmpty() ? "RuntimeException" : "Exception");
    } finally {
      stranger.shutdown();
    }
  }
}
