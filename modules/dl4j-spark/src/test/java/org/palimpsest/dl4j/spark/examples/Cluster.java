package org.palimpsest.dl4j.spark.examples;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.base.PalimpsestException;
import scala.util.Properties;

/**
 * A Spark cluster of executor processes on this machine, one core each, without an installation:
 * {@code SPARK_HOME} can be an empty folder, because executors get this process' class path.
 */
final class Cluster implements AutoCloseable {
  private final JavaSparkContext spark;
  private final int executors;

  Cluster(int executors) {
    this(executors, entry -> true);
  }

  /**
   * Starts a cluster.
   *
   * @param known entries of this process' class path for the executors
   */
  Cluster(int executors, Predicate<String> known) {
    makeHome();
    this.executors = executors;
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[" + executors + ",1,1024]")
            .setAppName("Deeplearning4j on executors")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.executor.extraClassPath", classPath(known))
            .set("spark.executorEnv.OMP_NUM_THREADS", "1")
            .set("spark.executorEnv.OMP_WAIT_POLICY", "passive")
            .set("spark.locality.wait", "0")
            .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .set("spark.kryo.registrator", "org.nd4j.kryo.Nd4jRegistrator");
    spark = new JavaSparkContext(conf);
    awaitExecutors();
  }

  private static String classPath(Predicate<String> known) {
    return Pattern.compile(File.pathSeparator)
        .splitAsStream(System.getProperty("java.class.path"))
        .filter(known)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void makeHome() {
    try {
      Files.createDirectories(home(System.getenv()).resolve("jars"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The folder from which Spark starts executors.
   *
   * @throws PalimpsestException of kind CONFIGURATION that says what to set
   */
  static Path home(Map<String, String> environment) {
    if (!environment.keySet().containsAll(Set.of("SPARK_HOME", "SPARK_SCALA_VERSION"))) {
      throw PalimpsestException.configuration(
          "Spark starts executors from the folder SPARK_HOME, with the jars of"
              + " SPARK_SCALA_VERSION: set both, here by export SPARK_HOME=$(mktemp -d)"
              + " SPARK_SCALA_VERSION="
              + scalaLine()
              + ".");
    }
    return Path.of(environment.get("SPARK_HOME"));
  }

  /** Such as 2.13. */
  private static String scalaLine() {
    String version = Properties.versionNumberString();
    return version.substring(0, version.lastIndexOf('.'));
  }

  JavaSparkContext spark() {
    return spark;
  }

  private void awaitExecutors() {
    long start = System.nanoTime();
    while (spark.sc().statusTracker().getExecutorInfos().length < executors + 1) {
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(90)) {
        throw new IllegalStateException("The executors did not start.");
      }
      sleep(100);
    }
  }

  static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Process ids of the live executors. */
  List<Long> pids() {
    return spark
        .parallelize(IntStream.range(0, 8 * executors).boxed().toList(), 8 * executors)
        .map(
            task -> {
              sleep(30);
              return ProcessHandle.current().pid();
            })
        .distinct()
        .collect();
  }

  /** Kills an executor, as the system does when memory is exhausted. */
  static void kill(long pid) {
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
  }

  @Override
  public void close() {
    spark.stop();
  }
}
