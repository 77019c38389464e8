package org.palimpsest.corpus.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.spark.api.java.JavaPairRDD;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.spark.MappedIterator;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFolder;

/**
 * A sharded data set in a folder. It exists once its manifest is published, which is the last step
 * of every preparation: readers never see a half-written data set, and files that the manifest does
 * not list do not count.
 *
 * @param <M> the manifest
 */
public final class ShardedStore<M extends StoreManifest> {
  private final StoredFolder folder;
  private final StoreFormat<M> format;

  /** Creates a store in a folder that may not exist yet. */
  public ShardedStore(StoredFolder folder, StoreFormat<M> format) {
    this.folder = folder;
    this.format = format;
  }

  /** Returns the folder. */
  public StoredFolder folder() {
    return folder;
  }

  /** Returns whether a manifest is published; {@link #read} may still find it damaged. */
  public boolean exists() {
    return folder.hasManifest();
  }

  /**
   * Reads the manifest.
   *
   * @throws PalimpsestException of kind INPUT if there is none, it is damaged, or it has another
   *     format version
   */
  public M read() {
    ObjectNode manifest = folder.manifest(format.name());
    if (manifest.path("schemaVersion").asInt() != format.schemaVersion()) {
      throw PalimpsestException.input(
          "The %s %s has format version %s, but this release reads version %d: prepare it again with --fresh."
              .formatted(
                  format.name(),
                  folder.path(),
                  Reason.quoted(manifest.path("schemaVersion").asText("none")),
                  format.schemaVersion()));
    }
    try {
      return format.parser().parse(manifest);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The manifest of the %s %s is damaged (%s): prepare it again with --fresh."
              .formatted(format.name(), folder.path(), Reason.of(e)),
          e);
    }
  }

  /** Publishes the manifest, atomically replacing an earlier one. */
  public void publish(M manifest) {
    folder.publish(manifest.json());
  }

  /**
   * Checks that the data set was prepared with the current settings.
   *
   * @param stored settings in the manifest, by configuration key
   * @param current settings of this preparation
   * @param compared the keys to compare
   * @throws PalimpsestException of kind CONFIGURATION that names the first key that differs
   */
  public void requireSameSettings(
      Map<String, String> stored, Map<String, String> current, Predicate<String> compared) {
    TreeSet<String> keys = new TreeSet<>(stored.keySet());
    keys.addAll(current.keySet());
    keys.removeIf(compared.negate());
    for (String key : keys) {
      String before = stored.getOrDefault(key, "absent");
      String now = current.getOrDefault(key, "absent");
      if (!before.equals(now)) {
        throw PalimpsestException.configuration(
            "The %s %s was prepared with %s = %s, but the setting is now %s: restore the setting, choose another %s, or start over with --fresh."
                .formatted(
                    format.name(),
                    folder.path(),
                    key,
                    shown(before),
                    shown(now),
                    format.pathKey()));
      }
    }
  }

  private static String shown(String value) {
    return value.isBlank() || !value.equals(value.strip()) ? '"' + value + '"' : value;
  }

  /**
   * Shuffles records into their lanes and writes each partition in a task. Nothing is published.
   *
   * @return the tasks' reports, in the order of the partitions
   */
  public <V, R> List<R> write(
      JavaPairRDD<LaneKey, V> records, LanePartitioner lanes, PartitionTask<V, R> task) {
    AttemptFiles files = new AttemptFiles(folder);
    return records
        .repartitionAndSortWithinPartitions(lanes, LaneKey.BY_PLACE)
        .mapPartitionsWithIndex(
            (partition, keyed) ->
                List.of(
                        task.write(
                            partition, new MappedIterator<>(keyed, record -> record._2()), files))
                    .iterator(),
            false)
        .collect();
  }
}
