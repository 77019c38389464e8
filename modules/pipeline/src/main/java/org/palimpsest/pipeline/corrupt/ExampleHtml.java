package org.palimpsest.pipeline.corrupt;

import java.util.Arrays;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;

/**
 * A corrupted example as HTML: the source with its special tokens in red, the target with what was
 * corrupted in green and what was moved in blue. Readable on light and on dark pages, without
 * styles of the page.
 */
record ExampleHtml(Tokenizer tokenizer) {
  private static final int SPECIAL = -1;
  private static final String ROW =
      "<div><span style=\"opacity:.6\">%s</span> <span"
          + " style=\"white-space:pre-wrap\">%s</span></div>";
  private static final String COLORED =
      "<span style=\"background:%s;color:#000;border-radius:3px;padding:0 2px\">%s</span>";

  String of(DenoisingExample example) {
    int[] source = example.sourceTokens();
    int[] target = example.targetTokens();
    return ROW.formatted("source", colored(source, sourceMarks(source)))
        + ROW.formatted("target", colored(target, CorruptStage.roles(example)));
  }

  private int[] sourceMarks(int[] ids) {
    Vocabulary vocabulary = tokenizer.vocabulary();
    return Arrays.stream(ids)
        .map(id -> id == vocabulary.mask() || vocabulary.isSentinel(id) ? SPECIAL : 0)
        .toArray();
  }

  /** The text of the ids, in which each run with the same mark has one color. */
  private String colored(int[] ids, int[] marks) {
    StringBuilder html = new StringBuilder();
    int from = 0;
    while (from < ids.length) {
      int to = from + 1;
      while (to < ids.length && marks[to] == marks[from]) {
        to++;
      }
      html.append(colored(tokenizer.show(Arrays.copyOfRange(ids, from, to)), marks[from]));
      from = to;
    }
    return html.toString();
  }

  private static String colored(String text, int mark) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return switch (mark) {
      case SPECIAL -> COLORED.formatted("#f4b6b0", escaped);
      case DenoisingExample.CORRUPTED -> COLORED.formatted("#b5e3b0", escaped);
      case DenoisingExample.MOVED -> COLORED.formatted("#b3d4f5", escaped);
      default -> escaped;
    };
  }
}
