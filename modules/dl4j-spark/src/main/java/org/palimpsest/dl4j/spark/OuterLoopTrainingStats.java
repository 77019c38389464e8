package org.palimpsest.dl4j.spark;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.stats.BaseEventStats;
import org.deeplearning4j.spark.stats.EventStats;
import org.palimpsest.storage.StoredFolder;

/**
 * Start and duration of the parts of a training, on the driver's clock: {@value #FIT} the calls,
 * {@value #SEGMENT} the Spark jobs with their checkpoints, {@value #INTERVAL} about a second of
 * rounds each.
 */
final class OuterLoopTrainingStats implements SparkTrainingStats {
  private static final long serialVersionUID = 1L;
  static final String FIT = "OuterLoopFitTimesMs";
  static final String SEGMENT = "OuterLoopSegmentTimesMs";
  static final String INTERVAL = "OuterLoopIntervalTimesMs";

  private final Map<String, List<EventStats>> events = new LinkedHashMap<>();
  private SparkTrainingStats nested;

  OuterLoopTrainingStats() {
    List.of(FIT, SEGMENT, INTERVAL).forEach(key -> events.put(key, new ArrayList<>()));
  }

  synchronized void note(String key, long startMs, long endMs) {
    events.get(key).add(new BaseEventStats(startMs, endMs - startMs));
  }

  @Override
  public Set<String> getKeySet() {
    return events.keySet();
  }

  @Override
  public synchronized List<EventStats> getValue(String key) {
    List<EventStats> value = events.get(key);
    if (value == null) {
      throw new IllegalArgumentException(
          "Statistic '" + key + "' is unknown: use one of " + getKeySet());
    }
    return List.copyOf(value);
  }

  @Override
  public String getShortNameForKey(String key) {
    return switch (key) {
      case FIT -> "Fit";
      case SEGMENT -> "Segment";
      case INTERVAL -> "Interval";
      default -> throw new IllegalArgumentException("Statistic '" + key + "' is unknown.");
    };
  }

  @Override
  public boolean defaultIncludeInPlots(String key) {
    return !key.equals(INTERVAL);
  }

  @Override
  public void addOtherTrainingStats(SparkTrainingStats other) {
    nested = other;
  }

  @Override
  public SparkTrainingStats getNestedTrainingStats() {
    return nested;
  }

  @Override
  public String statsAsString() {
    StringBuilder text = new StringBuilder();
    for (String key : getKeySet()) {
      text.append(String.format(DEFAULT_PRINT_FORMAT, key)).append(durations(key)).append('\n');
    }
    return text.toString();
  }

  private String durations(String key) {
    return getValue(key).stream()
        .map(event -> Long.toString(event.getDurationMs()))
        .collect(Collectors.joining(","));
  }

  /** Writes one file per statistic, with one line per event. */
  @Override
  public void exportStatFiles(String outputPath, SparkContext spark) {
    StoredFolder folder = new StoredFolder(new Path(outputPath), spark.hadoopConfiguration());
    for (String key : getKeySet()) {
      byte[] text = lines(key).getBytes(StandardCharsets.UTF_8);
      folder.write(key + ".txt", out -> out.write(text));
    }
  }

  private String lines(String key) {
    StringBuilder lines = new StringBuilder();
    for (EventStats event : getValue(key)) {
      lines.append(lines.isEmpty() ? event.getStringHeader(",") + "\n" : "");
      lines.append(event.asString(",")).append('\n');
    }
    return lines.toString();
  }
}
