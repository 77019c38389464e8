package org.palimpsest.training.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.model.Device;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.config.Transport;
import org.palimpsest.training.config.WorkerResources;
import org.palimpsest.training.preflight.Machine.Ability;

@ExtendWith(SparkExtension.class)
@Tag("spark")
class PreflightTest {
  private final JavaSparkContext spark;

  @TempDir private Path folder;

  PreflightTest(SparkSession session) {
    spark = JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  private ClusterRequirements requirements(Path run, int workers) {
    var path = new org.apache.hadoop.fs.Path(run.toUri());
    return TestRequirements.at(path, Transport.COLLECTIVE, workers, 1000, Device.CPU);
  }

  @Test
  void runsAllChecksAndDeletesItsFiles() {
    ClusterRequirements requirements = requirements(folder.resolve("deep/run"), 2);

    List<Finding> findings = new Preflight(spark, requirements, place -> {}).findings();

    assertThat(findings).filteredOn(Finding::isFailure).isEmpty();
    assertThat(findings)
        .extracting(Finding::check)
        .containsExactly(
            "executors that stay",
            "driver result size",
            "Kryo registrators",
            "Kryo buffer",
            "heap",
            "driver heap",
            "GPU",
            "off-heap memory",
            "task resources",
            "trust",
            "slots",
            "run folder",
            "create if absent",
            "shared folder",
            "native libraries",
            "native cache",
            "local folders",
            "OpenMP threads",
            "machine memory");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void keepsAnExistingFolder() throws IOException {
    Path run = Files.createDirectories(folder.resolve("run"));
    Files.writeString(run.resolve("mine"), "mine");

    new Preflight(spark, requirements(run, 1), place -> {}).require(warning -> {});

    assertThat(run.toFile().list()).containsExactly("mine");
  }

  @Test
  void skipsProbesAfterAFailure() {
    List<Finding> findings = new Preflight(spark, requirements(folder, 4), place -> {}).findings();

    assertThat(findings.get(findings.size() - 1))
        .isEqualTo(
            Finding.fail(
                "slots",
                "training.workers is 4, but Spark has room for 3 tasks at once (spark.task.cpus is"
                    + " 1): lower training.workers, or give Spark more executors or cores, such as"
                    + " --master local[4]."));
  }

  @Test
  void refusesStageResourcesInLocalMode() {
    WorkerResources two = new WorkerResources(OptionalInt.of(2), OptionalInt.empty());

    List<Finding> findings =
        new Preflight(spark, TestRequirements.with(two, requirements(folder, 1)), place -> {})
            .findings();

    assertThat(findings)
        .filteredOn(Finding::isFailure)
        .singleElement()
        .extracting(Finding::sentence)
        .asString()
        .startsWith(
            "training.resources gives workers other cores or GPUs than other tasks, which local[3]"
                + " does not support: unset training.resources.cores and .gpus, and set"
                + " spark.task.cpus and spark.task.resource.gpu.amount instead"
                + " (TaskResourceProfiles are only");
  }

  @Test
  void failsIfTheRunFolderIsNotWritable() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");

    assertThatThrownBy(
            () -> new Preflight(spark, requirements(file, 1), place -> {}).require(warning -> {}))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The driver cannot write to file:" + file + " (")
        .hasMessageEndingWith(
            "): set run.directory to a writable folder, or change its permissions.")
        .extracting(e -> ((PalimpsestException) e).kind())
        .isEqualTo(Kind.CLUSTER);
  }

  @Test
  void reportsAFailureOnAnExecutor() {
    Preflight preflight =
        new Preflight(
            spark,
            requirements(folder, 1),
            place -> {
              throw PalimpsestException.configuration("This LibTorch has no GPU.");
            });

    assertThatThrownBy(() -> preflight.require(warning -> {}))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith(": This LibTorch has no GPU.");
  }

  @Test
  void failsIfTheRunFolderIsNotShared() {
    var run = new org.apache.hadoop.fs.Path(folder.toUri());
    try (RunFolder shared = new RunFolder(run, new Configuration())) {
      assertThat(shared.driverWrites().isFailure()).isFalse();
      assertThat(
              shared.isShared(
                  List.of(machine(Map.of(Ability.SHARE_RUN_FOLDER, "it does not see the file")))))
          .isEqualTo(
              Finding.fail(
                  "shared folder",
                  "The executor on there and the driver do not share "
                      + run
                      + " (it does not see the file): set run.directory to a folder"
                      + " that all machines can write to, such as hdfs://, s3a:// or a network"
                      + " mount."));
      assertThat(shared.isShared(List.of(machine(Map.of()))).sentence())
          .contains("(the driver does not see the file that the executor wrote)");
    }
    assertThat(folder).isEmptyDirectory();
  }

  private static Machine machine(Map<Ability, String> troubles) {
    Machine.Directory roomy = new Machine.Directory("/", Long.MAX_VALUE, true);
    return new Machine(
        "there", "7", 0, new Machine.Folders(List.of(roomy), roomy), Map.of(), troubles);
  }

  /** A file system that ignores {@code overwrite = false}. */
  public static final class OverwritingFileSystem extends RawLocalFileSystem {
    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path path,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        org.apache.hadoop.util.Progressable progress)
        throws IOException {
      return super.create(path, true, bufferSize, replication, blockSize, progress);
    }
  }

  @Test
  void warnsIfAFileCanBeCreatedTwice() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.file.impl", OverwritingFileSystem.class.getName());
    hadoop.setBoolean("fs.file.impl.disable.cache", true);
    List<Finding> findings = new ArrayList<>();
    try (RunFolder overwriting =
        new RunFolder(new org.apache.hadoop.fs.Path(folder.toUri()), hadoop)) {
      overwriting.driverWrites();
      findings.add(overwriting.createIfAbsent());
    }
    assertThat(findings.get(0).verdict()).isEqualTo(Finding.Verdict.WARN);
    assertThat(findings.get(0).sentence())
        .contains(
            "lets a file be created twice, so two runs in this folder cannot detect each other");
  }
}
