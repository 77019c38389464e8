package org.palimpsest.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.palimpsest.cli.display.ExampleText;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.objective.DenoisingExample;

/** Prints corrupted examples. */
interface ExamplePrinter {
  void print(DenoisingExample example);

  /** Prints aligned lines under a title. */
  static ExamplePrinter text(Console console, Tokenizer tokenizer, String objective) {
    ExampleText text =
        new ExampleText(
            tokenizer.vocabulary(), tokenizer::show, console.style(), console.columns());
    return example -> {
      console.print(console.style().strong(title(example, objective)));
      text.lines(example).forEach(console::print);
      console.print("");
    };
  }

  private static String title(DenoisingExample example, String objective) {
    return String.format(
        Locale.ROOT,
        "example %d, %s: %d of %d tokens corrupted in %d span%s",
        example.id(),
        objective,
        count(example, DenoisingExample.CORRUPTED),
        example.rawLength(),
        example.spans(),
        example.spans() == 1 ? "" : "s");
  }

  /** Prints one JSON object per example. */
  static ExamplePrinter json(Console console, Tokenizer tokenizer, String objective) {
    return example -> {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("id", example.id());
      object.put("objective", objective);
      object.put("rawTokens", example.rawLength());
      object.put("spans", example.spans());
      object.put("source", example.sourceTokens());
      object.put("target", example.targetTokens());
      object.put("roles", roles(example));
      object.put("sourceText", tokenizer.show(example.sourceTokens()));
      object.put("targetText", tokenizer.show(example.targetTokens()));
      console.print(Json.line(object));
    };
  }

  private static String[] roles(DenoisingExample example) {
    String[] names = {"kept", "damaged", "moved", "control"};
    String[] roles = new String[example.targetLength()];
    Arrays.setAll(roles, t -> names[example.roles()[t]]);
    return roles;
  }

  private static int count(DenoisingExample example, byte role) {
    int count = 0;
    for (int t = 0; t < example.targetLength(); t++) {
      count += example.roles()[t] == role ? 1 : 0;
    }
    return count;
  }
}
