package org.palimpsest.pipeline.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.telemetry.LineLog;

/**
 * The state of a run as its folder shows it, for those who did not start it. It is that of the
 * newest checkpoint.
 */
public record RunFiles(String directory, Configuration hadoop) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STATUS = "status.json";
  public static final String EVALUATIONS = "evaluations.jsonl";

  /**
   * The state as one JSON object, with the fields of {@link TrainingLog#json}; what the folder does
   * not show is null.
   *
   * @throws PalimpsestException of kind INPUT if no training has begun there
   */
  public String json() {
    StoredFolder folder = new StoredFolder(new Path(directory), hadoop);
    if (!folder.exists(STATUS)) {
      throw PalimpsestException.input(
          "There is no run in " + directory + " yet: it has no " + STATUS + ".");
    }
    JsonNode status = folder.readJson(STATUS);
    Curve curve = new Curve();
    JsonNode[] last = {MissingNode.getInstance()};
    new LineLog(folder, "metrics")
        .forEachLine(
            line -> {
              last[0] = parsed(line);
              curve.add(last[0].path("step").asLong(), last[0].path("loss").asDouble(Double.NaN));
            });
    Map<String, Object> facts = new LinkedHashMap<>();
    String state = status.path("state").asText();
    facts.put("state", state.equals("running") ? "training" : state);
    facts.put("runDir", directory);
    facts.put("step", status.path("step").asLong());
    facts.put("totalSteps", null);
    facts.put("loss", last[0].path("loss").numberValue());
    facts.put("tokensPerSecond", last[0].path("tokensPerSecond").numberValue());
    facts.put("secondsLeft", null);
    facts.put("workers", null);
    facts.put("checkpoint", status.path("checkpoint").asText());
    facts.put("error", error(state, status));
    facts.put("curve", curve.points());
    List<JsonNode> evaluations = evaluations(folder);
    facts.put("evaluations", evaluations);
    facts.put("samples", samples(folder, evaluations));
    facts.put("warnings", List.of());
    return JsonText.of(facts);
  }

  /** Those of the newest evaluation. */
  private static JsonNode samples(StoredFolder folder, List<JsonNode> evaluations) {
    if (evaluations.isEmpty() || !folder.exists(Restorations.FILE)) {
      return JSON.createArrayNode();
    }
    JsonNode restored = folder.readJson(Restorations.FILE);
    long newest = evaluations.get(evaluations.size() - 1).path("step").asLong();
    return restored.path("step").asLong() == newest
        ? restored.path("samples")
        : JSON.createArrayNode();
  }

  private static Failure error(String state, JsonNode status) {
    int code = status.path("exitCode").asInt();
    return state.equals("failed")
        ? new Failure(Failure.kind(code), code, status.path("reason").asText())
        : null;
  }

  private static List<JsonNode> evaluations(StoredFolder folder) {
    return evaluationLines(folder).stream()
        .map(RunFiles::parsed)
        .filter(line -> !line.isMissingNode())
        .toList();
  }

  /** The lines of the evaluations in a folder; empty if it has none. */
  public static List<String> evaluationLines(StoredFolder folder) {
    return folder.exists(EVALUATIONS)
        ? new String(folder.readAll(EVALUATIONS), StandardCharsets.UTF_8).lines().toList()
        : List.of();
  }

  /** A line that is being written is not JSON yet. */
  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
