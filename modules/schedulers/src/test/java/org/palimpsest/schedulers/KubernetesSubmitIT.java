package org.palimpsest.schedulers;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.schedulers.Shell.Outcome;
import org.palimpsest.schedulers.Shell.Started;

/**
 * The pods that {@code spark-submit} asks for, at an API server that keeps them and starts none: no
 * Kubernetes runs them here.
 */
@Tag("cluster")
@Timeout(300)
class KubernetesSubmitIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String IMAGE = "registry.example.com/palimpsest:0.1";

  @TempDir private Path folder;

  private KubernetesMockServer server;
  private KubernetesClient client;

  @BeforeEach
  void start() {
    server =
        new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), new ApplyingDispatcher(), false);
    server.init();
    client = server.createClient();
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  private String api() {
    return "k8s://http://127.0.0.1:" + server.getPort();
  }

  private Shell shell() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", Project.sparkHome().resolve("bin") + ":" + System.getenv("PATH"));
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.put("COMMAND", "nightly");
    environment.put("EXECUTORS", "2");
    environment.put("GPUS", "1");
    environment.put("CLAIM", "palimpsest");
    environment.put("SECRET", "store-keys");
    return new Shell(folder, environment);
  }

  private List<Pod> pods(String role) {
    return client.pods().inAnyNamespace().withLabel("spark-role", role).list().getItems();
  }

  private static Container spark(Pod pod) {
    return pod.getSpec().getContainers().get(0);
  }

  private static void expectRestricted(Pod pod) {
    assertThat(pod.getMetadata().getLabels()).containsEntry("app", "palimpsest");
    assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSpec().getSecurityContext().getRunAsUser()).isEqualTo(185L);
    assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
        .isEqualTo("RuntimeDefault");
    assertThat(spark(pod).getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(spark(pod).getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(spark(pod).getImage()).isEqualTo(IMAGE);
  }

  private static void expectVolumes(Pod pod) {
    assertThat(pod.getSpec().getVolumes())
        .anyMatch(
            volume ->
                volume.getPersistentVolumeClaim() != null
                    && volume.getPersistentVolumeClaim().getClaimName().equals("palimpsest"))
        .anyMatch(
            volume ->
                volume.getSecret() != null
                    && volume.getSecret().getSecretName().equals("store-keys"));
    assertThat(spark(pod).getVolumeMounts())
        .extracting(VolumeMount::getMountPath)
        .contains("/data", "/opt/secrets");
  }

  @Test
  void theDriverHasItsAccountItsVolumesAndTheCommand() {
    Outcome submitted =
        shell()
            .with(
                Map.of(
                    "SPARK_SUBMIT_OPTS", "-Dspark.kubernetes.submission.waitAppCompletion=false"))
            .run(
                PATIENCE,
                "bash",
                Project.deploy("kubernetes/submit").toString(),
                api(),
                IMAGE,
                "/opt/nightly.conf",
                "--set",
                "training.time-limit=6h");

    assertThat(submitted.code()).as(submitted.output()).isZero();
    assertThat(pods("driver")).as(submitted.output()).hasSize(1);
    Pod driver = pods("driver").get(0);
    expectRestricted(driver);
    expectVolumes(driver);
    assertThat(driver.getMetadata().getNamespace()).isEqualTo("palimpsest");
    assertThat(driver.getSpec().getServiceAccountName()).isEqualTo("spark");
    assertThat(spark(driver).getArgs())
        .containsSubsequence(
            "--class",
            "org.palimpsest.cli.Main",
            "local:///opt/palimpsest.jar",
            "nightly",
            "--config",
            "/opt/nightly.conf",
            "--set",
            "training.time-limit=6h");
    assertThat(properties())
        .contains("spark.executor.resource.gpu.amount=1")
        .contains("spark.executor.resource.gpu.vendor=nvidia.com")
        .contains("spark.executor.resource.gpu.discoveryScript=/opt/palimpsest/discover-gpus")
        .contains("spark.task.resource.gpu.amount=1");
  }

  /** The settings that the driver's pod gets as a file. */
  private String properties() {
    return client.configMaps().inAnyNamespace().list().getItems().stream()
        .flatMap(map -> map.getData().values().stream())
        .reduce("", (before, text) -> before + text);
  }

  /** A driver in client mode, as in cronjob.yaml; it waits for executors that never start. */
  @Test
  void anExecutorHasItsGpuItsVolumesAndNoRights() {
    Project.text(folder.resolve("in/monday.txt"), 1);
    Path recipe = Project.recipe(folder, "training.start-timeout = 1m");
    List<String> command =
        new ArrayList<>(
            List.of(
                Project.sparkHome().resolve("bin/spark-submit").toString(),
                "--master",
                api(),
                "--deploy-mode",
                "client"));
    for (String conf :
        List.of(
            "spark.kubernetes.container.image=" + IMAGE,
            "spark.kubernetes.namespace=palimpsest",
            "spark.kubernetes.executor.podTemplateFile=" + Project.deploy("kubernetes/pod.yaml"),
            "spark.kubernetes.executor.volumes.persistentVolumeClaim.data.mount.path=/data",
            "spark.kubernetes.executor.volumes.persistentVolumeClaim.data.options.claimName=palimpsest",
            "spark.kubernetes.executor.secrets.store-keys=/opt/secrets",
            "spark.executor.resource.gpu.amount=1",
            "spark.executor.resource.gpu.vendor=nvidia.com",
            "spark.executor.resource.gpu.discoveryScript=/opt/palimpsest/discover-gpus",
            "spark.task.resource.gpu.amount=1",
            "spark.executor.instances=2",
            "spark.executor.memory=1g",
            "spark.driver.host=127.0.0.1",
            "spark.ui.enabled=false")) {
      command.add("--conf");
      command.add(conf);
    }
    command.addAll(
        List.of(
            "--class",
            "org.palimpsest.cli.Main",
            Project.oneJar().toString(),
            "prepare",
            "--config",
            recipe.toString()));
    Started driver = shell().start(command);
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> !driver.process().isAlive() || pods("executor").size() == 2);
      assertThat(pods("executor")).as(driver.text()).hasSize(2);
    } finally {
      driver.process().destroyForcibly();
    }
    for (Pod executor : pods("executor")) {
      expectRestricted(executor);
      expectVolumes(executor);
      assertThat(spark(executor).getResources().getLimits())
          .containsEntry("nvidia.com/gpu", new Quantity("1"));
    }
  }
}
