package org.palimpsest.dl4j.spark.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.dl4j.spark.OuterLoopTrainingMaster;

/**
 * Prints the tables of {@code docs/benchmarks/dl4j-spark.md}: Deeplearning4j's parameter averaging
 * and the outer loop, on the same two executors, the same networks, the same data, in turn.
 *
 * <p>Arguments: {@code lenet} or {@code lstm}, the number of examples, of epochs, and of masters to
 * compare; or {@code killed} and the number of examples, for LeNet with a killed executor. {@code
 * SPARK_HOME} is an empty folder, and {@code SPARK_SCALA_VERSION} the Scala version of Spark's
 * jars.
 */
public final class Comparison {
  private static final int FREQUENCY = 5;
  private static final int BATCH = 16;
  private static final int WORKERS = 2;

  private final Cluster cluster = new Cluster(WORKERS);
  private final DriverTraffic traffic = new DriverTraffic();
  private final Path folder;
  private final int examples;

  private Comparison(Path folder, int examples) {
    this.folder = folder;
    this.examples = examples;
    cluster.spark().sc().addSparkListener(traffic);
  }

  /** Prints the rows of one table. */
  public static void main(String[] arguments) throws Exception {
    try {
      print(arguments);
    } catch (PalimpsestException e) {
      System.err.println(e.getMessage());
      System.exit(e.kind().exitCode());
    }
  }

  private static void print(String[] arguments) throws IOException {
    boolean killed = arguments.length == 2 && arguments[0].equals("killed");
    boolean table = arguments.length == 4 && Set.of("lenet", "lstm").contains(arguments[0]);
    if (!killed && !table) {
      throw PalimpsestException.configuration(
          "Give lenet or lstm, examples, epochs and masters, or killed and examples: lenet 960 4 2.");
    }
    Comparison comparison =
        new Comparison(Files.createTempDirectory("comparison"), Integer.parseInt(arguments[1]));
    try {
      comparison.warmUp();
      switch (arguments[0]) {
        case "lenet" -> comparison.compare(comparison::lenet, arguments);
        case "lstm" -> comparison.compare(comparison::lstm, arguments);
        default -> comparison.killed();
      }
    } finally {
      comparison.cluster.close();
    }
  }

  /** A master and its name. */
  private record Candidate(String name, Supplier<TrainingMaster<?, ?>> master) {}

  private List<Candidate> candidates() {
    return List.of(
        new Candidate("ParameterAveraging", this::stock),
        new Candidate("OuterLoop, average", () -> ours().build()),
        new Candidate(
            "OuterLoop, average, rounds as jobs",
            () -> ours().recipe("training.transport=spark").build()),
        new Candidate("OuterLoop, DiLoCo", () -> ours().outerNesterov(0.7, 0.9).build()),
        new Candidate("OuterLoop, gradients", () -> ours().aggregateGradients().build()));
  }

  private TrainingMaster<?, ?> stock() {
    return new ParameterAveragingTrainingMaster.Builder(WORKERS, 1)
        .batchSizePerWorker(BATCH)
        .averagingFrequency(FREQUENCY)
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .rngSeed(12345)
        .build();
  }

  private OuterLoopTrainingMaster.Builder ours() {
    return new OuterLoopTrainingMaster.Builder(WORKERS, 1)
        .batchSizePerWorker(BATCH)
        .averagingFrequency(FREQUENCY)
        .checkpointEvery(20)
        .exportDirectory(folder.toString())
        .rngSeed(12345);
  }

  /** A network with its master. */
  private interface Subject {
    void fit();

    double loss();

    float[] parameters();
  }

  private Subject lenet(TrainingMaster<?, ?> master) {
    SparkComputationGraph network =
        new SparkComputationGraph(cluster.spark(), LenetOnSpark.configuration(), master);
    network.getNetwork().params().setCloseable(false); // for scoring broadcasts them
    JavaRDD<DataSet> training = data(LenetOnSpark.images(examples, 1));
    JavaRDD<DataSet> test = data(LenetOnSpark.images(256, 2));
    return new Subject() {
      @Override
      public void fit() {
        network.fit(training);
      }

      @Override
      public double loss() {
        return network.calculateScore(test, true);
      }

      @Override
      public float[] parameters() {
        return network.getNetwork().params().toFloatVector();
      }
    };
  }

  private Subject lstm(TrainingMaster<?, ?> master) {
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(cluster.spark(), SequencesOnSpark.configuration(), master);
    network.getNetwork().params().setCloseable(false); // for scoring broadcasts them
    JavaRDD<DataSet> training = data(SequencesOnSpark.sequences(examples, 1));
    JavaRDD<DataSet> test = data(SequencesOnSpark.sequences(256, 2));
    return new Subject() {
      @Override
      public void fit() {
        network.fit(training);
      }

      @Override
      public double loss() {
        return network.calculateScore(test, true);
      }

      @Override
      public float[] parameters() {
        return network.getNetwork().params().toFloatVector();
      }
    };
  }

  private JavaRDD<DataSet> data(List<DataSet> all) {
    return cluster
        .spark()
        .parallelize(all, 4); // not cached: the stock master sets its own storage level
  }

  /** Unpacks native libraries and warms up both executors' compilers for both masters. */
  private void warmUp() {
    lenet(stock()).fit();
    lenet(ours().build()).fit();
  }

  /** A candidate with two equal networks, and the time and traffic of its fits. */
  private record Entry(Candidate candidate, Subject subject, Subject again, List<Epoch> epochs) {}

  private record Epoch(double seconds, double megabytes, double loss) {}

  /** Alternates the candidates, so that other load on the machine affects all of them. */
  private void compare(Function<TrainingMaster<?, ?>, Subject> network, String[] arguments) {
    int epochs = Integer.parseInt(arguments[2]);
    List<Entry> entries = new ArrayList<>();
    for (Candidate candidate : candidates().subList(0, Integer.parseInt(arguments[3]))) {
      Subject subject = network.apply(candidate.master().get());
      Subject again = network.apply(candidate.master().get());
      entries.add(new Entry(candidate, subject, again, new ArrayList<>()));
    }
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (Entry entry : entries) {
        traffic.reset();
        long start = System.nanoTime();
        entry.subject().fit();
        double seconds = (System.nanoTime() - start) / 1e9;
        double megabytes = traffic.bytes() / 1e6;
        entry.epochs().add(new Epoch(seconds, megabytes, entry.subject().loss()));
        entry.again().fit();
      }
    }
    entries.forEach(entry -> row(arguments[0], entry));
  }

  private void row(String network, Entry entry) {
    double rounds = Math.ceil((double) examples / BATCH / WORKERS / FREQUENCY);
    double[] seconds = entry.epochs().stream().mapToDouble(Epoch::seconds).sorted().toArray();
    String losses =
        entry.epochs().stream()
            .map(epoch -> String.format(Locale.ROOT, "%.3f", epoch.loss()))
            .collect(Collectors.joining(", "));
    String times =
        entry.epochs().stream()
            .map(epoch -> String.format(Locale.ROOT, "%.1f", epoch.seconds()))
            .collect(Collectors.joining(", "));
    System.out.printf(
        Locale.ROOT,
        "RESULT | %s | %s | %s | %s | %.2f | %.2f | %s%n",
        network,
        entry.candidate().name(),
        losses,
        times,
        seconds[seconds.length / 2] / rounds,
        entry.epochs().stream().mapToDouble(Epoch::megabytes).average().orElse(0),
        farthest(entry.subject().parameters(), entry.again().parameters()));
  }

  private static double farthest(float[] a, float[] b) {
    double farthest = 0;
    for (int i = 0; i < a.length; i++) {
      farthest = Math.max(farthest, Math.abs(a[i] - b[i]));
    }
    return farthest;
  }

  private void killed() {
    candidates().subList(0, 3).forEach(one -> killed(one.name(), one.master()));
  }

  /** One executor is killed in the middle of the second epoch. */
  private void killed(String name, Supplier<TrainingMaster<?, ?>> master) {
    Subject calm = lenet(master.get());
    calm.fit();
    long start = System.nanoTime();
    calm.fit();
    double usual = (System.nanoTime() - start) / 1e9;
    Subject subject = lenet(master.get());
    subject.fit();
    List<Long> pids = cluster.pids();
    start = System.nanoTime();
    CompletableFuture<Void> second = CompletableFuture.runAsync(subject::fit);
    Cluster.sleep((long) (usual * 500));
    Cluster.kill(pids.get(0));
    String outcome;
    try {
      second.join();
      outcome = "finished";
    } catch (RuntimeException e) {
      outcome = "failed: " + e.getMessage();
    }
    System.out.printf(
        Locale.ROOT,
        "KILLED | %s | %s | %.1f s instead of %.1f s | %s%n",
        name,
        outcome,
        (System.nanoTime() - start) / 1e9,
        usual,
        farthest(calm.parameters(), subject.parameters()));
  }
}
