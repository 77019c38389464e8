package org.palimpsest.tasks.finetuning;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.palimpsest.corpus.store.ShardedStore;
import org.palimpsest.corpus.store.StoreFormat;
import org.palimpsest.corpus.store.StoreManifest;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.tasks.finetuning.PairStore.Report;

/**
 * The manifest of encoded pairs.
 *
 * @param schemaVersion version of the manifest and the lanes
 * @param settings settings that determine the pairs, by configuration key
 * @param training the training lanes
 * @param validation the lane of held-out pairs
 * @param cutSources number of truncated sources
 * @param cutTargets number of truncated targets
 * @param rejected number of rejected records, by reason
 */
record PairManifest(
    int schemaVersion,
    Map<String, String> settings,
    List<PairLane> training,
    PairLane validation,
    long cutSources,
    long cutTargets,
    Map<String, Long> rejected)
    implements StoreManifest {
  PairManifest {
    if (settings == null
        || training == null
        || training.stream().anyMatch(Objects::isNull)
        || validation == null
        || rejected == null) {
      throw new IllegalArgumentException("it lacks settings, lanes, or rejected records");
    }
  }

  private static final int SCHEMA_VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final StoreFormat<PairManifest> FORMAT =
      new StoreFormat<>(
          "pair store",
          List.of(SCHEMA_VERSION),
          new StoreFormat.Keys("run.directory", "checkpoint.lease"),
          new StoreFormat.Places(
              List.of(), Pattern.compile("(lane|rejected)-.*"), Pattern.compile("rejected-.*")),
          manifest -> JSON.treeToValue(manifest, PairManifest.class));

  /** Returns the store of encoded pairs in a folder. */
  static ShardedStore<PairManifest> store(StoredFolder folder) {
    return new ShardedStore<>(folder, FORMAT);
  }

  /** Creates the manifest of what the tasks report, by partition of the encoder's lanes. */
  static PairManifest of(Map<String, String> settings, List<Report> reports) {
    return new PairManifest(
        SCHEMA_VERSION,
        settings,
        reports.subList(0, PairEncoder.LANES.trainingLanes()).stream().map(Report::lane).toList(),
        reports.get(PairEncoder.VALIDATION).lane(),
        reports.stream().mapToLong(Report::cutSources).sum(),
        reports.stream().mapToLong(Report::cutTargets).sum(),
        reports.get(PairEncoder.LANES.rejected()).rejected().counts());
  }

  @Override
  public Stream<StoredFile> files() {
    // Not the list of rejected records, which is for people.
    return Stream.concat(training.stream(), Stream.of(validation)).map(PairLane::file);
  }

  @Override
  public ObjectNode json() {
    return JSON.valueToTree(this);
  }

  /** Returns the number of training pairs. */
  long pairs() {
    return training.stream().mapToLong(PairLane::rows).sum();
  }
}
