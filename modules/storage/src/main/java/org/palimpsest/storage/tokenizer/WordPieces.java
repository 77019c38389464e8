package org.palimpsest.storage.tokenizer;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The entries of Blenderbot's small sibling, whose files mark the pieces that do not end a word by
 * {@code @@}, and those that end one by {@code </w>} in merges only. Here the latter have it
 * everywhere, as tools know it.
 */
final class WordPieces {
  /** The end of a word. */
  static final String END = "</w>";

  /** The entry for unknown text. */
  static final String UNKNOWN = "__unk__";

  private static final List<String> SPECIAL = List.of("__null__", "__start__", "__end__", UNKNOWN);

  private static final String CONTINUED = "@@";

  private WordPieces() {}

  /** The tokenizer of these entries, by id, and merges. */
  static TokenizerJson tokenizer(List<String> vocabulary, List<String> merges) {
    Entries entries = new Entries();
    for (String text : vocabulary) {
      if (SPECIAL.contains(text)) {
        entries.special(text);
      } else {
        entries.texts().add(entry(text));
        entries.scores().add(0f);
      }
    }
    return new TokenizerJson(entries).lowerCaseWords(known(merges, entries));
  }

  private static String entry(String text) {
    return text.endsWith(CONTINUED)
        ? text.substring(0, text.length() - CONTINUED.length())
        : text + END;
  }

  /** The merges whose pieces are entries. */
  private static List<String> known(List<String> merges, Entries entries) {
    Set<String> known = new HashSet<>(entries.texts());
    return merges.stream().filter(merge -> isKnown(merge.split(" ", -1), known)).toList();
  }

  private static boolean isKnown(String[] pair, Set<String> known) {
    return pair.length == 2
        && known.contains(pair[0])
        && known.contains(pair[1])
        && known.contains(pair[0] + pair[1]);
  }
}
