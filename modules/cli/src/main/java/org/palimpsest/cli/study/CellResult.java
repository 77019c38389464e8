package org.palimpsest.cli.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.palimpsest.evaluation.bootstrap.Estimate;
import org.palimpsest.evaluation.bootstrap.Interval;
import org.palimpsest.evaluation.measure.Figure;

/**
 * What came out of a cell with one seed.
 *
 * @param cell its name
 * @param seed of the training
 * @param seconds wall time of training and measuring
 * @param figures what was measured
 */
public record CellResult(String cell, long seed, double seconds, List<Figure> figures) {
  public CellResult {
    figures = List.copyOf(figures);
  }

  /** A figure in a file; {@code interval} is that over documents, null if there is none. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record JsonFigure(String name, String of, double at, double value, Interval interval) {}

  private record Json(String cell, long seed, double seconds, List<JsonFigure> figures) {}

  /** The form in files. */
  Object json() {
    return new Json(
        cell,
        seed,
        seconds,
        figures.stream()
            .map(
                one ->
                    new JsonFigure(
                        one.name(),
                        one.of(),
                        one.at(),
                        one.value(),
                        one.estimate().interval().orElse(null)))
            .toList());
  }

  static CellResult parse(JsonNode json) {
    List<Figure> figures = new ArrayList<>();
    for (JsonNode one : json.path("figures")) {
      JsonNode ends = one.path("interval");
      Optional<Interval> interval =
          ends.isArray()
              ? Optional.of(new Interval(ends.path(0).asDouble(), ends.path(1).asDouble()))
              : Optional.empty();
      figures.add(
          new Figure(
              one.path("name").asText(),
              one.path("of").asText(),
              one.path("at").asDouble(),
              new Estimate(one.path("value").asDouble(), interval, 1)));
    }
    return new CellResult(
        json.path("cell").asText(),
        json.path("seed").asLong(),
        json.path("seconds").asDouble(),
        figures);
  }
}
