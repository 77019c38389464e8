package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/reference/configuration.md} lists the keys of the modules' {@code reference.conf}.
 */
class ConfigurationPageTest {
  private static final MarkdownPage PAGE = MarkdownPage.of("docs/reference/configuration.md");
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `([a-z0-9.-]+)` \\| `([^|]*)` \\| ([^|]+) \\| ([^|]+) \\|$", Pattern.MULTILINE);

  /**
   * A row of the page.
   *
   * @param defaultValue as HOCON renders it
   * @param values the unit and the range
   */
  private record Row(String key, String defaultValue, String values, String meaning) {}

  private static List<Row> rows() {
    return ROW.matcher(PAGE.text())
        .results()
        .map(m -> new Row(m.group(1), m.group(2), m.group(3).strip(), m.group(4).strip()))
        .toList();
  }

  /** Every key with its default. */
  private static Map<String, String> defaults() {
    Map<String, String> defaults = new TreeMap<>();
    collect("", ConfigFactory.parseResourcesAnySyntax("reference").root(), defaults);
    return defaults;
  }

  private static void collect(String prefix, ConfigObject section, Map<String, String> defaults) {
    for (Map.Entry<String, ConfigValue> entry : section.entrySet()) {
      String key = prefix + entry.getKey();
      if (entry.getValue() instanceof ConfigObject inner) {
        collect(key + ".", inner, defaults);
      } else {
        defaults.put(key, entry.getValue().render(ConfigRenderOptions.concise()));
      }
    }
  }

  /** Every key, and every section that contains keys. */
  static Set<String> keysAndSections() {
    Set<String> names = new HashSet<>();
    for (String key : defaults().keySet()) {
      String name = key;
      while (names.add(name) && name.indexOf('.') >= 0) {
        name = name.substring(0, name.lastIndexOf('.'));
      }
    }
    return names;
  }

  @Test
  void thePageListsEveryKeyWithItsDefault() {
    Map<String, String> listed = new LinkedHashMap<>();
    rows().forEach(row -> listed.put(row.key(), row.defaultValue()));
    assertThat(listed).containsExactlyInAnyOrderEntriesOf(defaults());
  }

  @Test
  void everyKeyIsListedOnce() {
    assertThat(rows()).extracting(Row::key).doesNotHaveDuplicates();
  }

  @Test
  void everyKeyHasItsOwnMeaning() {
    assertThat(rows()).extracting(Row::meaning).doesNotHaveDuplicates();
    assertThat(rows()).extracting(Row::meaning).allMatch(meaning -> meaning.endsWith("."));
  }

  @Test
  void everyKeyIsInTheTableOfItsSection() {
    for (Row row : rows()) {
      String section = row.key().contains(".") ? row.key().replaceFirst("\\..*", "") : "";
      String heading = section.isEmpty() ? "Top level" : "`" + section + "`";
      assertThat(PAGE.section(heading)).as(row.key()).contains("| `" + row.key() + "` |");
    }
  }
}
