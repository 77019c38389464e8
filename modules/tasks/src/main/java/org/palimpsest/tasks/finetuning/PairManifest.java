package org.palimpsest.tasks.finetuning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.tasks.finetuning.PairTask.Report;

/**
 * What the stored pairs are.
 *
 * @param schemaVersion of this manifest and the lanes
 * @param settings what they were made with
 * @param training the lanes to learn from
 * @param validation the held-out pairs
 * @param cutSources sources that were longer than allowed
 * @param cutTargets targets that were
 * @param rejected records that are no pairs, by reason
 */
record PairManifest(
    int schemaVersion,
    Map<String, String> settings,
    List<PairLane> training,
    PairLane validation,
    long cutSources,
    long cutTargets,
    Map<String, Long> rejected) {
  static final int SCHEMA_VERSION = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  static PairManifest of(Map<String, String> settings, List<Report> reports) {
    return new PairManifest(
        SCHEMA_VERSION,
        settings,
        reports.subList(0, PairPlan.LANES).stream().map(Report::lane).toList(),
        reports.get(PairPlan.validation()).lane(),
        reports.stream().mapToLong(Report::cutSources).sum(),
        reports.stream().mapToLong(Report::cutTargets).sum(),
        reports.get(PairPlan.rejected()).rejected());
  }

  void publish(StoredFolder folder) {
    folder.publish(JSON.valueToTree(this));
  }

  static PairManifest of(StoredFolder folder) {
    ObjectNode node = folder.manifest("folder of pairs");
    try {
      return JSON.treeToValue(node, PairManifest.class);
    } catch (JsonProcessingException e) {
      throw PalimpsestException.input(
          "The manifest of the pairs in " + folder.path() + " is of another version: delete it.");
    }
  }

  long pairs() {
    return training.stream().mapToLong(PairLane::rows).sum();
  }

  /** The most frequent reasons, for messages. */
  String reasons() {
    return rejected.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(5)
        .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
        .collect(Collectors.joining(", "));
  }
}
