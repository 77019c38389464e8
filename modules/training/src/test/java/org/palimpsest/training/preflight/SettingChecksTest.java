package org.palimpsest.training.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.model.Device;
import org.palimpsest.training.config.Transport;
import org.palimpsest.training.config.WorkerResources;

@Tag("cluster")
class SettingChecksTest {
  private static final Device GPU = Device.parse("cuda");

  private static SparkConf conf(String... settings) {
    SparkConf conf =
        new SparkConf(false).set("spark.master", "yarn").set("spark.executor.memory", "4g");
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      conf.set(parts[0], parts[1]);
    }
    return conf;
  }

  private static List<Finding> findings(SparkConf conf, ClusterRequirements requirements) {
    return new SettingChecks(conf, Master.of(conf), requirements).findings();
  }

  private static List<String> failures(SparkConf conf, ClusterRequirements requirements) {
    return findings(conf, requirements).stream()
        .filter(Finding::isFailure)
        .map(Finding::sentence)
        .toList();
  }

  @Test
  void acceptsSufficientSettings() {
    assertThat(findings(conf(), TestRequirements.of(Transport.COLLECTIVE)))
        .extracting(Finding::verdict)
        .containsOnly(Finding.Verdict.OK);
    assertThat(failures(conf(), TestRequirements.of(Transport.SPARK))).isEmpty();
  }

  @Test
  void refusesDynamicAllocationWithTheCollective() {
    SparkConf conf = conf("spark.dynamicAllocation.enabled=true");

    assertThat(failures(conf, TestRequirements.of(Transport.COLLECTIVE)))
        .containsExactly(
            "Dynamic allocation can remove executors that training.transport = collective needs all"
                + " at once: set spark.dynamicAllocation.enabled to false, and request executors"
                + " for 2 tasks.");
    assertThat(failures(conf, TestRequirements.of(Transport.SPARK))).isEmpty();
  }

  @Test
  void requiresResultSizeForTheModel() {
    SparkConf conf = conf("spark.driver.maxResultSize=100m");

    assertThat(failures(conf, TestRequirements.of(Transport.SPARK)))
        .containsExactly(
            "The driver collects up to 123 MB at once from 2 workers, but"
                + " spark.driver.maxResultSize is 100 MB: set it to 123m or more.");
    assertThat(failures(conf, TestRequirements.of(Transport.COLLECTIVE))).isEmpty();
    assertThat(failures(conf("spark.driver.maxResultSize=0"), TestRequirements.of(Transport.SPARK)))
        .isEmpty();
  }

  @Test
  void requiresKryoBufferForASlice() {
    SparkConf conf =
        conf(
            "spark.serializer=org.apache.spark.serializer.KryoSerializer",
            "spark.kryoserializer.buffer.max=32m");

    assertThat(failures(conf, TestRequirements.of(Transport.SPARK)))
        .containsExactly(
            "A message of training has up to 33 MB, but spark.kryoserializer.buffer.max is 32"
                + " MB: set it to 33m or more.");
    assertThat(failures(conf, TestRequirements.of(Transport.COLLECTIVE))).isEmpty();
  }

  @Test
  void requiresDriverHeapForTheModel() {
    SparkConf conf = conf("spark.driver.maxResultSize=0", "spark.executor.memory=64g");

    assertThat(
            failures(
                conf,
                TestRequirements.of(
                    Transport.SPARK, 2, 2_000 * TestRequirements.MILLION, Device.CPU)))
        .singleElement()
        .asString()
        .startsWith(
            "The driver sends the model to the workers in every round and needs a heap of 8.2 GB,"
                + " but has")
        .endsWith(
            ": set spark.driver.memory to 8442m or more, or use training.transport = collective.");
  }

  @Test
  void requiresRegistratorsIfRegistrationIsRequired() {
    SparkConf conf =
        conf(
            "spark.serializer=org.apache.spark.serializer.KryoSerializer",
            "spark.kryo.registrationRequired=true",
            "spark.kryo.registrator=org.palimpsest.corpus.CorpusKryoRegistrator");

    assertThat(failures(conf, TestRequirements.of(Transport.COLLECTIVE)))
        .containsExactly(
            "spark.kryo.registrationRequired is true, but spark.kryo.registrator does not name"
                + " org.palimpsest.training.TrainingKryoRegistrator: add it, as"
                + " conf/spark-defaults.conf does.");
  }

  @Test
  void requiresHeapForTheWorkersOfAnExecutor() {
    SparkConf conf = conf("spark.executor.memory=512m", "spark.executor.cores=4");

    assertThat(failures(conf, TestRequirements.of(Transport.COLLECTIVE, 4, 1, Device.CPU)))
        .containsExactly(
            "A heap of 512 MB is too small for 4 workers, which need 684 MB: set"
                + " spark.executor.memory to 684m or more.");
    assertThat(failures(conf, TestRequirements.of(Transport.COLLECTIVE, 2, 1, Device.CPU)))
        .isEmpty();
    assertThat(
            failures(
                conf("spark.executor.memory=512m", "spark.executor.cores=4", "spark.task.cpus=2"),
                TestRequirements.of(Transport.COLLECTIVE, 4, 1, Device.CPU)))
        .as("two tasks per executor")
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, not set", "0.5, 0.5", "2, 2"})
  void requiresOneGpuPerTask(String amount, String shown) {
    SparkConf conf = amount.equals("0") ? conf() : conf("spark.task.resource.gpu.amount=" + amount);

    assertThat(failures(conf, TestRequirements.of(Transport.COLLECTIVE, 2, 1, GPU)))
        .containsExactly(
            "training.device is cuda:0, but spark.task.resource.gpu.amount is "
                + shown
                + ": set it or training.resources.gpus to 1, spark.executor.resource.gpu.amount to"
                + " the number of GPUs of an executor, and"
                + " spark.executor.resource.gpu.discoveryScript to deploy/gpu/discover-gpus.");
  }

  @Test
  void requiresGpusOnTheExecutors() {
    assertThat(
            failures(
                conf("spark.task.resource.gpu.amount=1"),
                TestRequirements.of(Transport.COLLECTIVE, 2, 1, GPU)))
        .containsExactly(
            "spark.task.resource.gpu.amount is 1, but spark.executor.resource.gpu.amount is not"
                + " set: set it to the number of GPUs of an executor, and"
                + " spark.executor.resource.gpu.discoveryScript to deploy/gpu/discover-gpus.");
  }

  @Test
  void usesTheResourcesOfTheStage() {
    ClusterRequirements requirements =
        TestRequirements.with(
            new WorkerResources(OptionalInt.of(2), OptionalInt.of(1)),
            TestRequirements.of(Transport.COLLECTIVE, 4, 1, GPU));

    assertThat(
            findings(
                conf(
                    "spark.executor.memory=512m",
                    "spark.executor.cores=4",
                    "spark.executor.resource.gpu.amount=2"),
                requirements))
        .extracting(Finding::verdict)
        .as("two tasks per executor with one GPU each")
        .containsOnly(Finding.Verdict.OK);
    assertThat(failures(conf(), requirements))
        .containsExactly(
            "training.resources.gpus is 1, but spark.executor.resource.gpu.amount is not"
                + " set: set it to the number of GPUs of an executor, and"
                + " spark.executor.resource.gpu.discoveryScript to deploy/gpu/discover-gpus.");
  }

  @Test
  void acceptsOneGpuPerTaskOrASingleWorker() {
    assertThat(
            failures(
                conf("spark.task.resource.gpu.amount=1", "spark.executor.resource.gpu.amount=1"),
                TestRequirements.of(Transport.COLLECTIVE, 2, 1, GPU)))
        .isEmpty();
    assertThat(failures(conf(), TestRequirements.of(Transport.COLLECTIVE, 1, 1, GPU))).isEmpty();
    assertThat(
            findings(
                conf("spark.master=local[2]"),
                TestRequirements.of(Transport.COLLECTIVE, 2, 1, GPU)))
        .contains(Finding.warn("GPU", "2 workers share the GPU cuda:0."));
  }

  @Test
  void countsTasksOfAnExecutor() {
    assertThat(Master.of(conf()).tasksPerExecutor(1)).isEqualTo(1);
    assertThat(Master.of(conf("spark.executor.cores=6")).tasksPerExecutor(4)).isEqualTo(1);
    assertThat(Master.of(conf("spark.executor.cores=6")).tasksPerExecutor(8)).isEqualTo(1);
    assertThat(Master.of(conf("spark.master=local-cluster[2, 3, 1024]")).tasksPerExecutor(1))
        .isEqualTo(3);
    assertThat(Master.of(conf("spark.master=local[2]")).isLocal()).isTrue();
    assertThat(Master.of(conf("spark.master=local-cluster[2,3,1024]")).isLocal()).isFalse();
  }
}
