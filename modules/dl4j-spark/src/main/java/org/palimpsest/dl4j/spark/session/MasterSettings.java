package org.palimpsest.dl4j.spark.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.palimpsest.dl4j.spark.data.BatchOrder.Kind;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.config.TrainingSettings.Aggregate;

/**
 * The settings of a training master.
 *
 * @param rounds what a round is
 * @param seed of order, dropout and noise
 * @param order whether data are shuffled
 * @param folders where a training keeps its files
 * @param statistics whether they are collected
 * @param recipe additional assignments, {@code key=value}, which override the others
 */
public record MasterSettings(
    Rounds rounds,
    long seed,
    Kind order,
    Folders folders,
    Statistics statistics,
    List<String> recipe) {

  /**
   * What a round is.
   *
   * @param workers number of replicas; empty for as many as Spark runs tasks at once
   * @param batchSizePerWorker examples that a replica computes at once
   * @param averagingFrequency inner steps per round
   * @param aggregate what workers exchange
   */
  public record Rounds(
      Optional<Integer> workers,
      int batchSizePerWorker,
      int averagingFrequency,
      Aggregate aggregate) {}

  /**
   * Where a training keeps its files.
   *
   * @param directory folder of a training that can be resumed; empty for none
   * @param exportDirectory parent folder of a training that is not resumed; empty for Spark's
   *     temporary folder
   */
  public record Folders(Optional<String> directory, Optional<String> exportDirectory) {}

  /** Whether {@code getTrainingStats} collects statistics. */
  public enum Statistics {
    OFF,
    COLLECTED
  }

  public MasterSettings {
    recipe = List.copyOf(recipe);
  }

  public static MasterSettings standard() {
    return new MasterSettings(
        new Rounds(Optional.empty(), 16, 5, Aggregate.PARAMETERS),
        1,
        Kind.PERMUTED,
        new Folders(Optional.empty(), Optional.empty()),
        Statistics.OFF,
        List.of());
  }

  /** The recipe of a run; a constant rate of 1 leaves rates to the network's own updaters. */
  Recipe recipe(String runDirectory, long steps, int workers) {
    List<String> all = new ArrayList<>();
    all.add("run.directory=\"" + runDirectory.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
    all.add("seed=" + seed);
    all.add("training.steps=" + steps);
    all.add("training.workers=" + workers);
    all.add("training.inner-steps=" + rounds.averagingFrequency);
    all.add("training.aggregate=" + rounds.aggregate.name().toLowerCase(Locale.ROOT));
    all.add("schedule.kind=constant");
    all.add("schedule.warm-up-steps=0");
    all.add("schedule.peak=1");
    all.add("optimizer.clip-norm=0");
    all.addAll(recipe);
    return Recipe.defaults().with(all);
  }

  /** As plain values by name, for JSON and YAML. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("numWorkers", rounds.workers.orElse(null));
    map.put("batchSizePerWorker", rounds.batchSizePerWorker);
    map.put("averagingFrequency", rounds.averagingFrequency);
    map.put("aggregate", rounds.aggregate.name());
    map.put("rngSeed", seed);
    map.put("order", order.name());
    map.put("directory", folders.directory.orElse(null));
    map.put("exportDirectory", folders.exportDirectory.orElse(null));
    map.put("collectTrainingStats", statistics == Statistics.COLLECTED);
    map.put("recipe", recipe);
    return map;
  }

  /** Reads the values of {@link #toMap}. */
  public static MasterSettings fromMap(Map<String, Object> map) {
    return new MasterSettings(
        new Rounds(
            Optional.ofNullable((Integer) map.get("numWorkers")),
            (Integer) map.get("batchSizePerWorker"),
            (Integer) map.get("averagingFrequency"),
            Aggregate.valueOf((String) map.get("aggregate"))),
        ((Number) map.get("rngSeed")).longValue(),
        Kind.valueOf((String) map.get("order")),
        new Folders(
            Optional.ofNullable((String) map.get("directory")),
            Optional.ofNullable((String) map.get("exportDirectory"))),
        (Boolean) map.get("collectTrainingStats") ? Statistics.COLLECTED : Statistics.OFF,
        ((List<?>) map.get("recipe")).stream().map(String.class::cast).toList());
  }
}
