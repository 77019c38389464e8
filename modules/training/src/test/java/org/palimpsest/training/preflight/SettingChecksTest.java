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
  private static final Device CARD = Device.parse("cuda");

  private static SparkConf conf(String... settings) {
    SparkConf conf =
        new SparkConf(false).set("spark.master", "yarn").set("spark.executor.memory", "4g");
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      conf.set(parts[0], parts[1]);
    }
    return conf;
  }

  private static List<Finding> findings(SparkConf conf, ClusterRequirements demand) {
    return new SettingChecks(conf, Master.of(conf), demand).findings();
  }

  private static List<String> failures(SparkConf conf, ClusterRequirements demand) {
    return findings(conf, demand).stream()
        .filter(Finding::isFailure)
        .map(Finding::sentence)
        .toList();
  }

  @Test
  void whatSuffices() {
    assertThat(findings(conf(), Demands.of(Transport.COLLECTIVE)))
        .extracting(Finding::verdict)
        .containsOnly(Finding.Verdict.OK);
    assertThat(failures(conf(), Demands.of(Transport.SPARK))).isEmpty();
  }

  @Test
  void executorsThatGoAwayCannotStartTogether() {
    SparkConf conf = conf("spark.dynamicAllocation.enabled=true");

    assertThat(failures(conf, Demands.of(Transport.COLLECTIVE)))
        .containsExactly(
            "Replicas that start together need executors that stay: set"
                + " spark.dynamicAllocation.enabled to false and ask for 2 tasks' worth of"
                + " executors.");
    assertThat(failures(conf, Demands.of(Transport.SPARK))).isEmpty();
  }

  @Test
  void whatTheDriverCollectsMustFit() {
    SparkConf conf = conf("spark.driver.maxResultSize=100m");

    assertThat(failures(conf, Demands.of(Transport.SPARK)))
        .containsExactly(
            "The driver collects up to 123 MB at once from 2 workers, but"
                + " spark.driver.maxResultSize is 100 MB: set it to 123m or more.");
    assertThat(failures(conf, Demands.of(Transport.COLLECTIVE))).isEmpty();
    assertThat(failures(conf("spark.driver.maxResultSize=0"), Demands.of(Transport.SPARK)))
        .isEmpty();
  }

  @Test
  void aMessageMustFitIntoKryosBuffer() {
    SparkConf conf =
        conf(
            "spark.serializer=org.apache.spark.serializer.KryoSerializer",
            "spark.kryoserializer.buffer.max=32m");

    assertThat(failures(conf, Demands.of(Transport.SPARK)))
        .containsExactly(
            "A message of training takes up to 33 MB, but spark.kryoserializer.buffer.max is 32"
                + " MB: set it to 33m or more.");
    assertThat(failures(conf, Demands.of(Transport.COLLECTIVE))).isEmpty();
  }

  @Test
  void withoutACollectiveTheDriverKeepsTheModel() {
    SparkConf conf = conf("spark.driver.maxResultSize=0", "spark.executor.memory=64g");

    assertThat(failures(conf, Demands.of(Transport.SPARK, 2, 2_000 * Demands.MILLION, Device.CPU)))
        .singleElement()
        .asString()
        .startsWith(
            "The driver keeps the model between rounds and needs a heap of 30.1 GB, but has")
        .endsWith(
            ": set spark.driver.memory to 30818m or more, or use training.transport = collective.");
  }

  @Test
  void registratorsMustBeNamedWhereRegistrationIsRequired() {
    SparkConf conf =
        conf(
            "spark.serializer=org.apache.spark.serializer.KryoSerializer",
            "spark.kryo.registrationRequired=true",
            "spark.kryo.registrator=org.palimpsest.corpus.CorpusKryoRegistrator");

    assertThat(failures(conf, Demands.of(Transport.COLLECTIVE)))
        .containsExactly(
            "spark.kryo.registrationRequired is true, but spark.kryo.registrator does not name"
                + " org.palimpsest.training.TrainingKryoRegistrator: add it, as"
                + " conf/spark-defaults.conf does.");
  }

  @Test
  void theHeapMustHoldTheWorkersOfAnExecutor() {
    SparkConf conf = conf("spark.executor.memory=512m", "spark.executor.cores=4");

    assertThat(failures(conf, Demands.of(Transport.COLLECTIVE, 4, 1, Device.CPU)))
        .containsExactly(
            "A heap of 512 MB is too small for 4 workers, which need 684 MB: set"
                + " spark.executor.memory to 684m or more.");
    assertThat(failures(conf, Demands.of(Transport.COLLECTIVE, 2, 1, Device.CPU))).isEmpty();
    assertThat(
            failures(
                conf("spark.executor.memory=512m", "spark.executor.cores=4", "spark.task.cpus=2"),
                Demands.of(Transport.COLLECTIVE, 4, 1, Device.CPU)))
        .as("two tasks an executor")
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, not set", "0.5, 0.5", "2, 2"})
  void aTaskTakesOneCard(String amount, String told) {
    SparkConf conf = amount.equals("0") ? conf() : conf("spark.task.resource.gpu.amount=" + amount);

    assertThat(failures(conf, Demands.of(Transport.COLLECTIVE, 2, 1, CARD)))
        .containsExactly(
            "training.device is cuda:0, but spark.task.resource.gpu.amount is "
                + told
                + ": set it or training.resources.gpus to 1, and spark.executor.resource.gpu.amount"
                + " and .discoveryScript to what each executor has (deploy/gpu/discover-gpus).");
  }

  @Test
  void aCardThatNoExecutorHasIsNoCard() {
    assertThat(
            failures(
                conf("spark.task.resource.gpu.amount=1"),
                Demands.of(Transport.COLLECTIVE, 2, 1, CARD)))
        .containsExactly(
            "spark.task.resource.gpu.amount is 1, but spark.executor.resource.gpu.amount is not"
                + " set: set it, and spark.executor.resource.gpu.discoveryScript, to what each"
                + " executor has (deploy/gpu/discover-gpus).");
  }

  @Test
  void theStagesOwnCoresAndCardsCount() {
    ClusterRequirements demand =
        Demands.with(
            new WorkerResources(OptionalInt.of(2), OptionalInt.of(1)),
            Demands.of(Transport.COLLECTIVE, 4, 1, CARD));

    assertThat(
            findings(
                conf(
                    "spark.executor.memory=512m",
                    "spark.executor.cores=4",
                    "spark.executor.resource.gpu.amount=2"),
                demand))
        .extracting(Finding::verdict)
        .as("two tasks an executor, with a card each")
        .containsOnly(Finding.Verdict.OK);
    assertThat(failures(conf(), demand))
        .containsExactly(
            "training.resources.gpus is 1, but spark.executor.resource.gpu.amount is not set: set"
                + " it, and spark.executor.resource.gpu.discoveryScript, to what each executor has"
                + " (deploy/gpu/discover-gpus).");
  }

  @Test
  void aCardOfItsOwnOrTheOnlyWorkerIsFine() {
    assertThat(
            failures(
                conf("spark.task.resource.gpu.amount=1", "spark.executor.resource.gpu.amount=1"),
                Demands.of(Transport.COLLECTIVE, 2, 1, CARD)))
        .isEmpty();
    assertThat(failures(conf(), Demands.of(Transport.COLLECTIVE, 1, 1, CARD))).isEmpty();
    assertThat(
            findings(conf("spark.master=local[2]"), Demands.of(Transport.COLLECTIVE, 2, 1, CARD)))
        .contains(Finding.warn("GPU", "2 workers share the one card cuda:0."));
  }

  @Test
  void tasksOfAnExecutorAsSettingsTellThem() {
    assertThat(Master.of(conf()).tasksPerExecutor(1)).isEqualTo(1);
    assertThat(Master.of(conf("spark.executor.cores=6")).tasksPerExecutor(4)).isEqualTo(1);
    assertThat(Master.of(conf("spark.executor.cores=6")).tasksPerExecutor(8)).isEqualTo(1);
    assertThat(Master.of(conf("spark.master=local-cluster[2, 3, 1024]")).tasksPerExecutor(1))
        .isEqualTo(3);
    assertThat(Master.of(conf("spark.master=local[2]")).isLocal()).isTrue();
    assertThat(Master.of(conf("spark.master=local-cluster[2,3,1024]")).isLocal()).isFalse();
  }
}
