package org.palimpsest.cli.invocation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A line of {@code history.jsonl}: how an invocation of a command ended.
 *
 * @param json its fields
 */
public record HistoryLine(JsonNode json) {
  /** The ending of an invocation whose process was killed, which the next one writes down. */
  static final String KILLED = "killed";

  static final String FAILED = "failed";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Reads a line; empty if it is not one, as what a process left that died while it wrote. */
  static Optional<HistoryLine> read(String line) {
    try {
      JsonNode json = MAPPER.readTree(line);
      return json.isObject() ? Optional.of(new HistoryLine(json)) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The line of an invocation that was killed while it trained, by the status that it left. */
  static HistoryLine killed(String run, JsonNode status) {
    ObjectNode line = killed(run, status.path("time").asText());
    line.put("step", status.path("step").asLong());
    line.put("checkpoint", status.path("checkpoint").asText());
    return new HistoryLine(line);
  }

  /** The line of an invocation that was killed in a step other than training. */
  static HistoryLine killed(String run, String began, String command, String step) {
    ObjectNode line = killed(run, began);
    line.put("command", command);
    line.put("began", began);
    line.put("reason", "The process was killed, or its machine failed, in the step " + step + ".");
    return new HistoryLine(line);
  }

  private static ObjectNode killed(String run, String lastSign) {
    ObjectNode line = MAPPER.createObjectNode();
    line.put("run", run);
    line.put("ended", lastSign);
    line.put("ending", KILLED);
    line.put("reason", "The process was killed, or its machine failed: ended is its last sign.");
    return line;
  }

  /** The text of a field; empty without it. */
  public String text(String field) {
    return json.path(field).asText("");
  }

  /** The number in a field, if there is one. */
  public OptionalDouble number(String field) {
    JsonNode value = json.path(field);
    return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
  }

  /** When the invocation ended, or was seen last. */
  public Optional<Instant> ended() {
    try {
      return Optional.of(Instant.parse(text("ended")));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Whether the invocation did not end as it should. */
  public boolean isFailure() {
    return Set.of(FAILED, KILLED).contains(text("ending"));
  }

  /** The line without its end. */
  @Override
  public String toString() {
    return json.toString();
  }
}
