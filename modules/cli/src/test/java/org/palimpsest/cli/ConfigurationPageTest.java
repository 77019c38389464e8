package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/configuration.md} says what the modules' {@code reference.conf} say. Run with {@code
 * -Dpalimpsest.docs=write} to write it anew.
 */
class ConfigurationPageTest {
  private static final Path PAGE = Path.of("../../docs/configuration.md");
  private static final List<String> SECTIONS =
      List.of(
          "run",
          "corpus",
          "tokenizer",
          "model",
          "optimizer",
          "schedule",
          "training",
          "checkpoint",
          "finetune",
          "evaluation");

  @Test
  void pageHoldsEveryKeyWithItsDefaultAndMeaning() throws IOException {
    String wanted = page();
    if ("write".equals(System.getProperty("palimpsest.docs"))) {
      Files.writeString(PAGE, wanted);
    }
    assertThat(Files.readString(PAGE))
        .as("docs/configuration.md; write it anew with -Dpalimpsest.docs=write")
        .isEqualTo(wanted);
  }

  private static String page() {
    Config defaults = ConfigFactory.parseResourcesAnySyntax("reference");
    StringBuilder page =
        new StringBuilder(
            """
            # Configuration

            A recipe is a HOCON file given with `--config`; `--set key=value` goes over it, and
            `--print-config` shows what came out. A key that is not in this table is refused, and the
            nearest one is named. This page is written from the modules' `reference.conf` by a test.

            ## Top level

            """);
    table(page, "", topLevel(defaults.root()));
    for (String section : SECTIONS) {
      if (defaults.hasPath(section)) {
        page.append("\n## `").append(section).append("`\n\n");
        table(page, section + ".", (ConfigObject) defaults.getValue(section));
      }
    }
    return page.toString();
  }

  private static ConfigObject topLevel(ConfigObject root) {
    ConfigObject values = root;
    for (Map.Entry<String, ConfigValue> entry : root.entrySet()) {
      if (entry.getValue() instanceof ConfigObject) {
        values = values.withoutKey(entry.getKey());
      }
    }
    return values;
  }

  private static void table(StringBuilder page, String prefix, ConfigObject section) {
    page.append("| key | default | meaning |\n|---|---|---|\n");
    rows(page, prefix, section);
  }

  private static void rows(StringBuilder page, String prefix, ConfigObject section) {
    section.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> entry.getValue().origin().lineNumber()))
        .forEach(
            entry -> {
              if (entry.getValue() instanceof ConfigObject inner) {
                rows(page, prefix + entry.getKey() + ".", inner);
              } else {
                row(page, prefix + entry.getKey(), entry.getValue());
              }
            });
  }

  private static void row(StringBuilder page, String key, ConfigValue value) {
    String meaning =
        value.origin().comments().stream().map(String::strip).collect(Collectors.joining(" "));
    String cell = meaning.isEmpty() ? "As the key above." : meaning;
    page.append("| `%s` | `%s` | %s |\n".formatted(key, shown(value), escaped(cell)));
  }

  private static String escaped(String text) {
    return text.replace("<", "&lt;").replace("|", "\\|");
  }

  private static String shown(ConfigValue value) {
    return value.render(ConfigRenderOptions.concise());
  }
}
