package org.palimpsest.schedulers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.schedulers.Shell.Outcome;

/**
 * The files in {@code deploy/kubernetes} against the schemas of what reads them: Kubeflow's Spark
 * operator 2.5.2, and Kubernetes.
 */
@Tag("cluster")
class KubernetesFilesIT {
  private static final ObjectMapper YAML = new YAMLMapper();

  @TempDir private Path folder;

  private static JsonNode yaml(Path file) throws IOException {
    return YAML.readTree(file.toFile());
  }

  private static JsonNode resource(String name) throws IOException {
    try (InputStream in =
        new GZIPInputStream(
            KubernetesFilesIT.class.getResourceAsStream("/kubernetes/" + name + ".gz"))) {
      return YAML.readTree(in.readAllBytes());
    }
  }

  /** The faults of an object by the schema of its custom resource. */
  private static List<String> faultsByOperator(String resource, JsonNode object)
      throws IOException {
    JsonNode version = resource(resource + ".yaml").path("spec").path("versions").get(0);
    assertThat(object.path("apiVersion").asText()).endsWith(version.path("name").asText());
    return new StructuralSchema(version)
        .faults(version.path("schema").path("openAPIV3Schema"), object);
  }

  @Test
  void theOperatorKnowsTheNight() throws IOException {
    assertThat(
            faultsByOperator(
                "scheduledsparkapplications", yaml(Project.deploy("kubernetes/nightly.yaml"))))
        .isEmpty();
  }

  @Test
  void theOperatorKnowsItsApplication() throws IOException {
    ObjectNode application = new ObjectMapper().createObjectNode();
    application.put("apiVersion", "sparkoperator.k8s.io/v1beta2");
    application.put("kind", "SparkApplication");
    application.putObject("metadata").put("name", "palimpsest-nightly");
    application.set(
        "spec", yaml(Project.deploy("kubernetes/nightly.yaml")).path("spec").path("template"));
    assertThat(faultsByOperator("sparkapplications", application)).isEmpty();
  }

  @Test
  void aFaultIsFound() throws IOException {
    ObjectNode night = (ObjectNode) yaml(Project.deploy("kubernetes/nightly.yaml"));
    ((ObjectNode) night.path("spec")).put("scedule", "x").put("suspend", "no");
    ((ObjectNode) night.path("spec")).remove("schedule");
    assertThat(faultsByOperator("scheduledsparkapplications", night))
        .containsExactlyInAnyOrder(
            ".spec.schedule is missing",
            ".spec.scedule is not known",
            ".spec.suspend is neither true nor false");
  }

  @Test
  void kubernetesKnowsTheCronJobTheRightsAndThePod() throws IOException {
    JsonNode definitions = resource("kubernetes.json").path("definitions");
    List<String> faults = new ArrayList<>();
    for (String file : List.of("cronjob.yaml", "rbac.yaml", "pod.yaml")) {
      try (var objects =
          YAML.readerFor(JsonNode.class)
              .<JsonNode>readValues(Project.deploy("kubernetes/" + file).toFile())) {
        for (JsonNode object : objects.readAll()) {
          JsonNode schema = definitions.path(definition(object));
          assertThat(schema.isMissingNode()).as(definition(object)).isFalse();
          new StructuralSchema(definitions)
              .faults(schema, object)
              .forEach(fault -> faults.add(file + fault));
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  /** The name of a kind's definition: {@code io.k8s.api.batch.v1.CronJob}. */
  private static String definition(JsonNode object) {
    String version = object.path("apiVersion").asText();
    String group =
        version.contains("/") ? version.replaceFirst("\\..*/|/", ".") : "core." + version;
    return "io.k8s.api." + group + "." + object.path("kind").asText();
  }

  @Test
  void theImageHasWhatItsFilesName() throws IOException {
    Path context = Files.createDirectories(folder.resolve("context"));
    Path root = folder.resolve("root");
    Files.createSymbolicLink(context.resolve("palimpsest.jar"), Project.oneJar());
    Files.createSymbolicLink(context.resolve("conf"), Project.deploy("../conf").normalize());
    Files.createSymbolicLink(context.resolve("deploy"), Project.deploy(""));

    Outcome made =
        new Shell(folder, Map.of())
            .run(
                Duration.ofMinutes(1),
                Project.deploy("kubernetes/image-folder").toString(),
                context.toString(),
                root.toString());

    assertThat(made.code()).as(made.output()).isZero();
    assertThat(root.resolve("opt/palimpsest.jar")).isRegularFile();
    assertThat(root.resolve("opt/nightly.conf")).isRegularFile();
    assertThat(root.resolve("opt/palimpsest/discover-gpus")).isExecutable();
    assertThat(root.resolve("opt/palimpsest/pod.yaml")).isRegularFile();
    assertThat(root.resolve("environment")).content().contains("OPT_OUT_TRACKING=true\n");
  }

  @Test
  void theJarOfTheImageKnowsTheNight() throws IOException {
    List<String> arguments = new ArrayList<>();
    yaml(Project.deploy("kubernetes/nightly.yaml"))
        .path("spec")
        .path("template")
        .path("arguments")
        .forEach(word -> arguments.add(word.asText()));
    arguments.replaceAll(
        word ->
            word.equals("/opt/nightly.conf")
                ? Project.deploy("../conf/hour.conf").toString()
                : word);
    arguments.add("--print-config");
    List<String> command =
        new ArrayList<>(
            List.of(
                "java",
                "-cp",
                Project.oneJar() + ":" + Project.sparkHome().resolve("jars") + "/*",
                "org.palimpsest.cli.Main"));
    command.addAll(arguments);

    Outcome printed = new Shell(folder, Map.of()).start(command).await(Duration.ofMinutes(1));

    assertThat(printed.code()).as(printed.output()).isZero();
    assertThat(printed.output()).contains("exit-codes=zero-to-go-on");
  }
}
