package org.palimpsest.bench.device;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Results as one JSON object and as tables. */
final class Report {
  private final Map<String, Object> content = new LinkedHashMap<>();

  /** Adds one fact. */
  void put(String name, Object value) {
    content.put(name, value);
  }

  /** Adds a table with a row for each record. */
  void table(String name, List<? extends Record> rows) {
    content.put(name, rows.stream().map(Report::fields).toList());
  }

  /** Adds what another program has measured, if it has. */
  void peer(Optional<Path> file) {
    if (file.isPresent() && Files.exists(file.get())) {
      Config peer = ConfigFactory.parseFile(file.get().toFile());
      peer.root().unwrapped().forEach((name, value) -> content.put("pytorch." + name, value));
    }
  }

  private static Map<String, Object> fields(Record row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (RecordComponent component : row.getClass().getRecordComponents()) {
      fields.put(component.getName(), value(row, component));
    }
    return fields;
  }

  private static Object value(Record row, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      Object value = component.getAccessor().invoke(row);
      return value instanceof Enum<?> choice ? choice.name().toLowerCase(Locale.ROOT) : value;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The JSON object. */
  String json() {
    return ConfigValueFactory.fromMap(content)
        .render(ConfigRenderOptions.concise().setFormatted(true));
  }

  /** Writes the JSON object, if it has a file. */
  void write(Optional<Path> file) throws IOException {
    if (file.isPresent()) {
      Files.writeString(file.get(), json());
    }
  }

  /** Prints every fact, and every table with a line of headings. */
  void print(PrintStream out) {
    content.forEach((name, value) -> print(out, name, value));
  }

  private static void print(PrintStream out, String name, Object value) {
    if (!(value instanceof List<?> rows)) {
      out.println(name + ": " + cell(value));
      return;
    }
    List<List<String>> cells = new ArrayList<>();
    for (Object each : rows) {
      if (each instanceof Map<?, ?> row) {
        if (cells.isEmpty()) {
          cells.add(row.keySet().stream().map(String::valueOf).toList());
        }
        cells.add(row.values().stream().map(Report::cell).toList());
      }
    }
    out.println();
    out.println(name);
    cells.forEach(row -> out.println(line(row, cells)));
  }

  private static String line(List<String> row, List<List<String>> all) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      int column = i;
      Stream<String> cells = all.stream().filter(r -> column < r.size()).map(r -> r.get(column));
      int width = cells.mapToInt(String::length).max().orElse(0);
      line.append("  ").append(row.get(i)).append(" ".repeat(width - row.get(i).length()));
    }
    return line.toString().stripTrailing();
  }

  private static String cell(Object value) {
    return value instanceof Double number
        ? String.format(Locale.ROOT, Math.abs(number) < 1e-2 ? "%.2e" : "%.3f", number)
        : String.valueOf(value);
  }
}
