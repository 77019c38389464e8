package org.palimpsest.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.DamageException;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.WorkerResources;
import org.palimpsest.training.transport.Cancellation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies the files of a checkpoint on the executors, each file in a task of its own, while the
 * driver reads only the list of the folder. A task does not fail because of a file: it returns what
 * it found, so Spark does not repeat it, and nothing starts from a damaged checkpoint.
 *
 * <p>Without executors, or if their job fails, the driver reads the files itself.
 */
final class ParallelVerification implements Consumer<Checkpoint> {
  private static final Logger LOG = LoggerFactory.getLogger(ParallelVerification.class);
  private static final String DESCRIPTION = "spark.job.description";
  private static final long POLL_MS = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JavaSparkContext spark;
  private final WorkerResources resources;
  private final Duration startTimeout;

  /**
   * Verifies in the tasks of a session.
   *
   * @param resources of a task
   * @param startTimeout how long to wait for the first executor
   */
  ParallelVerification(JavaSparkContext spark, WorkerResources resources, Duration startTimeout) {
    this.spark = spark;
    this.resources = resources;
    this.startTimeout = startTimeout;
  }

  /**
   * What a task found out about a file that is not good. It travels as JSON.
   *
   * @param file its name
   * @param isDamaged whether it is certainly damaged; otherwise it cannot be read
   * @param sentence names the file
   * @param kind of the failure
   * @param host of the executor
   */
  private record Trouble(String file, boolean isDamaged, String sentence, Kind kind, String host) {

    static String json(StoredFile file, PalimpsestException e) {
      String host = SparkEnv.get().blockManager().blockManagerId().host();
      try {
        return JSON.writeValueAsString(
            new Trouble(
                file.name(), DamageException.isProvenBy(e), e.getMessage(), e.kind(), host));
      } catch (JsonProcessingException impossible) {
        throw new IllegalStateException(impossible);
      }
    }

    static Trouble of(String json) {
      try {
        return JSON.readValue(json, Trouble.class);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }

    PalimpsestException exception(Checkpoint checkpoint) {
      return isDamaged
          ? damage(checkpoint)
          : new PalimpsestException(kind, sentence, new IOException(sentence));
    }

    /** The driver reads the file, too: an executor may look at another disk. */
    private PalimpsestException damage(Checkpoint checkpoint) {
      try {
        Retry.run(() -> checkpoint.folder().verify(checkpoint.file(file)));
      } catch (PalimpsestException e) {
        return e;
      }
      return PalimpsestException.cluster(
          "The executor on "
              + host
              + " does not read what the driver reads ("
              + sentence
              + "): check the disks, the mounts, and the memory of that machine.");
    }
  }

  /**
   * Verifies all files.
   *
   * @throws PalimpsestException as {@link Checkpoint#verify}. If one file is damaged and another
   *     cannot be read, the damage counts: it is certain
   */
  @Override
  public void accept(Checkpoint checkpoint) {
    Retry.run(checkpoint::verifySizes);
    Optional<List<Trouble>> troubles = hasExecutors() ? troubles(checkpoint) : Optional.empty();
    if (troubles.isEmpty()) {
      Retry.run(checkpoint::verify);
      return;
    }
    troubles.get().stream()
        .min(Comparator.comparing(trouble -> !trouble.isDamaged()))
        .ifPresent(
            trouble -> {
              throw trouble.exception(checkpoint);
            });
  }

  private boolean hasExecutors() {
    Duration limit = spark.sc().isLocal() ? Duration.ZERO : startTimeout;
    long start = System.nanoTime();
    while (slots() == 0) {
      if (System.nanoTime() - start >= limit.toNanos()) {
        return false;
      }
      pause();
    }
    return true;
  }

  private int slots() {
    return spark.sc().isStopped()
        ? 0
        : spark.sc().maxNumConcurrentTasks(resources.profile(spark.sc()));
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static PalimpsestException interrupted(Exception e) {
    Thread.currentThread().interrupt();
    return new PalimpsestException(
        Kind.CLUSTER, "The run was interrupted while it verified a checkpoint: start it again.", e);
  }

  /** What the tasks found; empty if their job failed. */
  private Optional<List<Trouble>> troubles(Checkpoint checkpoint) {
    String before = spark.getLocalProperty(DESCRIPTION);
    spark.setLocalProperty(DESCRIPTION, "verification of " + checkpoint.folder().path().getName());
    try {
      return Optional.of(found(checkpoint));
    } catch (Exception e) { // Spark's exception is checked, but Scala does not declare it.
      if (Cancellation.isCauseOf(e)) {
        throw interrupted(e);
      }
      LOG.warn("The executors could not verify {}: the driver does.", checkpoint.path(), e);
      return Optional.empty();
    } finally {
      spark.setLocalProperty(DESCRIPTION, before);
    }
  }

  private List<Trouble> found(Checkpoint checkpoint) {
    List<StoredFile> files = new ArrayList<>(checkpoint.files().values());
    files.sort(Comparator.comparingLong(StoredFile::size).reversed());
    List<Integer> numbers = IntStream.range(0, files.size()).boxed().toList();
    Reading reading =
        new Reading(
            checkpoint.path(),
            List.copyOf(files),
            new SerializableConfiguration(spark.hadoopConfiguration()));
    return resources
        .on(spark.parallelize(numbers, Math.max(1, numbers.size())))
        .flatMap(number -> reading.trouble(number).stream().iterator())
        .collect()
        .stream()
        .map(Trouble::of)
        .toList();
  }

  /** What a task does: serialized on the driver, run on an executor. */
  private record Reading(String folder, List<StoredFile> files, SerializableConfiguration hadoop)
      implements Serializable {

    /** A {@link Trouble}; empty if the file is good. */
    Optional<String> trouble(int number) {
      StoredFolder place = new StoredFolder(new Path(folder), hadoop.value());
      StoredFile file = files.get(number);
      try {
        Retry.run(() -> place.verify(file));
        return Optional.empty();
      } catch (PalimpsestException e) {
        return Optional.of(Trouble.json(file, e));
      }
    }
  }
}
