package org.palimpsest.corpus.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.Vocabulary;

/** The token table of a {@code tokenizer.json}. */
final class TokenTable {
  /** The native tokenizer takes 100 ns for each unit to build its search for added tokens. */
  private static final long MOST_ADDED_SQUARES = 1 << 23;

  private final String[] tokens;
  private final int[] utf8Lengths;

  /** For each id of a token with a leading space, the id of the token without it. */
  private final int[] withoutSpace;

  private final List<String> specialTexts = new ArrayList<>();
  private final BitSet specialFirsts = new BitSet();
  private final BitSet control;
  private final Vocabulary vocabulary;
  private final Spelling spelling;
  private final boolean encodesByWords;
  private final boolean prepends;
  private final NormalForm form;

  TokenTable(byte[] tokenizerJson) {
    StoredTokens stored = StoredTokens.parse(tokenizerJson);
    JsonNode root = stored.rest();
    encodesByWords = WordCache.fits(root);
    prepends = prepends(root.path("normalizer"));
    form = NormalForm.of(root);
    Map<String, Integer> ids = stored.ids();
    BitSet special = addedTokens(root.path("added_tokens"), ids);
    int size = StoredTokens.size(ids);
    if (size == 0) {
      throw StoredTokens.refused("has no vocabulary");
    }
    tokens = new String[size];
    Arrays.fill(tokens, "");
    ids.forEach((token, id) -> tokens[id] = token);
    setHoles(ids, size, special);
    spelling = Spelling.of(root);
    utf8Lengths = new int[size];
    withoutSpace = new int[size];
    BitSet wordStarts = new BitSet(size);
    for (int id = 0; id < size; id++) {
      withoutSpace[id] = id;
      if (!special.get(id)) {
        withoutSpace[id] = withoutSpace(id, spelling, ids);
        utf8Lengths[id] = spelling.utf8Length(tokens[id]);
        wordStarts.set(id, spelling.startsWord(tokens[id]));
      }
    }
    vocabulary = withModes(vocabulary(ids, size, special, wordStarts), ids);
    control = special;
    if (vocabulary.unknown() != Vocabulary.NONE) {
      control.clear(vocabulary.unknown());
    }
  }

  /** An id that no token has stands for no text. */
  private static void setHoles(Map<String, Integer> ids, int size, BitSet special) {
    BitSet taken = new BitSet(size);
    ids.values().forEach(taken::set);
    for (int id = taken.nextClearBit(0); id < size; id = taken.nextClearBit(id + 1)) {
      special.set(id);
    }
  }

  String token(int id) {
    return tokens[id];
  }

  int utf8Length(int id) {
    return utf8Lengths[id];
  }

  /** Returns the text of every id in UTF-8; empty for special ids. */
  byte[][] texts() {
    byte[][] texts = new byte[tokens.length][];
    for (int id = 0; id < texts.length; id++) {
      texts[id] = utf8Lengths[id] == 0 ? new byte[0] : spelling.utf8(tokens[id]);
    }
    return texts;
  }

  /**
   * Returns the id of the token without its leading space: the same id if there is no leading space
   * or no such token, {@link Vocabulary#NONE} if the token is only a space.
   */
  int withoutSpace(int id) {
    return withoutSpace[id];
  }

  private int withoutSpace(int id, Spelling spelling, Map<String, Integer> ids) {
    String rest = spelling.withoutSpace(tokens[id]);
    return rest.isEmpty() ? Vocabulary.NONE : ids.getOrDefault(rest, id);
  }

  /** Returns whether the tokenizer encodes words independently; see {@link WordCache}. */
  boolean encodesByWords() {
    return encodesByWords;
  }

  /** Returns a text in the normal form of Unicode that the tokenizer has. */
  String normal(String text) {
    return form.applied(text);
  }

  /** Returns whether a space is put before every text, even before one that begins with a space. */
  boolean prepends() {
    return prepends;
  }

  private static boolean prepends(JsonNode normalizer) {
    if (normalizer.path("type").asText().equals("Prepend")) {
      return true;
    }
    for (JsonNode part : normalizer.path("normalizers")) {
      if (prepends(part)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether an id is a control id; the unknown token represents text. */
  boolean isControl(int id) {
    return control.get(id);
  }

  /** Returns whether a string that would become a control id begins at a position of a text. */
  boolean hasSpecialAt(String text, int at) {
    // Few characters begin such a string.
    if (specialFirsts.get(text.charAt(at))) {
      for (String special : specialTexts) {
        if (text.startsWith(special, at)) {
          return true;
        }
      }
    }
    return false;
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  private BitSet addedTokens(JsonNode added, Map<String, Integer> ids) {
    BitSet special = new BitSet();
    long squares = 0;
    for (JsonNode token : added) {
      String text = token.path("content").asText();
      squares += (long) text.length() * text.length();
      if (squares > MOST_ADDED_SQUARES) {
        throw StoredTokens.refused("has added tokens of thousands of characters");
      }
      StoredTokens.put(ids, text, token.path("id"));
      if (token.path("special").asBoolean()) {
        special.set(token.path("id").asInt());
        addSpecialText(text);
      }
    }
    return special;
  }

  /** Strings of one character cannot be split; they are encoded as the tokenizer does. */
  private void addSpecialText(String text) {
    if (text.codePointCount(0, text.length()) > 1) {
      specialTexts.add(text);
      specialFirsts.set(text.charAt(0));
    }
  }

  /** Finds each special token by its name in BART and T5, or else in BERT or Blenderbot. */
  private static Vocabulary vocabulary(
      Map<String, Integer> ids, int size, BitSet special, BitSet wordStarts) {
    int eos = required(ids, "</s>", "[SEP]", "__end__");
    int pad = required(ids, "<pad>", "[PAD]", "__null__");
    int bos = optional(ids, "<s>", "[CLS]", "__start__");
    int unknown = optional(ids, "<unk>", "[UNK]", "__unk__");
    int mask = optional(ids, "<mask>", "[MASK]");
    int first = optional(ids, "<extra_id_0>");
    int step = sentinelStep(ids, first);
    int sentinels = sentinels(ids, first, step);
    for (int id : new int[] {eos, pad, bos, unknown, mask}) {
      if (id != Vocabulary.NONE) {
        special.set(id);
        wordStarts.clear(id);
      }
    }
    for (int k = 0; k < sentinels; k++) {
      special.set(first + k * step);
      wordStarts.clear(first + k * step);
    }
    int decoderStart = decoderStart(ids, bos, pad, eos);
    return new Vocabulary(
        size,
        new Vocabulary.Roles(bos, pad, eos, unknown, mask, decoderStart),
        new Vocabulary.Sentinels(first, sentinels, step),
        special,
        wordStarts,
        Map.of());
  }

  /**
   * Returns the first decoder input of published models: {@code </s>} for BART, {@code <pad>} for
   * T5, which has no {@code <s>}, and {@code [CLS]} for BERT's vocabulary.
   */
  private static int decoderStart(Map<String, Integer> ids, int bos, int pad, int eos) {
    if (bos == Vocabulary.NONE) {
      return pad;
    }
    return ids.containsKey("<s>") ? eos : bos;
  }

  /** Additional special tokens: mode tokens. */
  private Vocabulary withModes(Vocabulary vocabulary, Map<String, Integer> ids) {
    Set<Integer> ordinary =
        new HashSet<>(
            List.of(
                vocabulary.bos(),
                vocabulary.pad(),
                vocabulary.eos(),
                vocabulary.unknown(),
                vocabulary.mask()));
    Map<String, Integer> modes = new HashMap<>();
    for (String text : specialTexts) {
      int id = ids.get(text);
      if (!ordinary.contains(id) && !vocabulary.isSentinel(id)) {
        modes.put(text, id);
      }
    }
    return vocabulary.withNamed(modes);
  }

  /** T5's sentinels descend; a tokenizer to which they were added in order has them ascending. */
  private static int sentinelStep(Map<String, Integer> ids, int first) {
    int second = ids.getOrDefault("<extra_id_1>", Vocabulary.NONE);
    return first != Vocabulary.NONE && second == first + 1 ? 1 : -1;
  }

  private static int sentinels(Map<String, Integer> ids, int first, int step) {
    int count = 0;
    while (first != Vocabulary.NONE
        && ids.getOrDefault("<extra_id_" + count + ">", Vocabulary.NONE) == first + count * step) {
      count++;
    }
    return count;
  }

  private static int optional(Map<String, Integer> ids, String... names) {
    for (String name : names) {
      if (ids.containsKey(name)) {
        return ids.get(name);
      }
    }
    return Vocabulary.NONE;
  }

  private static int required(Map<String, Integer> ids, String... names) {
    int id = optional(ids, names);
    if (id == Vocabulary.NONE) {
      throw PalimpsestException.input(
          "The tokenizer has no %s: add it to its special tokens."
              .formatted(String.join(" or ", names)));
    }
    return id;
  }
}
